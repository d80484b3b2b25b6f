// Flags for who gets which address, and for what hosts are found by.
#include "tests/clients/pxeadm/run_fixture.h"

namespace pxe::adm {
namespace {

using testing::HasSubstr;
using testing::Not;

class GuardFlagsTest : public RunTest {
 protected:
  void SetUp() override {
    Done(
        "subnet create lab --cidr 10.0.0.0/24 --pool 10.0.0.10-10.0.0.19 "
        "--pool 10.0.0.20-10.0.0.29");
  }
  std::string Lab() { return Done("subnet get lab -o yaml"); }
};

TEST_F(GuardFlagsTest, N4_AGuardIsSetAndTakenAwayByItsPoolAndTheOthersStay) {
  Done(
      "subnet update lab --guard 10.0.0.10-10.0.0.19=known "
      "--guard 10.0.0.20-10.0.0.29=unknown,kind:uefi-x64,kind:bios,vendor:PXEClient");
  EXPECT_THAT(Lab(), HasSubstr("poolGuards:\n"
                               "  - pool: 10.0.0.10-10.0.0.19\n"
                               "    clients: POOL_CLIENTS_KNOWN\n"
                               "  - pool: 10.0.0.20-10.0.0.29\n"
                               "    clients: POOL_CLIENTS_UNKNOWN\n"
                               "    kinds:\n"
                               "      - bios\n"
                               "      - uefi-x64\n"
                               "    vendorClassPrefix: PXEClient\n"));
  Done("subnet update lab --guard 10.0.0.10-10.0.0.19-");
  EXPECT_THAT(Lab(), Not(HasSubstr("POOL_CLIENTS_KNOWN")));
  EXPECT_THAT(Lab(), HasSubstr("POOL_CLIENTS_UNKNOWN"));
}

TEST_F(GuardFlagsTest, N4_WhatIsNoGuardIsRefusedByTheFlagAndWhatCannotBeByTheServer) {
  for (const char* guard : {"10.0.0.10-10.0.0.19", "10.0.0.10=known", "10.0.0.10-10.0.0.19=all",
                            "10.0.0.10-10.0.0.19="}) {
    const Ended ended = Pxeadm(std::string("subnet update lab --guard ") + guard);
    EXPECT_EQ(ended.code, ExitCode::kUsage) << guard;
    EXPECT_THAT(ended.err, HasSubstr("--guard: ")) << guard;
  }
  EXPECT_THAT(Pxeadm("subnet update lab --guard 10.0.0.40-10.0.0.49=known").err,
              HasSubstr("subnet.pool_guards[0].pool: 10.0.0.40-10.0.0.49 is none of the pools"));
}

TEST_F(GuardFlagsTest, EverySwitchOfASubnetHasItsFlag) {
  Done(
      "subnet update lab --edge-addresses true --reuse-declined true --ping-check true "
      "--trust-subnet-selection true --trust-direct-relay-agent false --min-secs 8 "
      "--host-key circuit-id --host-key mac");
  for (const char* line :
       {"edgeAddresses: true", "reuseDeclined: true", "pingCheck: true",
        "trustSubnetSelection: true", "trustDirectRelayAgent: false", "minSecs: 8s",
        "hostKeys:\n  - HOST_KEY_CIRCUIT_ID\n  - HOST_KEY_MAC\n"}) {
    EXPECT_THAT(Lab(), HasSubstr(line));
  }
  const Ended ended = Pxeadm("subnet update lab --host-key serial");
  EXPECT_EQ(ended.code, ExitCode::kUsage);
  EXPECT_THAT(ended.err,
              HasSubstr("--host-key: is one of mac, uuid, client-id, circuit-id, remote-id"));
}

TEST_F(GuardFlagsTest, C105_AHostIsTiedToItsClientIdAndToAPort) {
  Done(
      "host create n1 --client-id ff:00:01 --client-id 0053 --circuit-id eth0/1 "
      "--remote-id 0x0006aa");
  const std::string host = Done("host get n1 -o yaml");
  for (const char* line :
       {"clientIds:\n  - ff0001\n  - \"0053\"\n", "circuitId: eth0/1", "remoteId: \"0x0006aa\""}) {
    EXPECT_THAT(host, HasSubstr(line));
  }
  Done("host update n1 --circuit-id \"\"");
  EXPECT_THAT(Done("host get n1 -o yaml"), Not(HasSubstr("eth0/1")));
  EXPECT_THAT(Pxeadm("host create n2 --remote-id 0x0006aa").err,
              HasSubstr("host.remote_id: 0x0006aa belongs to hosts/n1"));
}

// What was is shown as it was, and a difference names the field.
TEST_F(GuardFlagsTest, HistoryTellsOfThem) {
  const std::string before = Done("subnet get lab -o json");
  Done("subnet update lab --guard 10.0.0.10-10.0.0.19=known --reuse-declined true");
  EXPECT_EQ(Done("subnet get lab --at 1 -o json"), before);
  const std::string differences = Done("diff subnet/lab --from 1");
  EXPECT_THAT(differences, HasSubstr("pool_guards"));
  EXPECT_THAT(differences, HasSubstr("reuse_declined"));
}

}  // namespace
}  // namespace pxe::adm
