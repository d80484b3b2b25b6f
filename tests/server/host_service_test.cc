#include "server/host_service.h"

#include <thread>

#include "tests/server/services_fixture.h"

namespace pxe::server {
namespace {

class HostServiceTest : public ServicesTest {
 protected:
  HostServiceTest() { CreateLab(); }
};

TEST_F(HostServiceTest, ACreatedHostIsMetByTheNextPacket) {
  EXPECT_EQ(KnownAs("52:54:00:00:00:01"), "");
  const auto created = CreateHost("n1", R"(nics { mac: "5254.0000.0001" address: "10.0.0.20" }
                                           labels { key: "rack" value: "a" } profile: "profiles/deb")");
  ASSERT_THAT(created, IsOk());
  EXPECT_EQ(KnownAs("52:54:00:00:00:01"), "n1");
  EXPECT_EQ(created->name(), "hosts/n1");
  EXPECT_EQ(created->nics(0).mac(), "52:54:00:00:00:01");
  EXPECT_EQ(created->labels().at("rack"), "a");
  EXPECT_EQ(created->create_time().seconds(), 1'000'000);
  EXPECT_EQ(GetHost("n1")->DebugString(), created->DebugString());
}

TEST_F(HostServiceTest, AnUpdateIsMetByTheNextPacket) {
  ASSERT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" })"), IsOk());
  server.clock.Advance(std::chrono::seconds{60});
  const auto updated = UpdateHost(R"(host { name: "hosts/n1" nics { mac: "52:54:00:00:00:02" } })");
  ASSERT_THAT(updated, IsOk());
  EXPECT_EQ(KnownAs("52:54:00:00:00:01"), "");
  EXPECT_EQ(KnownAs("52:54:00:00:00:02"), "n1");
  EXPECT_EQ(updated->create_time().seconds(), 1'000'000);
  EXPECT_EQ(updated->update_time().seconds(), 1'000'060);
}

TEST_F(HostServiceTest, ADeletedHostIsUnknownToTheNextPacket) {
  ASSERT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" })"), IsOk());
  ASSERT_THAT(DeleteHost("n1"), IsOk());
  EXPECT_EQ(KnownAs("52:54:00:00:00:01"), "");
  EXPECT_THAT(GetHost("n1"), StatusIs(kMissing, "hosts/n1 does not exist"));
}

TEST_F(HostServiceTest, AnotherHostsIdentityIsRefusedNamingItsOwner) {
  ASSERT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" address: "10.0.0.20" }
                                  uuid: "b8945908-d6a6-41a9-611d-74a6ab80b83d")"),
              IsOk());
  EXPECT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:02" })"),
              StatusIs(kTaken, "hosts/n1"));
  EXPECT_THAT(CreateHost("n2", R"(nics { mac: "52-54-00-00-00-01" })"),
              StatusIs(kTaken, "host.nics[0].mac: 52:54:00:00:00:01 belongs to hosts/n1"));
  EXPECT_THAT(CreateHost("n2", R"(nics { mac: "52:54:00:00:00:02" address: "10.0.0.20" })"),
              StatusIs(kTaken, "host.nics[0].address: 10.0.0.20 belongs to hosts/n1"));
  EXPECT_THAT(CreateHost("n2", R"(nics { mac: "52:54:00:00:00:02" }
                                  uuid: "b8945908-d6a6-41a9-611d-74a6ab80b83d")"),
              StatusIs(kTaken, "hosts/n1"));
  EXPECT_THAT(GetHost("n2"), StatusIs(kMissing, "hosts/n2"));
  EXPECT_EQ(KnownAs("52:54:00:00:00:02"), "");
}

TEST_F(HostServiceTest, WhatIsMissingElsewhereIsAFailedPrecondition) {
  EXPECT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" address: "192.168.0.1" })"),
              StatusIs(kRefused, "host.nics[0].address: 192.168.0.1 lies in no subnet"));
  EXPECT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" } profile: "profiles/bsd")"),
              StatusIs(kRefused, "profiles/bsd does not exist"));
}

TEST_F(HostServiceTest, MalformedRequestsNameTheField) {
  EXPECT_THAT(CreateHost("N1", R"(nics { mac: "52:54:00:00:00:01" })"),
              StatusIs(kInvalid, "host_id: "));
  EXPECT_THAT(CreateHost("", R"(nics { mac: "52:54:00:00:00:01" })"),
              StatusIs(kInvalid, "host_id: "));
  EXPECT_THAT(CreateHost("n1", ""), StatusIs(kInvalid, "host.nics: "));
  EXPECT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00" })"),
              StatusIs(kInvalid, "host.nics[0].mac: \"52:54:00:00:00\" is not a MAC address"));
  EXPECT_THAT(CreateHost("n1", R"(nics { mac: "01:00:5e:00:00:01" })"),
              StatusIs(kInvalid, "host.nics[0].mac: 01:00:5e:00:00:01 is no unicast address"));
  EXPECT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" address: "10.0.0.1" })"),
              StatusIs(kInvalid, "host.nics[0].address: 10.0.0.1"));
  EXPECT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" } profile: "deb")"),
              StatusIs(kInvalid, "host.profile: "));
  EXPECT_THAT(UpdateHost(R"(host { uuid: "x" })"), StatusIs(kInvalid, "host.name: "));
}

