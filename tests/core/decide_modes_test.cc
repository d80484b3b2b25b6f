// Modes of a subnet, shared networks, BOOTP, and what a client is: core/decide_dhcp.h beyond the
// states of RFC 2131.
#include <gtest/gtest.h>

#include "core/decide_dhcp.h"
#include "core/identity.h"
#include "core/place_on_link.h"
#include "tests/core/dhcp_desk.h"

namespace pxe::core {
namespace {

using std::chrono::seconds;

class DecideModesTest : public testing::Test {
 protected:
  static std::string Said(const DhcpVerdict& verdict) { return DhcpDesk::Said(verdict); }
  static DhcpGrant Granted(const DhcpVerdict& verdict) {
    return std::get<DhcpGrant>(verdict.answer);
  }

  // A packet of firmware that is to boot pxelinux.0.
  DhcpQuestion Firmware(DhcpMessage message) {
    DhcpQuestion question = desk.Question(message, 1);
    question.facts.vendor_class = "PXEClient:Arch:00000:UNDI:002001";
    question.facts.architectures = {0};
    desk.facts.boot = {Ip("10.0.0.2"), "pxelinux.0"};
    return question;
  }
  DhcpQuestion WithId(DhcpMessage message, int client, std::vector<uint8_t> id) const {
    DhcpQuestion question = desk.Question(message, client);
    question.client_id = std::move(id);
    return question;
  }

