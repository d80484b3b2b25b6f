// Which rows of the quirk table have a say about a client, and what becomes of a grant by them.
#include "core/quirks.h"

#include <gmock/gmock.h>

#include "core/validate.h"
#include "tests/core/dhcp_desk.h"
#include "tests/support/status_matchers.h"

namespace pxe::core {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr ClientKind kBios{Platform::kBios, Agent::kFirmware};
constexpr ClientKind kUefi{Platform::kUefiX64, Agent::kFirmware};
constexpr ClientKind kHttp{Platform::kUefiX64, Agent::kHttp};
constexpr ClientKind kPi{Platform::kUnknown, Agent::kRaspberryPi};

ClientFacts Facts(const char* mac = "52:54:00:00:00:01", std::string vendor_class = "PXEClient") {
  ClientFacts facts;
  facts.vendor_class = std::move(vendor_class);
  facts.mac = *ParseMacAddress(mac);
  return facts;
}

Quirk Row(std::string id, QuirkMatch match, QuirkActions actions) {
  return {.id = std::move(id), .match = std::move(match), .actions = std::move(actions)};
}

std::vector<std::string> IdsOf(const QuirkRuling& ruling) {
  std::vector<std::string> ids;
  for (const Quirk* row : ruling.rows) ids.push_back(row->id);
  return ids;
}

QuirkRuling Rule(const ClientKind& kind, std::vector<const Quirk*> rows, bool boots = true) {
  return RuleOnQuirks(Facts(), kind, boots, rows);
}

std::string TextOf(const DhcpGrant& grant, uint8_t code) {
  for (const DhcpOption& option : grant.options) {
    if (option.code == code) return {option.value.begin(), option.value.end()};
  }
  return "(absent)";
}

TEST(QuirksTest, BuiltInRowsAreLegalButForTheirIdsWhichNoOperatorCanTake) {
  for (Quirk row : BuiltInQuirks()) {
    EXPECT_FALSE(ValidateId("quirk_id", row.id).ok()) << row.id;
    EXPECT_FALSE(row.why.empty()) << row.id;
    row.id = "legal";
    EXPECT_THAT(Validate(row), IsOk());
  }
}

TEST(QuirksTest, AllThatAMatchSaysMustBeTrue) {
  const QuirkMatch match{
      .mac_prefix = {0x52, 0x54}, .vendor_class_prefix = "PXE", .kinds = {"bios", "uefi-x64"}};
  EXPECT_TRUE(Matches(match, Facts(), kBios));
  EXPECT_TRUE(Matches(match, Facts(), kUefi));
  EXPECT_FALSE(Matches(match, Facts(), kHttp));
  EXPECT_FALSE(Matches(match, Facts("52:55:00:00:00:01"), kBios));
  EXPECT_FALSE(Matches(match, Facts("52:54:00:00:00:01", "udhcp"), kBios));
  ClientFacts infiniband = Facts();
  infiniband.mac = std::nullopt;
  EXPECT_FALSE(Matches(match, infiniband, kBios));
  EXPECT_TRUE(Matches({.kinds = {"bios"}}, infiniband, kBios));
}

TEST(QuirksTest, AWholeMacAddressIsOneMachine) {
  const QuirkMatch match{.mac_prefix = {0x52, 0x54, 0, 0, 0, 1}};
  EXPECT_TRUE(Matches(match, Facts(), kBios));
  EXPECT_FALSE(Matches(match, Facts("52:54:00:00:00:02"), kBios));
}

TEST(QuirksTest, WhereNoRowMatchesNothingIsSaidNorAllocated) {
  const Quirk other = Row("other", {.kinds = {"uefi-x64"}}, {.broadcast = true});
  const QuirkRuling ruling = Rule(kBios, {&other});
  EXPECT_EQ(ruling, QuirkRuling{});
  EXPECT_EQ(ruling.rows.capacity(), 0u);
}

TEST(QuirksTest, EachThingIsSaidByTheFirstRowThatSpeaksOfIt) {
  const Quirk first = Row("first", {.kinds = {"bios"}}, {.pad_to = 576});
  const Quirk second = Row("second", {.kinds = {"bios"}}, {.broadcast = false, .pad_to = 400});
  const Quirk third = Row("third", {.kinds = {"bios"}}, {.broadcast = true});
  const QuirkRuling ruling = Rule(kBios, {&first, &second, &third});
  EXPECT_EQ(ruling.actions, (QuirkActions{.broadcast = false, .pad_to = 576}));
  EXPECT_THAT(IdsOf(ruling), ElementsAre("first", "second")) << "the third had no say";
}

TEST(QuirksTest, Q12_AnOperatorsRowStandsBeforeTheBuiltInOneAndCanSwitchItOff) {
  EXPECT_THAT(IdsOf(Rule(kPi, {})), ElementsAre("raspberry_pi"));
  const Quirk usual = Row("usual", {.kinds = {"rpi"}},
                          {.vendor_options = VendorOptions::kUsual, .vendor_class = ""});
  const QuirkRuling off = Rule(kPi, {&usual});
  EXPECT_THAT(IdsOf(off), ElementsAre("usual"));
  DhcpGrant grant;
  Obey(off, grant);
  EXPECT_EQ(grant, DhcpGrant{});
  const Quirk menu = Row("menu", {.kinds = {"rpi"}},
                         {.vendor_options = VendorOptions::kGiven, .vendor_bytes = {6, 1, 3, 255}});
  const QuirkRuling both = Rule(kPi, {&menu});
  EXPECT_THAT(IdsOf(both), ElementsAre("menu", "raspberry_pi"));
  EXPECT_EQ(both.actions.vendor_bytes, menu.actions.vendor_bytes);
  EXPECT_EQ(both.actions.vendor_class, "PXEClient");
}

TEST(QuirksTest, WhoHasNothingToBootIsToldNothingOfBooting) {
  const Quirk row = Row("row", {.kinds = {"rpi"}}, {.nul_in_length = true, .broadcast = true});
  const QuirkRuling ruling = Rule(kPi, {&row}, false);
  EXPECT_EQ(ruling.actions, QuirkActions{.broadcast = true});
  EXPECT_THAT(IdsOf(ruling), ElementsAre("row"));
  EXPECT_THAT(IdsOf(Rule(kPi, {}, false)), IsEmpty());
}

TEST(QuirksTest, C116_NoRowTellsAnHttpClientPxeClientNorTheReverse) {
  const Quirk pxe = Row("pxe", {.vendor_class_prefix = "PXE"}, {.vendor_class = "PXEClient"});
  const Quirk http = Row("http", {.vendor_class_prefix = "PXE"}, {.vendor_class = "HTTPClient"});
  const Quirk own = Row("own", {.vendor_class_prefix = "PXE"}, {.vendor_class = "Acme"});
  EXPECT_EQ(Rule(kHttp, {&pxe, &http}).actions.vendor_class, "HTTPClient");
  EXPECT_EQ(Rule(kBios, {&http, &pxe}).actions.vendor_class, "PXEClient");
  EXPECT_EQ(Rule(kHttp, {&pxe, &own}).actions.vendor_class, "Acme");
}

TEST(QuirksTest, Q4_Q5_Q15_ARowOfAnOperatorBecomesTheHabitsOfAReply) {
  const Quirk row = Row("jetway", {.mac_prefix = {0x52, 0x54, 0}},
                        {.vendor_options = VendorOptions::kOmitted,
                         .omit_boot_option = true,
                         .nul_in_length = true,
                         .broadcast = true,
                         .pad_to = 576,
                         .delay = milliseconds{2000}});
  DhcpGrant grant;
  Obey(Rule(kBios, {&row}), grant);
  EXPECT_EQ(grant.habits, (ReplyHabits{.omit_boot_option = true,
                                       .omit_vendor_options = true,
                                       .nul_in_length = true,
                                       .pad_to = 576,
                                       .delay = milliseconds{2000}}));
  EXPECT_TRUE(grant.broadcast);
}

TEST(QuirksTest, C8_ARowHasTheLastWordOnBroadcast) {
  const Quirk row = Row("unicast", {.kinds = {"bios"}}, {.broadcast = false});
  DhcpGrant grant{.broadcast = true};
  Obey(Rule(kUefi, {&row}), grant);
  EXPECT_TRUE(grant.broadcast) << "it is not about this client";
  Obey(Rule(kBios, {&row}), grant);
  EXPECT_FALSE(grant.broadcast);
}

TEST(QuirksTest, AnOption43OfHostProfileOrSubnetStays) {
  DhcpGrant grant{.options = {{.code = 43, .value = {'x'}}}};
  Obey(Rule(kPi, {}), grant);
  EXPECT_EQ(TextOf(grant, 43), "x");
  EXPECT_EQ(TextOf(grant, 60), "PXEClient");
  const Quirk none = Row("none", {.kinds = {"rpi"}}, {.vendor_options = VendorOptions::kOmitted});
  DhcpGrant own{.options = {{.code = 43, .value = {'x'}}}};
  Obey(Rule(kPi, {&none}), own);
  EXPECT_FALSE(own.habits.omit_vendor_options);
}

// --- in decisions ---

class QuirkedGrantTest : public testing::Test {
 protected:
  QuirkedGrantTest() {
    desk.facts.boot = {Ip("10.0.0.2"), "bootcode.bin"};
    desk.facts.quirks = RuleOnQuirks(Facts(), kPi, true, rows);
  }
  static DhcpGrant Granted(const DhcpVerdict& verdict) {
    return std::get<DhcpGrant>(verdict.answer);
  }