TEST_F(HostServiceTest, WhatDoesNotExistCannotBeChanged) {
  EXPECT_THAT(UpdateHost(R"(host { name: "hosts/n9" profile: "profiles/deb" })"),
              StatusIs(kMissing, "hosts/n9 does not exist"));
  EXPECT_THAT(DeleteHost("n9"), StatusIs(kMissing, "hosts/n9 does not exist"));
}

TEST_F(HostServiceTest, AMaskChangesWhatItNames) {
  ASSERT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" } profile: "profiles/deb"
                                  labels { key: "rack" value: "a" })"),
              IsOk());
  auto updated = UpdateHost(R"(host { name: "hosts/n1" labels { key: "row" value: "1" } }
                               update_mask { paths: "labels.row" paths: "profile" })");
  ASSERT_THAT(updated, IsOk());
  EXPECT_EQ(updated->profile(), "");
  EXPECT_EQ(updated->labels().size(), 2u);
  EXPECT_EQ(updated->nics(0).mac(), "52:54:00:00:00:01");
  EXPECT_EQ(GetHost("n1")->DebugString(), updated->DebugString());

  EXPECT_THAT(UpdateHost(R"(host { name: "hosts/n1" } update_mask { paths: "colour" })"),
              StatusIs(kInvalid, "update_mask: \"colour\" is no field of Host"));
  EXPECT_THAT(UpdateHost(R"(host { name: "hosts/n1" } update_mask { paths: "*" })"),
              StatusIs(kInvalid, "host.nics: "))
      << "a full replacement by nothing leaves nothing to recognise the host by";
  EXPECT_EQ(GetHost("n1")->DebugString(), updated->DebugString());
}

TEST_F(HostServiceTest, TheServersOwnFieldsCannotBeChanged) {
  const auto created =
      CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" } uid: "mine" revision: 99)");
  ASSERT_THAT(created, IsOk());
  EXPECT_NE(created->uid(), "mine");
  EXPECT_NE(created->uid(), "");
  EXPECT_LT(created->revision(), 99u);
  const auto updated = UpdateHost(R"(host { name: "hosts/n1" uid: "mine" revision: 99 })");
  ASSERT_THAT(updated, IsOk());
  EXPECT_EQ(updated->uid(), created->uid());
  EXPECT_EQ(updated->revision(), created->revision() + 1);
}

TEST_F(HostServiceTest, ARecreatedHostIsAnotherOne) {
  const auto first = CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" })");
  ASSERT_THAT(DeleteHost("n1"), IsOk());
  const auto second = CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" })");
  EXPECT_NE(first->uid(), second->uid());
}

TEST_F(HostServiceTest, ConcurrentUpdatesOfDifferentFieldsAllSurvive) {
  ASSERT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" })"), IsOk());
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([this, key = "k" + std::to_string(i)] {
      EXPECT_THAT(UpdateHost("host { name: \"hosts/n1\" labels { key: \"" + key +
                             "\" value: \"x\" } } update_mask { paths: \"labels." + key + "\" }"),
                  IsOk());
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(GetHost("n1")->labels().size(), 8u);
}

TEST_F(HostServiceTest, PagesAreInOrderAndStayGoodWhileHostsComeAndGo) {
  for (const char* id : {"c", "a", "e", "b", "d"}) {
    ASSERT_THAT(CreateHost(id, std::string(R"(nics { mac: "52:54:00:00:00:0)") + id + R"(" })"),
                IsOk());
  }
  const auto first = ListHosts("page_size: 2");
  ASSERT_THAT(first, IsOk());
  ASSERT_EQ(first->hosts_size(), 2);
  EXPECT_EQ(first->hosts(0).name(), "hosts/a");
  EXPECT_EQ(first->hosts(1).name(), "hosts/b");

  ASSERT_THAT(DeleteHost("b"), IsOk());
  ASSERT_THAT(DeleteHost("c"), IsOk());
  const auto second = ListHosts("page_size: 2 page_token: \"" + first->next_page_token() + "\"");
  ASSERT_THAT(second, IsOk());
  ASSERT_EQ(second->hosts_size(), 2);
  EXPECT_EQ(second->hosts(0).name(), "hosts/d");
  EXPECT_EQ(second->hosts(1).name(), "hosts/e");
  EXPECT_EQ(second->next_page_token(), "") << "a full page that is the last says so";
}

TEST_F(HostServiceTest, BadPagesAreRefused) {
  EXPECT_THAT(ListHosts("page_size: -1"), StatusIs(kInvalid, "page_size: "));
  EXPECT_THAT(ListHosts("page_token: \"abc\""), StatusIs(kInvalid, "page_token: "));
  EXPECT_EQ(ListHosts("")->hosts_size(), 0);
}

TEST_F(HostServiceTest, AWriteThatCannotBeQueuedIsRefusedAndChangesNothing) {
  server.writer.Stop();
  EXPECT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" })"),
              StatusIs(absl::StatusCode::kResourceExhausted, "try again later"));
  EXPECT_EQ(KnownAs("52:54:00:00:00:01"), "");
}

}  // namespace
}  // namespace pxe::server