  DhcpDesk desk;
};

// --- modes ---

TEST_F(DecideModesTest, P1_AnOffSubnetIsSilence) {
  desk.subnet.mode = SubnetMode::kOff;
  EXPECT_EQ(Said(desk.Discover(1)), "silence: subnet_off");
  EXPECT_EQ(Said(desk.Renew(1, "10.0.0.10")), "silence: subnet_off");
  EXPECT_EQ(Said(desk.Decide(Firmware(DhcpMessage::kBootServer))), "silence: subnet_off");
}

TEST_F(DecideModesTest, P1_ReservationsOnlyServesWhoHasOne) {
  desk.subnet.mode = SubnetMode::kReservationsOnly;
  EXPECT_EQ(Said(desk.Discover(1)), "silence: not_reserved");
  EXPECT_EQ(Said(desk.InitReboot(1, "10.0.0.10")), "silence: not_reserved");
  EXPECT_EQ(Said(desk.Select(1, "10.0.0.10")), "nak") << "it says that it is ours";
  EXPECT_EQ(Said(desk.Select(1, "10.0.0.10", "10.0.0.3")), "silence: not_reserved");
  desk.ReserveForClient("10.0.0.50");
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.50");
  EXPECT_EQ(Said(desk.Select(1, "10.0.0.10")), "nak") << "of the pool";
  EXPECT_EQ(Said(desk.Select(1, "10.0.0.50")), "ack 10.0.0.50");
}

TEST_F(DecideModesTest, P1_ReservationsOnlyHasNoAddressBesidesTheReservedOne) {
  desk.Select(9, "10.0.0.12");
  desk.subnet.mode = SubnetMode::kReservationsOnly;
  desk.ReserveForClient("10.0.0.12");
  EXPECT_EQ(Said(desk.Discover(1)), "silence: no_address");
}

TEST_F(DecideModesTest, C129_P2_AProxyOffersNoAddressAndOnlyToWhoBoots) {
  desk.subnet.mode = SubnetMode::kProxy;
  DhcpQuestion question = Firmware(DhcpMessage::kDiscover);
  const DhcpVerdict verdict = desk.Decide(question);
  EXPECT_EQ(Said(verdict), "proxy offer 0.0.0.0");
  EXPECT_FALSE(verdict.offer);
  EXPECT_EQ(Granted(verdict).boot.file, "pxelinux.0");
  question.facts.architectures.clear();
  EXPECT_EQ(Said(desk.Decide(question)), "silence: proxy_only") << "without option 93";
  EXPECT_EQ(Said(desk.Discover(1)), "silence: proxy_only") << "an operating system";
  question = Firmware(DhcpMessage::kDiscover);
  question.facts.vendor_class = "HTTPClient:Arch:00016";
  EXPECT_EQ(Said(desk.Decide(question)), "proxy offer 0.0.0.0");
  desk.facts.boot = {};
  EXPECT_EQ(Said(desk.Decide(question)), "silence: nothing_to_boot");
}

TEST_F(DecideModesTest, C129_AProxyIsSilentToAllButDiscover) {
  desk.subnet.mode = SubnetMode::kProxy;
  for (const DhcpMessage message :
       {DhcpMessage::kRequest, DhcpMessage::kRelease, DhcpMessage::kDecline, DhcpMessage::kInform,
        DhcpMessage::kBootp}) {
    DhcpQuestion question = Firmware(message);
    question.requested = question.ciaddr = Ip("10.0.0.10");
    EXPECT_EQ(Said(desk.Decide(question)), "silence: proxy_only");
  }
}

TEST_F(DecideModesTest, P2_OptionsOfAProxyAreAboutBooting) {
  desk.subnet.mode = SubnetMode::kProxy;
  desk.facts.options = {{.code = 6, .value = {1, 1, 1, 1}, .always = true},
                        {.code = 43, .value = {6, 1, 8, 255}},
                        {.code = 209, .value = {'c'}}};
  const auto options = Granted(desk.Decide(Firmware(DhcpMessage::kDiscover))).options;
  ASSERT_EQ(options.size(), 2u);
  EXPECT_EQ(options[0].code, 43);
  EXPECT_EQ(options[1].code, 209);
}

TEST_F(DecideModesTest, C130_TheBootServiceAnswersWhateverTheMode) {
  for (const SubnetMode mode :
       {SubnetMode::kProxy, SubnetMode::kFull, SubnetMode::kReservationsOnly}) {
    desk.subnet.mode = mode;
    DhcpQuestion question = Firmware(DhcpMessage::kBootServer);
    question.ciaddr = Ip("10.0.0.77");
    const DhcpVerdict verdict = desk.Decide(question);
    EXPECT_EQ(Said(verdict), "boot server 0.0.0.0");
    EXPECT_TRUE(verdict.changes.empty());
    question.server_id = Ip("10.0.0.3");
    EXPECT_EQ(Said(desk.Decide(question)), "silence: other_server");
    question.server_id = Ip("10.0.0.2");
    EXPECT_EQ(Said(desk.Decide(question)), "boot server 0.0.0.0");
    question.facts.vendor_class = "MSFT 5.0";
    EXPECT_EQ(Said(desk.Decide(question)), "silence: nothing_to_boot");
  }
}

// --- shared networks ---

TEST_F(DecideModesTest, N3_PoolsAreTriedInOrderAndTheSubnetIsThatOfTheAddress) {
  desk.Share();
  for (const int client : {1, 2, 3}) desk.Discover(client);
  const DhcpVerdict verdict = desk.Discover(4);
  EXPECT_EQ(Said(verdict), "offer 10.1.0.10");
  EXPECT_EQ(Granted(verdict).subnet, desk.second.cidr);
  EXPECT_EQ(Granted(verdict).routers, desk.second.routers);
  EXPECT_EQ(Said(desk.Select(4, "10.1.0.10")), "ack 10.1.0.10");
  EXPECT_EQ(Said(desk.Renew(4, "10.1.0.10")), "ack 10.1.0.10");
}

TEST_F(DecideModesTest, N3_ReservationsAndLeasesAreFoundInAllOfThem) {
  desk.Share();
  desk.Select(1, "10.1.0.12");
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.1.0.12");
  desk.ReserveForClient("10.1.0.50");
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.1.0.50");
  const DhcpVerdict moved = desk.Select(1, "10.1.0.50");
  ASSERT_EQ(moved.changes.size(), 2u) << "one address on one link";
  EXPECT_EQ(moved.changes[1].address, Ip("10.1.0.12"));
}

TEST_F(DecideModesTest, N3_ASubnetThatIsServedOtherwiseTakesNoPart) {
  desk.Share();
  desk.second.mode = SubnetMode::kOff;
  EXPECT_EQ(Said(desk.Select(1, "10.1.0.10")), "nak");
  for (const int client : {1, 2, 3}) desk.Discover(client);
  EXPECT_EQ(Said(desk.Discover(4)), "silence: no_address");
}

TEST_F(DecideModesTest, N3_AMachineIsPlacedWhereItsAddressWillBe) {
  desk.Share();
  const auto placed = [&](const DhcpQuestion& question) {
    return PlaceOnLink(question, desk.subnet, desk.both, desk.facts.host, desk.facts.nic, desk.book,
                       desk.now)
        .id;
  };
  DhcpQuestion question = desk.Question(DhcpMessage::kDiscover, 1);
  EXPECT_EQ(placed(question), "lab");
  question.ciaddr = Ip("10.1.0.10");
  EXPECT_EQ(placed(question), "lab") << "C46";
  question.message = DhcpMessage::kRequest;
  EXPECT_EQ(placed(question), "second") << "it renews";
  question.ciaddr = {};
  question.message = DhcpMessage::kDiscover;
  for (const int client : {7, 8, 9}) desk.Discover(client);
  EXPECT_EQ(placed(question), "second") << "no address in the first";
  desk.ReserveForClient("10.0.0.50");
  EXPECT_EQ(placed(question), "lab") << "reserved";
  desk.facts.nic = nullptr;
  desk.Select(1, "10.1.0.10");
  desk.now += desk.subnet.default_lease / 2;
  EXPECT_EQ(placed(question), "second") << "leased";
}

TEST_F(DecideModesTest, N5_AClientThatMovesToAnotherLinkKeepsItsOldLeaseUntilItEnds) {
  desk.Share();
  desk.Select(1, "10.0.0.10");
  DhcpFacts elsewhere{.subnet = &desk.second};
  const DhcpVerdict verdict =
      DecideDhcp(desk.Question(DhcpMessage::kDiscover, 1), elsewhere, desk.book, desk.now);
  EXPECT_EQ(Said(verdict), "offer 10.1.0.10");
  EXPECT_TRUE(IsLive(*desk.book.LeaseAt(Ip("10.0.0.10")), desk.now));
}

// --- BOOTP ---

TEST_F(DecideModesTest, C147_BootpNeedsAReservationUnlessItIsDynamic) {
  const DhcpQuestion question = desk.Question(DhcpMessage::kBootp, 1);
  EXPECT_EQ(Said(desk.Decide(question)), "silence: bootp_off");
  desk.subnet.bootp = Bootp::kDynamic;
  EXPECT_EQ(Said(desk.Decide(question)), "bootp 10.0.0.10");
  desk.subnet.bootp = Bootp::kOff;
  desk.ReserveForClient("10.0.0.50");
  EXPECT_EQ(Said(desk.Decide(question)), "silence: bootp_off");
  desk.subnet.bootp = Bootp::kStatic;
  const DhcpVerdict verdict = desk.Decide(question);
  EXPECT_EQ(Said(verdict), "bootp 10.0.0.50");
  EXPECT_EQ(verdict.changes.at(0).ends, kNever);
  EXPECT_TRUE(desk.Decide(question).changes.empty()) << "it has it for ever";
}

// --- what a client is ---

TEST_F(DecideModesTest, C98_ByMacIdentifiersMakeNoDifference) {
  desk.Decide(WithId(DhcpMessage::kDiscover, 1, {0xff, 1}));
  EXPECT_EQ(Said(desk.Decide(WithId(DhcpMessage::kDiscover, 1, {0xff, 2}))), "offer 10.0.0.10");
  EXPECT_EQ(Said(desk.Decide(WithId(DhcpMessage::kDiscover, 2, {0xff, 1}))), "offer 10.0.0.11");
}

TEST_F(DecideModesTest, C98_ByClientIdTheyTellClientsOfOneNicApart) {
  desk.subnet.identity = Identity::kClientId;
  EXPECT_EQ(Said(desk.Decide(WithId(DhcpMessage::kDiscover, 1, {0xff, 1}))), "offer 10.0.0.10");
  EXPECT_EQ(Said(desk.Decide(WithId(DhcpMessage::kDiscover, 1, {0xff, 2}))), "offer 10.0.0.11");
  EXPECT_EQ(Said(desk.Decide(WithId(DhcpMessage::kDiscover, 1, {0xff, 1}))), "offer 10.0.0.10");
}

TEST_F(DecideModesTest, C100_AnIdThatRepeatsTheHardwareAddressIsNone) {
  desk.subnet.identity = Identity::kClientId;
  desk.Select(1, "10.0.0.12");
  const DhcpQuestion question = WithId(DhcpMessage::kDiscover, 1, {1, 0x52, 0x54, 0, 0, 0, 1});
  EXPECT_EQ(Said(desk.Decide(question)), "offer 10.0.0.12");
}

TEST_F(DecideModesTest, C100_ALeaseWithoutIdIsTakenOverByTheFirstOne) {
  desk.subnet.identity = Identity::kClientId;
  desk.Select(1, "10.0.0.12");
  DhcpQuestion first = WithId(DhcpMessage::kRequest, 1, {0xff, 1});
  first.ciaddr = Ip("10.0.0.12");
  EXPECT_EQ(Said(desk.Decide(first)), "ack 10.0.0.12");
  EXPECT_TRUE(desk.book.LeaseAt(Ip("10.0.0.12"))->by_client_id);
  EXPECT_EQ(Said(desk.Decide(WithId(DhcpMessage::kDiscover, 1, {0xff, 2}))), "offer 10.0.0.10");
  EXPECT_EQ(Said(desk.Decide(first)), "ack 10.0.0.12");
  EXPECT_TRUE(desk.book.Verify().ok());
}

TEST_F(DecideModesTest, C101_TwoMachinesWithOneIdAreOneClientAndRemarkable) {
  desk.subnet.identity = Identity::kClientId;
  DhcpQuestion question = WithId(DhcpMessage::kRequest, 1, {0xff, 1});
  question.server_id = Ip("10.0.0.2");
  question.requested = Ip("10.0.0.10");
  EXPECT_TRUE(desk.Decide(question).remarks.empty());
  const DhcpVerdict other = desk.Decide(WithId(DhcpMessage::kDiscover, 2, {0xff, 1}));
  EXPECT_EQ(Said(other), "offer 10.0.0.10");
  EXPECT_EQ(ToString(other.remarks.at(0)),
            "clientid_collision: it has the client identifier and the address 10.0.0.10 of "
            "52:54:00:00:00:01");
  desk.subnet.identity = Identity::kMac;
  EXPECT_EQ(Said(desk.Decide(WithId(DhcpMessage::kDiscover, 2, {0xff, 1}))), "offer 10.0.0.11");
}

TEST_F(DecideModesTest, C98_C99_ByAutoFirmwareAndTheSystemAfterItShareAnAddress) {
  desk.subnet.identity = Identity::kAuto;
  DhcpQuestion firmware = Firmware(DhcpMessage::kRequest);
  firmware.server_id = Ip("10.0.0.2");
  firmware.requested = Ip("10.0.0.11");
  EXPECT_EQ(Said(desk.Decide(firmware)), "ack 10.0.0.11");
  DhcpQuestion system = WithId(DhcpMessage::kDiscover, 1, {0xff, 9});
  EXPECT_EQ(Said(desk.Decide(system)), "offer 10.0.0.11");
  system.message = DhcpMessage::kRequest;
  system.server_id = Ip("10.0.0.2");
  system.requested = Ip("10.0.0.11");
  EXPECT_EQ(Said(desk.Decide(system)), "ack 10.0.0.11");
  EXPECT_EQ(Said(desk.Decide(WithId(DhcpMessage::kDiscover, 1, {0xff, 8}))), "offer 10.0.0.10")
      << "a container on the same NIC";
  firmware.client_id = {0, 1, 2, 3};
  EXPECT_EQ(Said(desk.Decide(firmware)), "ack 10.0.0.11") << "the machine boots again";
  EXPECT_EQ(desk.book.LeaseAt(Ip("10.0.0.11"))->client_id, system.client_id);
  EXPECT_TRUE(desk.book.Verify().ok());
}

TEST_F(DecideModesTest, C98_WhoWasKeptByItsIdIsKnownByMacAgain) {
  desk.subnet.identity = Identity::kClientId;
  DhcpQuestion question = WithId(DhcpMessage::kRequest, 1, {0xff, 1});
  question.server_id = Ip("10.0.0.2");
  question.requested = Ip("10.0.0.10");
  desk.Decide(question);
  desk.subnet.identity = Identity::kMac;
  EXPECT_EQ(Said(desk.Renew(1, "10.0.0.10")), "ack 10.0.0.10");
  EXPECT_FALSE(desk.book.LeaseAt(Ip("10.0.0.10"))->by_client_id);
  EXPECT_TRUE(desk.book.Verify().ok());
}

TEST_F(DecideModesTest, C103_C104_AnyHardwareAddressIsAClient) {
  DhcpQuestion question = desk.Question(DhcpMessage::kDiscover, 1);
  question.client.length = 16;
  for (uint8_t& byte : question.client.bytes) byte = 7;
  EXPECT_EQ(Said(desk.Decide(question)), "offer 10.0.0.10");
  question.client.type = 32;
  EXPECT_EQ(Said(desk.Decide(question)), "offer 10.0.0.11");
}

// --- options ---

TEST_F(DecideModesTest, C90_ClasslessRoutesHaveTheDefaultRoute) {
  desk.facts.options = {{.code = 121, .value = {8, 10, 10, 0, 0, 9}},
                        {.code = 249, .value = {0, 10, 0, 0, 9}}};
  const auto options = Granted(desk.Discover(1)).options;
  EXPECT_EQ(options[0].value, (std::vector<uint8_t>{8, 10, 10, 0, 0, 9, 0, 10, 0, 0, 1}));
  EXPECT_EQ(options[1].value, desk.facts.options[1].value) << "it has one";
  desk.subnet.routers.clear();
  EXPECT_EQ(Granted(desk.Discover(1)).options[0].value, desk.facts.options[0].value);
}

TEST_F(DecideModesTest, C94_TheSubnetSaysWhetherOption61IsSentBack) {
  EXPECT_TRUE(Granted(desk.Discover(1)).echo_client_id);
  desk.subnet.echo_client_id = false;
  EXPECT_FALSE(Granted(desk.Discover(1)).echo_client_id);
  EXPECT_FALSE(std::get<DhcpNak>(desk.Select(1, "10.9.0.1").answer).echo_client_id);
}

}  // namespace
}  // namespace pxe::core
