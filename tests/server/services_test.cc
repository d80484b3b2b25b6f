#include "pxe/v1/pool.grpc.pb.h"
#include "tests/server/services_fixture.h"

namespace pxe::server {
namespace {

using namespace std::chrono_literals;

class SubnetServiceTest : public ServicesTest {
 protected:
  auto Update(const std::string& request) {
    return Call(*subnets, &v1::SubnetService::Stub::UpdateSubnet, request);
  }
  auto Delete(const std::string& id) {
    return Call(*subnets, &v1::SubnetService::Stub::DeleteSubnet, "name: \"subnets/" + id + "\"");
  }
  auto Get(const std::string& id) {
    return Call(*subnets, &v1::SubnetService::Stub::GetSubnet, "name: \"subnets/" + id + "\"");
  }
};

TEST_F(SubnetServiceTest, CreateGetUpdateListDelete) {
  ASSERT_THAT(CreateSubnet("lab", R"(cidr: "10.0.0.0/24")"), IsOk());
  EXPECT_EQ(Get("lab")->default_lease().seconds(), 3600);
  EXPECT_TRUE(Get("lab")->authoritative());
  const auto updated = Update(R"(subnet { name: "subnets/lab" pools: "10.0.0.10-10.0.0.19" }
                                 update_mask { paths: "pools" })");
  ASSERT_THAT(updated, IsOk());
  EXPECT_EQ(updated->cidr(), "10.0.0.0/24");
  const auto list = Call(*subnets, &v1::SubnetService::Stub::ListSubnets, "");
  ASSERT_EQ(list->subnets_size(), 1);
  EXPECT_EQ(list->subnets(0).pools(0), "10.0.0.10-10.0.0.19");
  ASSERT_THAT(Delete("lab"), IsOk());
  EXPECT_THAT(Get("lab"), StatusIs(kMissing, "subnets/lab does not exist"));
  EXPECT_THAT(Delete("lab"), StatusIs(kMissing, "subnets/lab"));
}

TEST_F(SubnetServiceTest, ThePoolsAreThereForTheNextPacket) {
  ASSERT_THAT(CreateSubnet("lab", R"(cidr: "10.0.0.0/24" pools: "10.0.0.10-10.0.0.10")"), IsOk());
  const std::lock_guard lock(server.state.mutex);
  EXPECT_EQ(server.state.leases.NextFree("lab"), *ParseIpv4("10.0.0.10"));
}

TEST_F(SubnetServiceTest, NetworksDoNotOverlap) {
  ASSERT_THAT(CreateSubnet("lab", R"(cidr: "10.0.0.0/24")"), IsOk());
  EXPECT_THAT(CreateSubnet("lab", R"(cidr: "10.0.1.0/24")"), StatusIs(kTaken, "subnets/lab"));
  EXPECT_THAT(CreateSubnet("big", R"(cidr: "10.0.0.0/16")"),
              StatusIs(kRefused, "subnet.cidr: 10.0.0.0/16 overlaps 10.0.0.0/24 of subnets/lab"));
}

TEST_F(SubnetServiceTest, MalformedRequestsNameTheField) {
  EXPECT_THAT(CreateSubnet("lab", ""), StatusIs(kInvalid, "subnet.cidr: "));
  EXPECT_THAT(CreateSubnet("lab", R"(cidr: "10.0.0.7/24")"), StatusIs(kInvalid, "subnet.cidr: "));
  EXPECT_THAT(CreateSubnet("lab", R"(cidr: "10.0.0.0/24" pools: "10.0.0.9-10.0.0.20"
                                     pools: "10.0.0.20-10.0.0.30")"),
              StatusIs(kInvalid, "subnet.pools[1]: 10.0.0.20-10.0.0.30 overlaps pools[0]"));
  EXPECT_THAT(CreateSubnet("L", R"(cidr: "10.0.0.0/24")"), StatusIs(kInvalid, "subnet_id: "));
}

TEST_F(SubnetServiceTest, ASubnetWithReservedAddressesStays) {
  CreateLab();
  ASSERT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" address: "10.0.0.20" })"),
              IsOk());
  EXPECT_THAT(Delete("lab"), StatusIs(kRefused, "hosts/n1"));
  EXPECT_THAT(Update(R"(subnet { name: "subnets/lab" cidr: "10.0.0.0/28" }
                        update_mask { paths: "cidr" paths: "pools" })"),
              StatusIs(kRefused, "hosts/n1"));
}

using ProfileServiceTest = ServicesTest;