  const Quirk slow = Row("slow", {.kinds = {"rpi"}}, {.delay = milliseconds{2000}});
  const std::vector<const Quirk*> rows{&slow};
  DhcpDesk desk;
};

TEST_F(QuirkedGrantTest, C74_Q12_Q15_AnAckFollowsTheQuirksThatItsOfferFollowed) {
  const DhcpGrant offer = Granted(desk.Discover(1));
  EXPECT_THAT(TextOf(offer, 43), HasSubstr("Raspberry Pi Boot"));
  EXPECT_EQ(offer.habits.delay, milliseconds{2000});
  const DhcpGrant ack = Granted(desk.Select(1, "10.0.0.10"));
  EXPECT_EQ(ack.options, offer.options);
  EXPECT_EQ(ack.habits, offer.habits);
}

TEST_F(QuirkedGrantTest, Q14_ARaspberryPiBootsFromWhereItsAddressComesFrom) {
  const DhcpGrant offer = Granted(desk.Discover(1));
  EXPECT_EQ(offer.boot.next_server, offer.server_id);
}

TEST_F(QuirkedGrantTest, C129_Q12_InProxyModeARaspberryPiIsToldTheSame) {
  desk.subnet.mode = SubnetMode::kProxy;
  DhcpQuestion question = desk.Question(DhcpMessage::kDiscover, 1);
  question.facts = Facts();
  question.facts.architectures = {0};
  const DhcpGrant offer = Granted(desk.Decide(question));
  EXPECT_EQ(offer.kind, GrantKind::kProxyOffer);
  EXPECT_EQ(TextOf(offer, 60), "PXEClient");
  EXPECT_THAT(TextOf(offer, 43), HasSubstr("Raspberry Pi Boot"));
}

}  // namespace
}  // namespace pxe::core
