// Subnet rows: every field, and the rules between a subnet, its neighbours, profiles and hosts.
#include "store/subnets.h"

#include <gtest/gtest.h>

#include "store/hosts.h"
#include "store/revision.h"
#include "tests/store/store_fixture.h"

namespace pxe::store {
namespace {

class SubnetsTest : public StoreTest {
 protected:
  void AddHostAt(std::string_view address) {
    core::Host host = PlainHost("n1", 1);
    host.nics[0].address = Ip(address);
    ASSERT_THAT(InsertHost(db(), host, At(1)), IsOk());
  }
};

core::Subnet BareSubnet(std::string_view id, std::string_view cidr) {
  core::Subnet subnet;
  subnet.id = id;
  subnet.cidr = Net(cidr);
  return subnet;
}

TEST_F(SubnetsTest, EveryFieldSurvivesARestart) {
  ASSERT_THAT(InsertProfile(db(), DebProfile(), At(1)), IsOk());
  core::Subnet subnet = LabSubnet();
  subnet.default_profile = "deb";
  subnet.unknown_machines = core::UnknownMachines::kProfile;
  subnet.unknown_profile = "deb";
  const auto stored = InsertSubnet(db(), subnet, At(77));
  ASSERT_THAT(stored, IsOk());
  subnet.stamp = {.revision = 2, .created = At(77), .updated = At(77)};
  EXPECT_EQ(*stored, subnet);
  Reopen();
  EXPECT_THAT(GetSubnet(db(), "lab"), IsOkAndHolds(subnet));
}

TEST_F(SubnetsTest, DefaultsAndEveryPolicySurviveToo) {
  core::Subnet one = BareSubnet("a", "10.1.0.0/16");
  core::Subnet two = BareSubnet("b", "0.0.0.0/8");
  two.unknown_machines = core::UnknownMachines::kIgnore;
  const auto a = InsertSubnet(db(), one, At(1));
  const auto b = InsertSubnet(db(), two, At(2));
  EXPECT_THAT(ListSubnets(db()), IsOkAndHolds(std::vector{*a, *b}));
  EXPECT_EQ(ListSubnets(db())->front().unknown_machines, core::UnknownMachines::kAddressOnly);
}

TEST_F(SubnetsTest, EveryPolicyTowardsUnknownMachinesSurvives) {
  ASSERT_THAT(InsertProfile(db(), DebProfile(), At(1)), IsOk());
  for (const auto policy : {core::UnknownMachines::kIgnore, core::UnknownMachines::kAddressOnly,
                            core::UnknownMachines::kProfile, core::UnknownMachines::kLocal,
                            core::UnknownMachines::kDiscover}) {
    core::Subnet subnet = LabSubnet();
    subnet.unknown_machines = policy;
    if (policy == core::UnknownMachines::kProfile) subnet.unknown_profile = "deb";
    ASSERT_THAT(InsertSubnet(db(), subnet, At(1)), IsOk());
    EXPECT_EQ(GetSubnet(db(), "lab")->unknown_machines, policy);
    ASSERT_THAT(EraseSubnet(db(), "lab"), IsOk());
  }
}

TEST_F(SubnetsTest, AnUpdateReplacesAllButTheBeginning) {
  ASSERT_THAT(InsertSubnet(db(), LabSubnet(), At(77)), IsOk());
  core::Subnet changed = BareSubnet("lab", "10.0.0.0/23");
  const auto updated = UpdateSubnet(db(), changed, At(99));
  ASSERT_THAT(updated, IsOk());
  changed.stamp = {.revision = 2, .created = At(77), .updated = At(99)};
  EXPECT_EQ(*updated, changed);
  EXPECT_THAT(GetSubnet(db(), "lab"), IsOkAndHolds(changed));
}

TEST_F(SubnetsTest, AnIdIsTakenOnceAndWhatIsMissingIsNamed) {
  ASSERT_THAT(InsertSubnet(db(), LabSubnet(), At(1)), IsOk());
  EXPECT_THAT(InsertSubnet(db(), LabSubnet(), At(2)),
              StatusIs(kTaken, "subnets/lab already exists"));
  EXPECT_THAT(GetSubnet(db(), "x"), StatusIs(kMissing, "subnets/x does not exist"));
  EXPECT_THAT(EraseSubnet(db(), "x"), StatusIs(kMissing, "subnets/x does not exist"));
  EXPECT_THAT(UpdateSubnet(db(), BareSubnet("x", "11.0.0.0/8"), At(1)),
              StatusIs(kMissing, "subnets/x does not exist"));
}

TEST_F(SubnetsTest, OverlapsAreRefusedAndNameTheOther) {
  ASSERT_THAT(InsertSubnet(db(), BareSubnet("lab", "10.0.1.0/24"), At(1)), IsOk());
  ASSERT_THAT(InsertSubnet(db(), BareSubnet("far", "10.9.0.0/24"), At(1)), IsOk());
  for (const char* cidr : {"10.0.1.0/24", "10.0.1.128/25", "10.0.1.0/32", "10.0.0.0/23"}) {
    EXPECT_THAT(InsertSubnet(db(), BareSubnet("new", cidr), At(2)),
                StatusIs(kRefused, std::string("subnet.cidr: ") + cidr +
                                       " overlaps 10.0.1.0/24 of subnets/lab"));
  }
  EXPECT_THAT(InsertSubnet(db(), BareSubnet("new", "0.0.0.0/0"), At(2)),
              StatusIs(kRefused, "overlaps 10.9.0.0/24 of subnets/far"));
  EXPECT_THAT(InsertSubnet(db(), BareSubnet("before", "10.0.0.0/24"), At(2)), IsOk());
  EXPECT_THAT(InsertSubnet(db(), BareSubnet("after", "10.0.2.0/24"), At(2)), IsOk());
}

TEST_F(SubnetsTest, AnUpdateMayNotGrowIntoANeighbour) {
  ASSERT_THAT(InsertSubnet(db(), BareSubnet("a", "10.0.0.0/24"), At(1)), IsOk());
  ASSERT_THAT(InsertSubnet(db(), BareSubnet("b", "10.0.1.0/24"), At(1)), IsOk());
  EXPECT_THAT(UpdateSubnet(db(), BareSubnet("a", "10.0.0.0/23"), At(2)),
              StatusIs(kRefused, "subnet.cidr: 10.0.0.0/23 overlaps 10.0.1.0/24 of subnets/b"));
  EXPECT_THAT(UpdateSubnet(db(), BareSubnet("b", "10.0.1.128/25"), At(2)), IsOk());
}

TEST_F(SubnetsTest, ProfilesItNamesMustExist) {
  core::Subnet subnet = LabSubnet();
  subnet.default_profile = "x";
  EXPECT_THAT(InsertSubnet(db(), subnet, At(1)),
              StatusIs(kRefused, "subnet.default_profile: profiles/x does not exist"));
  subnet.default_profile.clear();
  subnet.unknown_machines = core::UnknownMachines::kProfile;
  subnet.unknown_profile = "y";
  EXPECT_THAT(InsertSubnet(db(), subnet, At(1)),
              StatusIs(kRefused, "subnet.unknown_profile: profiles/y does not exist"));
}

TEST_F(SubnetsTest, TheSchemaTiesTheUnknownProfileToItsPolicy) {
  ASSERT_THAT(InsertProfile(db(), DebProfile(), At(1)), IsOk());
  core::Subnet subnet = LabSubnet();
  subnet.unknown_profile = "deb";
  EXPECT_THAT(InsertSubnet(db(), subnet, At(1)), StatusIs(kInvalid, "unknown_profile"));
  subnet.unknown_profile.clear();
  subnet.unknown_machines = core::UnknownMachines::kProfile;
  EXPECT_THAT(InsertSubnet(db(), subnet, At(1)), StatusIs(kInvalid, "unknown_profile"));
  subnet.unknown_machines = core::UnknownMachines::kDiscover;
  EXPECT_THAT(InsertSubnet(db(), subnet, At(1)), IsOk());
  subnet.unknown_profile = "deb";
  EXPECT_THAT(UpdateSubnet(db(), subnet, At(1)), IsOk());
}

TEST_F(SubnetsTest, OneThatHoldsAHostsAddressIsNotErased) {
  ASSERT_THAT(InsertSubnet(db(), LabSubnet(), At(1)), IsOk());
  AddHostAt("10.0.0.20");
  EXPECT_THAT(EraseSubnet(db(), "lab"),
              StatusIs(kRefused, "subnets/lab: hosts/n1 has the address 10.0.0.20 in it"));
  ASSERT_THAT(EraseHost(db(), "n1"), IsOk());
  EXPECT_THAT(EraseSubnet(db(), "lab"), IsOk());
  EXPECT_THAT(ListSubnets(db()), IsOkAndHolds(std::vector<core::Subnet>()));
  EXPECT_THAT(CurrentRevision(db()), IsOkAndHolds(4u));
}

TEST_F(SubnetsTest, AnUpdateOrphansNoHost) {
  ASSERT_THAT(InsertSubnet(db(), BareSubnet("lab", "10.0.0.0/24"), At(1)), IsOk());
  AddHostAt("10.0.0.127");
  EXPECT_THAT(UpdateSubnet(db(), BareSubnet("lab", "10.0.0.0/26"), At(2)),
              StatusIs(kRefused, "subnet.cidr: 10.0.0.127 of hosts/n1 would lie in no subnet"));
  EXPECT_THAT(UpdateSubnet(db(), BareSubnet("lab", "192.168.0.0/24"), At(2)),
              StatusIs(kRefused, "subnet.cidr: 10.0.0.127 of hosts/n1 would lie in no subnet"));
  EXPECT_THAT(UpdateSubnet(db(), BareSubnet("lab", "10.0.0.0/25"), At(2)),
              StatusIs(kRefused, "10.0.0.127 of hosts/n1 would become its broadcast address"));
  EXPECT_THAT(UpdateSubnet(db(), BareSubnet("lab", "10.0.0.0/23"), At(2)), IsOk());
}

TEST_F(SubnetsTest, ARouterMayNotTakeAHostsAddress) {
  ASSERT_THAT(InsertSubnet(db(), BareSubnet("lab", "10.0.0.0/24"), At(1)), IsOk());
  AddHostAt("10.0.0.2");
  EXPECT_THAT(UpdateSubnet(db(), LabSubnet(), At(2)),
              StatusIs(kRefused, "subnet.routers[1]: 10.0.0.2 belongs to hosts/n1"));
}

TEST_F(SubnetsTest, EveryWayToServeSurvives) {
  core::Subnet subnet = BareSubnet("lab", "10.0.0.0/24");
  ASSERT_THAT(InsertSubnet(db(), subnet, At(1)), IsOk());
  for (const auto mode : {core::SubnetMode::kFull, core::SubnetMode::kProxy, core::SubnetMode::kOff,
                          core::SubnetMode::kReservationsOnly}) {
    subnet.mode = mode;
    ASSERT_THAT(UpdateSubnet(db(), subnet, At(1)), IsOk());
    EXPECT_EQ(GetSubnet(db(), "lab")->mode, mode);
  }
  for (const auto identity :
       {core::Identity::kMac, core::Identity::kClientId, core::Identity::kAuto}) {
    subnet.identity = identity;
    ASSERT_THAT(UpdateSubnet(db(), subnet, At(1)), IsOk());
    EXPECT_EQ(GetSubnet(db(), "lab")->identity, identity);
  }
  for (const auto bootp : {core::Bootp::kStatic, core::Bootp::kDynamic, core::Bootp::kOff}) {
    subnet.bootp = bootp;
    ASSERT_THAT(UpdateSubnet(db(), subnet, At(1)), IsOk());
    EXPECT_EQ(GetSubnet(db(), "lab")->bootp, bootp);
  }
}

TEST_F(SubnetsTest, N2_ARelayStandsOnOneLink) {
  ASSERT_THAT(InsertSubnet(db(), LabSubnet(), At(1)), IsOk());
  core::Subnet other = BareSubnet("other", "10.1.0.0/24");
  other.relay_addresses = {Ip("192.168.9.3"), Ip("192.168.9.1")};
  EXPECT_THAT(InsertSubnet(db(), other, At(1)),
              StatusIs(kRefused, "subnet.relay_addresses[1]: 192.168.9.1 is that of subnets/lab"));
  core::Subnet lab = LabSubnet();
  lab.relay_addresses.clear();
  ASSERT_THAT(UpdateSubnet(db(), lab, At(1)), IsOk());
  EXPECT_THAT(InsertSubnet(db(), other, At(1)), IsOk());
}

}  // namespace
}  // namespace pxe::store