TEST_F(ProfileServiceTest, AProfileInUseIsKeptNamingItsUser) {
  CreateLab();
  ASSERT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" } profile: "profiles/deb")"),
              IsOk());
  EXPECT_THAT(DeleteProfile("deb"), StatusIs(kRefused, "profiles/deb is used by hosts/n1"));
  ASSERT_THAT(DeleteHost("n1"), IsOk());
  ASSERT_THAT(Call(*subnets, &v1::SubnetService::Stub::UpdateSubnet,
                   R"(subnet { name: "subnets/lab" default_profile: "profiles/deb" })"),
              IsOk());
  EXPECT_THAT(DeleteProfile("deb"), StatusIs(kRefused, "profiles/deb is used by subnets/lab"));
}

TEST_F(ProfileServiceTest, AnUpdateIsMetByTheNextBoot) {
  CreateLab();
  const auto updated =
      Call(*profiles, &v1::ProfileService::Stub::UpdateProfile,
           R"(profile { name: "profiles/deb" menu { timeout { nanos: 500000000 } } }
                               update_mask { paths: "menu.timeout" })");
  ASSERT_THAT(updated, IsOk());
  EXPECT_EQ(updated->entries(0).kernel(), "vmlinuz");
  const std::lock_guard lock(server.state.mutex);
  EXPECT_EQ(server.state.catalog.FindProfile("deb")->menu.timeout_ds, 5u);
}

TEST_F(ProfileServiceTest, CreateGetListDelete) {
  CreateLab();
  EXPECT_THAT(CreateProfile("deb", R"(entries { name: "a" local_boot: true })"),
              StatusIs(kTaken, "profiles/deb"));
  EXPECT_THAT(CreateProfile("bad", R"(entries { name: "a" })"),
              StatusIs(kInvalid, "profile.entries[0].kernel: "));
  EXPECT_THAT(
      CreateProfile("bad", R"(entries { name: "a" kernel: "k" arguments: "{{host.colour}}" })"),
      StatusIs(kInvalid, "profile.entries[0].arguments: "));
  EXPECT_EQ(Call(*profiles, &v1::ProfileService::Stub::GetProfile, R"(name: "profiles/deb")")
                ->entries(0)
                .name(),
            "linux");
  EXPECT_EQ(Call(*profiles, &v1::ProfileService::Stub::ListProfiles, "")->profiles_size(), 1);
  EXPECT_THAT(DeleteProfile("deb"), IsOk());
  EXPECT_THAT(DeleteProfile("deb"), StatusIs(kMissing, "profiles/deb"));
}

TEST_F(ProfileServiceTest, WhatNoLoaderCouldTakeIsRefusedWithTheExactPlace) {
  CreateLab();
  const auto with = [this](const std::string& kernel, const std::string& arguments) {
    return CreateProfile("bad", absl::StrFormat(R"(entries { name: "a" local_boot: true }
        entries { name: "b" kernel: "%s" arguments: "%s" })",
                                                kernel, arguments));
  };
  EXPECT_THAT(with("k", std::string(3'000'000, 'x')),
              StatusIs(kInvalid, "profile.entries[1].arguments: 3000000 bytes are too many"));
  EXPECT_THAT(with("k", "quiet\\nLABEL evil"),
              StatusIs(kInvalid, "profile.entries[1].arguments: \"quiet\\x0aLABEL evil\" has a"));
  EXPECT_THAT(with("../../etc/shadow", ""),
              StatusIs(kInvalid, "profile.entries[1].kernel: \"../../etc/shadow\" has a part"));
  EXPECT_THAT(with("k\\033[2J", ""), StatusIs(kInvalid, "profile.entries[1].kernel: "));
}

TEST_F(ProfileServiceTest, APreviewIsOfOneMachine) {
  const auto preview = [this](const std::string& request) {
    return Call(*profiles, &v1::ProfileService::Stub::PreviewConfig, request);
  };
  EXPECT_EQ(preview(R"(host: "hosts/n1")")->text(), "DEFAULT linux\n");
  EXPECT_EQ(server.previewed->host_id, "n1");
  EXPECT_EQ(preview(R"(mac: "5254.0000.0001")")->text(), "DEFAULT linux\n");
  EXPECT_EQ(server.previewed->mac, *ParseMacAddress("52:54:00:00:00:01"));
  EXPECT_EQ(server.previewed->host_id, "");
  EXPECT_THAT(preview(""), StatusIs(kInvalid, "host: either host or mac is required"));
  EXPECT_THAT(preview(R"(host: "n1")"), StatusIs(kInvalid, "host: "));
  EXPECT_THAT(preview(R"(mac: "zz")"), StatusIs(kInvalid, "mac: "));
  server.preview = FailedPrecondition("boots its local disk");
  EXPECT_THAT(preview(R"(host: "hosts/n1")"), StatusIs(kRefused, "boots its local disk"));
}

