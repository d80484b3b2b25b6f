// What filters mean, and that whatever is not one is refused with its column.
#include "api/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "api/filter_terms.h"
#include "api/resource_name.h"
#include "tests/support/status_matchers.h"

namespace pxe::api {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr Seconds kNow{std::chrono::seconds{1'800'000'000}};  // 2027-01-15T08:00:00Z

core::Host Node() {
  core::Host host{.id = "n1"};
  host.nics = {{.mac = *ParseMacAddress("52:54:00:00:00:01")},
               {.mac = *ParseMacAddress("52:54:00:00:00:02"), .address = *ParseIpv4("10.0.0.20")}};
  host.uuid = *ParseUuid("b8945908-d6a6-41a9-611d-74a6ab80b83d");
  host.labels = {{"rack", "a"}, {"note", R"(the "big" \ one)"}};
  host.profile = "deb";
  host.serial = "CZ1234";
  host.state = core::HostState::kDiscovered;
  host.stamp.revision = 7;
  return host;
}

struct Row {
  std::string filter;
  bool matches;
};

TEST(FilterTest, Hosts) {
  for (const Row& row : std::vector<Row>{
           {"", true},
           {"  ", true},
           {"name = hosts/n1", true},
           {"name=hosts/n2", false},
           {"nics.mac = 52:54:00:00:00:02", true},
           {"nics.mac = 5254.0000.0002", true},
           {"nics.mac = 52-54-00-00-00-09", false},
           {"nics.address = 10.0.0.20", true},
           {"nics.address = 10.0.0.21", false},
           {"uuid = B8945908-D6A6-41A9-611D-74A6AB80B83D", true},
           {"uuid = 085994b8-a6d6-a941-611d-74a6ab80b83d", true},  // the firmware's byte order
           {"profile = profiles/deb", true},
           {"profile = \"profiles/deb\"", true},
           {"profile = \"\"", false},
           {"serial = CZ1234", true},
           {"serial = CZ1235", false},
           {"state = DISCOVERED", true},
           {"state = APPROVED", false},
           {"state = REJECTED", false},
           {"labels.rack = a", true},
           {"labels.rack = \"a\" AND profile = profiles/deb", true},
           {"labels.rack = a AND profile = profiles/other", false},
           {"labels.rack:*", true},
           {"labels.row:*", false},
           {"labels.rack = \"\"", false},
           {R"(labels.note = "the \"big\" \\ one")", true},
           {"revision > 6", true},
           {"revision > 7", false},
       }) {
    const auto filter = ParseFilter<core::Host>(row.filter);
    ASSERT_THAT(filter, IsOk()) << row.filter;
    EXPECT_EQ(core::Matches(*filter, Node()), row.matches) << row.filter;
  }
}

TEST(FilterTest, Subnets) {
  const core::Subnet lab{
      .id = "lab", .cidr = *ParseIpv4Prefix("10.0.0.0/24"), .default_profile = "deb"};
  for (const Row& row : std::vector<Row>{
           {"name = subnets/lab", true},
           {"cidr = 10.0.0.0/24", true},
           {"cidr = 10.0.0.0/25", false},
           {"cidr:10.0.0.77", true},
           {"cidr : 10.0.1.77", false},
           {"default_profile = profiles/deb", true},
           {"unknown_profile = profiles/deb", false},
           {"unknown_profile = \"\"", true},
       }) {
    const auto filter = ParseFilter<core::Subnet>(row.filter);
    ASSERT_THAT(filter, IsOk()) << row.filter;
    EXPECT_EQ(core::Matches(*filter, lab), row.matches) << row.filter;
  }
}

TEST(FilterTest, Profiles) {
  const core::Profile deb{
      .id = "deb",
      .parent = "base",
      .loaders = {{"uefi-x64", "grub.efi"}},
      .entries = {{.name = "a", .local_boot = true}, {.name = "b", .kernel = "vmlinuz"}},
      .configs = {{"grub", "menu"}}};
  for (const Row& row : std::vector<Row>{
           {"name = profiles/deb", true},
           {"entries.kernel = vmlinuz", true},
           {"entries.kernel = bzImage", false},
           {"loaders.uefi-x64 = grub.efi", true},
           {"loaders.uefi-x64:*", true},
           {"loaders.bios:*", false},
           {"parent = profiles/base", true},
           {"parent = \"\"", false},
           {"configs.grub = templates/menu", true},
           {"configs.grub = templates/other", false},
           {"configs.grub:*", true},
           {"configs.ipxe:*", false},
       }) {
    const auto filter = ParseFilter<core::Profile>(row.filter);
    ASSERT_THAT(filter, IsOk()) << row.filter;
    EXPECT_EQ(core::Matches(*filter, deb), row.matches) << row.filter;
  }
}

TEST(FilterTest, Templates) {
  core::Template text{.id = "ks", .content_type = "text/x-ks"};
  text.stamp.revision = 7;
  for (const Row& row : std::vector<Row>{
           {"name = templates/ks", true},
           {"name = templates/other", false},
           {"content_type = text/x-ks", true},
           {"content_type = \"\"", false},
           {"revision > 6", true},
           {"revision > 7", false},
       }) {
    const auto filter = ParseFilter<core::Template>(row.filter);
    ASSERT_THAT(filter, IsOk()) << row.filter;
    EXPECT_EQ(core::Matches(*filter, text), row.matches) << row.filter;
  }
}

TEST(FilterTest, Rules) {
  core::Rule rule{.id = "rack-a", .priority = 100, .profile = "deb"};
  rule.match = {.labels = {{"rack.row", "a"}}, .subnet = "lab"};
  rule.stamp.revision = 7;
  for (const Row& row : std::vector<Row>{
           {"name = rules/rack-a", true},
           {"priority = 100", true},
           {"priority = 10", false},
           {"action = PROFILE", true},
           {"action = LOCAL", false},
           {"action = IGNORE", false},
           {"action = DISCOVER", false},
           {"profile = profiles/deb", true},
           {"profile = \"\"", false},
           {"match.subnet = subnets/lab", true},
           {"match.subnet = \"\"", false},
           {"match.labels.rack.row = a", true},
           {"match.labels.rack.row:*", true},
           {"match.labels.row:*", false},
           {"revision > 7", false},
       }) {
    const auto filter = ParseFilter<core::Rule>(row.filter);
    ASSERT_THAT(filter, IsOk()) << row.filter;
    EXPECT_EQ(core::Matches(*filter, rule), row.matches) << row.filter;
  }
}

TEST(FilterTest, Quirks) {
  core::Quirk quirk{.id = "jetway", .priority = 100};
  quirk.match = {.mac_prefix = {0, 0x30, 0x18}, .kinds = {"bios", "uefi-x64"}};
  quirk.stamp.revision = 7;
  for (const Row& row : std::vector<Row>{
           {"name = quirks/jetway", true},
           {"priority = 100", true},
           {"priority = 10", false},
           {"match.mac_prefix = 00-30-18", true},
           {"match.mac_prefix = 00", false},
           {"match.mac_prefix = \"\"", false},
           {"match.kinds = uefi-x64", true},
           {"match.kinds = rpi", false},
           {"revision > 6", true},
           {"revision > 7", false},
       }) {
    const auto filter = ParseFilter<core::Quirk>(row.filter);
    ASSERT_THAT(filter, IsOk()) << row.filter;
    EXPECT_EQ(core::Matches(*filter, quirk), row.matches) << row.filter;
  }
}

TEST(FilterTest, Leases) {
  const core::Lease lease{.address = *ParseIpv4("10.0.0.20"),
                          .client = HardwareAddress::Of(*ParseMacAddress("52:54:00:00:00:01")),
                          .client_id = {0xff, 0x01},
                          .ends = kNow + std::chrono::seconds{60},
                          .kind = "ipxe-bios",
                          .revision = 9};
  for (const Row& row : std::vector<Row>{
           {"address = 10.0.0.20", true},
           {"mac = 525400000001", true},
           {"mac = 525400000002", false},
           {"client_id = FF01", true},
           {"client_id = ff02", false},
           {"state = BOUND", true},
           {"state = EXPIRED", false},
           {"state = RELEASED", false},
           {"state = DECLINED", false},
           {"kind = ipxe-bios", true},
           {"end_time < 2027-01-15T08:01:01Z", true},
           {"end_time < 2027-01-15T08:01:00Z", false},
           {"end_time <= \"2027-01-15T09:01:00+01:00\"", true},
           {"end_time > 2027-01-15T08:00:59Z", true},
           {"end_time > 2027-01-15T08:01:00Z", false},
           {"end_time >= 2027-01-15T08:01:00Z AND end_time < 2027-01-15T08:02:00Z", true},
           {"revision > 9", false},
       }) {
    const auto filter = ParseFilter<core::Lease>(row.filter);
    ASSERT_THAT(filter, IsOk()) << row.filter;
    EXPECT_EQ(core::MatchesAlone(*filter, lease, kNow), row.matches) << row.filter;
  }
  const auto placed = ParseFilter<core::Lease>("subnet = subnets/lab AND host = hosts/n1");
  ASSERT_THAT(placed, IsOk());
  EXPECT_EQ(placed->subnet, "lab");
  EXPECT_EQ(placed->host, "n1");
}

TEST(FilterTest, ALeaseIsBoundExpiredReleasedOrDeclined) {
  core::Lease lease{.ends = kNow};
  EXPECT_EQ(core::ConditionOf(lease, kNow), core::LeaseCondition::kExpired);
  EXPECT_EQ(core::ConditionOf(lease, kNow - std::chrono::seconds{1}), core::LeaseCondition::kBound);
  lease.state = core::LeaseState::kReleased;
  EXPECT_EQ(core::ConditionOf(lease, kNow), core::LeaseCondition::kReleased);
  lease.state = core::LeaseState::kDeclined;
  EXPECT_EQ(core::ConditionOf(lease, kNow - std::chrono::seconds{1}),
            core::LeaseCondition::kDeclined);
  EXPECT_EQ(core::ConditionOf(lease, kNow), core::LeaseCondition::kExpired) << "free again";
}

TEST(FilterTest, WhatIsNoFilterIsRefusedWithItsColumn) {
  struct Refused {
    std::string filter;
    std::string says;
  };
  for (const Refused& row : std::vector<Refused>{
           {"colour = red",
            "filter: column 1: \"colour\" cannot be asked for here, only name, "
            "nics.mac, nics.address, uuid, profile, serial, state, labels.KEY and revision"},
           {"labels = a", "column 1: \"labels\" cannot be asked for"},
           {"labels. = a", "column 1: \"labels.\" cannot be asked for"},
           {"profile", "column 8: one of = : < <= > >= is expected here"},
           {"profile != profiles/a", "column 9: one of = : < <= > >= is expected"},
           {"profile =", "column 10: a value is expected here"},
           {"profile = deb", "column 11: profile: \"deb\" is not of the form profiles/{id}"},
           {"profile < profiles/a", "column 1: profile goes with = only"},
           {"revision = 1", "column 1: revision goes with > only"},
           {"revision > -1", "column 12: \"-1\" is not a whole number"},
           {"revision > 99999999999999999999", "is not a whole number"},
           {"nics.mac = 52:54", "column 12: "},
           {"nics.address = ten", "column 16: "},
           {"uuid = 1", "column 8: "},
           {"labels.rack:a", "column 13: only * goes with :, for any value"},
           {"labels.rack:\"*\"", "column 13: only * goes with :"},
           {"labels.rack = a OR labels.rack = b", "column 17: conditions are joined by AND"},
           {"labels.rack = a labels.row = b", "column 17: conditions are joined by AND"},
           {"labels.rack = a AND", "column 17: conditions are joined by AND"},
           {"labels.rack = a AND ", "column 21: a field is expected here"},
           {"AND labels.rack = a", "column 5: one of"},
           {"NOT labels.rack = a", "column 1: NOT is not known here"},
           {"(labels.rack = a)", "column 1: a field is expected here"},
           {"labels.rack = a)", "column 16: a value with this character goes in double quotes"},
           {"labels.rack = a\"b\"", "column 16: a value with this character"},
           {"labels.rack = \"a", "column 15: the quotes are not closed"},
           {R"(labels.rack = "a\n")", "column 17: in quotes a backslash stands before"},
           {R"(labels.rack = "a\)", "column 17: in quotes a backslash stands before"},
           {"labels.rack = a AND labels.rack = b", "column 21: labels.rack is asked for twice"},
           {"uuid = \"\" AND =", "column 15: a field is expected here"},
           {std::string("\0", 1), "column 1: a field is expected"},
           {"\xff\xfe = a", "column 1: a field is expected"},
       }) {
    EXPECT_THAT(ParseFilter<core::Host>(row.filter), StatusIs(kInvalid, row.says)) << row.filter;
  }
}

TEST(FilterTest, ValuesThatTheFieldCannotHaveAreRefused) {
  EXPECT_THAT(
      ParseFilter<core::Lease>("state = BINDING"),
      StatusIs(kInvalid, "column 9: \"BINDING\" is none of BOUND, EXPIRED, RELEASED and DECLINED"));
  for (const char* time : {"yesterday", "2027-01-15", "2027-01-15T08:01:00.5Z", "\"\""}) {
    EXPECT_THAT(ParseFilter<core::Lease>(std::string("end_time < ") + time),
                StatusIs(kInvalid, "column 12: "));
  }
  EXPECT_THAT(ParseFilter<core::Lease>("client_id = \"\""), StatusIs(kInvalid, "hexadecimal"));
  EXPECT_THAT(ParseFilter<core::Lease>("mac = \"type 32: 80fe\""), StatusIs(kInvalid, "column 7"));
}

TEST(FilterTest, WordsAndNamesThatAreNoneAreRefused) {
  EXPECT_THAT(ParseFilter<core::Host>("state = NEW"),
              StatusIs(kInvalid, "column 9: \"NEW\" is none of APPROVED, DISCOVERED and REJECTED"));
  EXPECT_THAT(ParseFilter<core::Profile>("configs.grub = menu"),
              StatusIs(kInvalid, "column 16: configs.grub: \"menu\" is not of the form templates"));
  EXPECT_THAT(ParseFilter<core::Rule>("action = BOOT"),
              StatusIs(kInvalid, "column 10: \"BOOT\" is none of PROFILE, LOCAL, IGNORE and"));
  EXPECT_THAT(ParseFilter<core::Rule>("priority = 4294967296"),
              StatusIs(kInvalid, "column 12: 4294967296 is too large"));
}

TEST(FilterTest, ItsLengthAndItsConditionsHaveLimits) {
  EXPECT_THAT(ParseFilter<core::Host>(std::string(kMaxFilterBytes, ' ')), IsOk());
  EXPECT_THAT(ParseFilter<core::Host>(std::string(kMaxFilterBytes + 1, ' ')),
              StatusIs(kInvalid, "filter: is longer than 4096 bytes"));
  std::string filter = "labels.k = v";
  for (size_t i = 1; i < kMaxFilterTerms; ++i) {
    filter += " AND labels.k" + std::to_string(i) + " = v";
  }
  EXPECT_THAT(ParseFilter<core::Host>(filter), IsOk());
  EXPECT_THAT(ParseFilter<core::Host>(filter + " AND labels.x = v"),
              StatusIs(kInvalid, "has more than 32 conditions"));
}

// Every beginning of a filter is a filter or is refused; none crashes.
TEST(FilterTest, EveryPrefixIsAnswered) {
  const std::string text =
      R"(labels.a = "b\"\\" AND nics.mac = 52:54:00:00:00:01 AND revision > 1)";
  for (size_t length = 0; length <= text.size(); ++length) {
    const auto filter = ParseFilter<core::Host>(text.substr(0, length));
    if (filter.ok()) continue;
    EXPECT_THAT(filter, StatusIs(kInvalid, "filter: column "));
  }
}

TEST(FilterTest, APageTokenIsTiedToItsFilter) {
  const std::string token = PageTokenAfter(kHosts, "n1", "labels.rack = a");
  EXPECT_THAT(ParsePageToken(kHosts, token, "labels.rack = a"), IsOkAndHolds("n1"));
  for (const char* other : {"", "labels.rack = b"}) {
    EXPECT_THAT(ParsePageToken(kHosts, token, other),
                StatusIs(kInvalid, "page_token: is one of a list with another filter"));
  }
  EXPECT_THAT(ParsePageToken(kHosts, PageTokenAfter(kHosts, "n1"), "labels.rack = a"),
              StatusIs(kInvalid, "another filter"));
  EXPECT_THAT(ParsePageToken(kSubnets, token, "labels.rack = a"),
              StatusIs(kInvalid, "page_token: is not one of a list of subnets"));
}

}  // namespace
}  // namespace pxe::api