class LeaseServiceTest : public ServicesTest {
 protected:
  LeaseServiceTest() {
    CreateLab();
    EXPECT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" })"), IsOk());
    for (uint8_t i = 1; i <= 3; ++i) {
      core::Lease lease{.address = {ParseIpv4("10.0.0.20")->value + i},
                        .client = HardwareAddress::Of({{0x52, 0x54, 0, 0, 0, i}}),
                        .starts = server.clock.Now(),
                        .ends = server.clock.Now() + 60s * i};
      const std::lock_guard lock(server.state.mutex);
      server.state.leases.Load(std::move(lease), server.clock.Now());
    }
  }
  auto List(const std::string& request) {
    return Call(*leases, &v1::LeaseService::Stub::ListLeases, request);
  }
  auto Get(const std::string& name) {
    return Call(*leases, &v1::LeaseService::Stub::GetLease, "name: \"" + name + "\"");
  }
  auto Release(const std::string& name) {
    return Call(*leases, &v1::LeaseService::Stub::ReleaseLease, "name: \"" + name + "\"");
  }
};

TEST_F(LeaseServiceTest, ALeaseNamesItsHostAndWhetherItStillHolds) {
  EXPECT_EQ(Get("leases/10.0.0.21")->host(), "hosts/n1");
  EXPECT_EQ(Get("leases/10.0.0.22")->host(), "");
  EXPECT_EQ(Get("leases/10.0.0.21")->state(), v1::LEASE_STATE_BOUND);
  server.clock.Advance(60s);
  EXPECT_EQ(Get("leases/10.0.0.21")->state(), v1::LEASE_STATE_EXPIRED);
  EXPECT_EQ(Get("leases/10.0.0.22")->state(), v1::LEASE_STATE_BOUND);
}

TEST_F(LeaseServiceTest, PagesAreInOrderOfAddress) {
  const auto first = List("page_size: 2");
  ASSERT_EQ(first->leases_size(), 2);
  EXPECT_EQ(first->leases(0).address(), "10.0.0.21");
  EXPECT_EQ(first->leases(0).host(), "hosts/n1");
  EXPECT_EQ(first->leases(1).address(), "10.0.0.22");
  const auto second = List("page_size: 2 page_token: \"" + first->next_page_token() + "\"");
  ASSERT_EQ(second->leases_size(), 1);
  EXPECT_EQ(second->leases(0).address(), "10.0.0.23");
  EXPECT_EQ(second->next_page_token(), "");
  EXPECT_EQ(List("page_size: 3")->next_page_token(), "");
  EXPECT_THAT(List(R"(page_token: "x")"), StatusIs(kInvalid, "page_token: "));
}

TEST_F(LeaseServiceTest, A5_PoolsAreCountedAsTheyAreAtThisMoment) {
  const auto pools = v1::PoolService::NewStub(channel);
  const auto count = [&](const char* subnet) {
    return Call(*pools, &v1::PoolService::Stub::GetPoolStatistics,
                absl::StrFormat("subnet: \"%s\"", subnet));
  };
  const auto before = count("subnets/lab");
  ASSERT_THAT(before, IsOk());
  EXPECT_EQ(before->total(), 90u);
  EXPECT_EQ(before->bound(), 3u);
  EXPECT_EQ(before->free(), 87u);
  server.clock.Advance(60s);  // nobody asks DHCP meanwhile
  const auto after = count("subnets/lab");
  ASSERT_THAT(after, IsOk());
  EXPECT_EQ(after->bound(), 2u);
  EXPECT_EQ(after->resting(), 1u);
  EXPECT_EQ(after->free(), 87u);
  EXPECT_THAT(count("subnets/none"), StatusIs(kMissing, "subnets/none does not exist"));
  EXPECT_THAT(count("lab"), StatusIs(kInvalid, "subnet: "));
}

TEST_F(LeaseServiceTest, NamesThatAreNoLeaseAreRefused) {
  EXPECT_THAT(Get("leases/10.0.0.99"), StatusIs(kMissing, "leases/10.0.0.99 does not exist"));
  EXPECT_THAT(Get("leases/ten"), StatusIs(kInvalid, "name: \"ten\""));
  EXPECT_THAT(Get("hosts/n1"), StatusIs(kInvalid, "name: "));
  EXPECT_THAT(Release("leases/"), StatusIs(kInvalid, "name: "));
}

TEST_F(LeaseServiceTest, AReleaseEndsAsTheResolverSays) {
  EXPECT_THAT(Release("leases/10.0.0.21"), IsOk());
  server.releaser.answer = absl::AbortedError("ask again");
  EXPECT_THAT(Release("leases/10.0.0.22"), StatusIs(absl::StatusCode::kAborted, "ask again"));
  EXPECT_THAT(server.releaser.asked,
              testing::ElementsAre(*ParseIpv4("10.0.0.21"), *ParseIpv4("10.0.0.22")));
}

}  // namespace
}  // namespace pxe::server
