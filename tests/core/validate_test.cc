#include "core/validate.h"

#include <gmock/gmock.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/support/status_matchers.h"

namespace pxe::core {
namespace {

using namespace std::chrono_literals;

Subnet GoodSubnet() {
  return {.id = "lab",
          .cidr = *ParseIpv4Prefix("10.0.0.0/24"),
          .pools = {*ParseIpv4Range("10.0.0.10-10.0.0.99")},
          .routers = {*ParseIpv4("10.0.0.1")},
          .dns_servers = {*ParseIpv4("8.8.8.8")},
          .domain_name = "lab.example.com"};
}

Host GoodHost() {
  return {.id = "n1",
          .nics = {{.mac = *ParseMacAddress("52:54:00:00:00:01"),
                    .address = *ParseIpv4("10.0.0.20"),
                    .host_name = "n1.lab"}},
          .labels = {{"rack", "a"}},
          .profile = "deb"};
}

Profile GoodProfile() {
  return {.id = "deb",
          .loaders = {},
          .entries = {{.name = "linux", .kernel = "deb/vmlinuz", .initrds = {"deb/initrd.img"}},
                      {.name = "disk", .local_boot = true}},
          .menu = {.default_entry = "linux", .on_timeout = "disk"}};
}

// One change to a good object, and what the refusal must say; an empty text: still good.
template <typename Noun>
struct Row {
  std::string name;
  std::function<void(Noun&)> change;
  std::string says;
};

template <typename Noun>
void RunRows(const Noun& good, const std::vector<Row<Noun>>& rows) {
  ASSERT_THAT(Validate(good), IsOk());
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Noun noun = good;
    row.change(noun);
    if (row.says.empty()) {
      EXPECT_THAT(Validate(noun), IsOk());
    } else {
      EXPECT_THAT(Validate(noun), StatusIs(absl::StatusCode::kInvalidArgument, row.says));
    }
  }
}

Ipv4Range Range(const char* text) {
  return *ParseIpv4Range(text);
}

TEST(ValidateTest, IdsAreDnsLabelsInLowerCase) {
  for (const char* id : {"a", "n1", "rack-a-7", "0", "a--b"}) {
    EXPECT_THAT(ValidateId("host_id", id), IsOk()) << id;
  }
  EXPECT_THAT(ValidateId("host_id", std::string(63, 'a')), IsOk());
  for (const char* id : {"", "-a", "a-", "A", "a.b", "a_b", "a b", "a/b", "\xc3\xa4", "a\n"}) {
    EXPECT_THAT(ValidateId("host_id", id),
                StatusIs(absl::StatusCode::kInvalidArgument, "host_id: \""))
        << id;
  }
  EXPECT_FALSE(ValidateId("host_id", std::string(64, 'a')).ok());
}

TEST(ValidateTest, PoolsLieInTheirNetworkAndApart) {
  RunRows<Subnet>(
      GoodSubnet(),
      {
          {"NoPool", [](Subnet& s) { s.pools.clear(); }, ""},
          {"Neighbours", [](Subnet& s) { s.pools.push_back(Range("10.0.0.100-10.0.0.109")); }, ""},
          {"WholeNetwork", [](Subnet& s) { s.pools = {Range("10.0.0.0-10.0.0.255")}; }, ""},
          {"AWholeSlashEight",
           [](Subnet& s) {
             s.cidr = *ParseIpv4Prefix("10.0.0.0/8");
             s.pools = {Range("10.0.0.0-10.255.255.255")};
           },
           "subnet.pools[0]: 10.0.0.0-10.255.255.255 makes 16777216 addresses in pools; at most "
           "262144"},
          {"Outside", [](Subnet& s) { s.pools = {Range("10.0.1.10-10.0.1.20")}; },
           "subnet.pools[0]: 10.0.1.10-10.0.1.20 is not inside 10.0.0.0/24"},
          {"HalfOutside", [](Subnet& s) { s.pools = {Range("10.0.0.200-10.0.1.20")}; },
           "subnet.pools[0]:"},
          {"Overlapping", [](Subnet& s) { s.pools.push_back(Range("10.0.0.99-10.0.0.120")); },
           "subnet.pools[1]: 10.0.0.99-10.0.0.120 overlaps pools[0], 10.0.0.10-10.0.0.99"},
          {"N6_NetworkAddressOnly", [](Subnet& s) { s.pools = {Range("10.0.0.0-10.0.0.0")}; },
           "subnet.pools[0]: 10.0.0.0-10.0.0.0 has only"},
          {"N6_BroadcastOnly", [](Subnet& s) { s.pools = {Range("10.0.0.255-10.0.0.255")}; },
           "subnet.pools[0]:"},
          {"TooMany",
           [](Subnet& s) {
             s.pools.clear();
             for (uint32_t i = 0; i <= kMaxPools; ++i) {
               s.pools.push_back({{s.cidr.address.value + 1 + i}, {s.cidr.address.value + 1 + i}});
             }
           },
           "subnet.pools: 65 are too many; at most 64"},
      });
}

TEST(ValidateTest, LeaseTimesAreInOrder) {
  RunRows<Subnet>(
      GoodSubnet(),
      {
          {"AllEqual", [](Subnet& s) { s.default_lease = s.min_lease = s.max_lease = 600s; }, ""},
          {"C53_AnOperatorMayGoUnder120s", [](Subnet& s) { s.min_lease = 10s; }, ""},
          {"MinTooShort", [](Subnet& s) { s.min_lease = 9s; },
           "subnet.min_lease: 9 s are too short; at least 10 s"},
          {"DefaultUnderMin", [](Subnet& s) { s.default_lease = 119s; },
           "subnet.default_lease: 119 s are not between min_lease (120 s)"},
          {"DefaultOverMax", [](Subnet& s) { s.max_lease = 3599s; },
           "subnet.default_lease: 3600 s are not between"},
          {"ForEver", [](Subnet& s) { s.max_lease = 0xffffffffs; },
           "subnet.max_lease: 4294967295 s are too long"},
      });
}

TEST(ValidateTest, SubnetServersAndReferences) {
  RunRows<Subnet>(
      GoodSubnet(),
      {
          {"WholeInternet", [](Subnet& s) { s = {.id = "all"}; }, "subnet.cidr: 0.0.0.0/0"},
          {"Multicast",
           [](Subnet& s) { s = {.id = "m", .cidr = *ParseIpv4Prefix("224.0.0.0/24")}; },
           "subnet.cidr: 224.0.0.0/24 is no network of machines"},
          {"RouterElsewhere", [](Subnet& s) { s.routers = {*ParseIpv4("10.0.1.1")}; },
           "subnet.routers[0]: 10.0.1.1 is not inside 10.0.0.0/24"},
          {"DnsBroadcast", [](Subnet& s) { s.dns_servers = {kBroadcastAddress}; },
           "subnet.dns_servers[0]: 255.255.255.255 is no address"},
          {"TooManyNtp", [](Subnet& s) { s.ntp_servers.assign(17, *ParseIpv4("10.0.0.1")); },
           "subnet.ntp_servers: 17 are too many; at most 16"},
          {"NextServerZero", [](Subnet& s) { s.next_server = Ipv4{}; }, "subnet.next_server:"},
          {"DomainWithSpace", [](Subnet& s) { s.domain_name = "a b"; }, "subnet.domain_name:"},
          {"DomainWithFinalDot", [](Subnet& s) { s.domain_name = "a."; }, "subnet.domain_name:"},
          {"ProfileUpperCase", [](Subnet& s) { s.default_profile = "Deb"; },
           "subnet.default_profile:"},
          {"ProfileWanted", [](Subnet& s) { s.unknown_machines = UnknownMachines::kProfile; },
           "subnet.unknown_profile: is required"},
          {"ProfileUnwanted", [](Subnet& s) { s.unknown_profile = "deb"; },
           "subnet.unknown_profile: is only for"},
          {"ProfileGiven",
           [](Subnet& s) {
             s.unknown_machines = UnknownMachines::kProfile;
             s.unknown_profile = "deb";
           },
           ""},
      });
}

TEST(ValidateTest, HostsHaveSomethingToBeRecognisedBy) {
  const Uuid uuid = *ParseUuid("b8945908-d6a6-41a9-611d-74a6ab80b83d");
  Uuid ones;
  ones.bytes.fill(0xff);
  RunRows<Host>(
      GoodHost(),
      {
          {"Nothing", [](Host& h) { h.nics.clear(); }, "host.nics: a host needs a NIC or a UUID"},
          {"UuidOnly",
           [&](Host& h) {
             h.nics.clear();
             h.uuid = uuid;
           },
           ""},
          {"UuidZero", [](Host& h) { h.uuid = Uuid{}; }, "host.uuid: all zeros"},
          {"UuidOnes", [&](Host& h) { h.uuid = ones; }, "host.uuid: all zeros and all ones"},
          {"MacBroadcast", [](Host& h) { h.nics[0].mac = kBroadcastMac; },
           "host.nics[0].mac: ff:ff:ff:ff:ff:ff is no unicast address"},
          {"MacZero", [](Host& h) { h.nics[0].mac = {}; }, "host.nics[0].mac:"},
          {"MacMulticast", [](Host& h) { h.nics[0].mac.bytes[0] = 1; }, "host.nics[0].mac:"},
          {"MacTwice", [](Host& h) { h.nics.push_back({.mac = h.nics[0].mac}); },
           "host.nics[1].mac: 52:54:00:00:00:01 is also that of nics[0]"},
          {"AddressTwice",
           [](Host& h) {
             h.nics.push_back(h.nics[0]);
             h.nics[1].mac.bytes[5] = 2;
           },
           "host.nics[1].address: 10.0.0.20 is also that of nics[0]"},
          {"AddressLoopback", [](Host& h) { h.nics[0].address = *ParseIpv4("127.0.0.1"); },
           "host.nics[0].address: 127.0.0.1 is no address a machine can have"},
      });
}

TEST(ValidateTest, HostTextsArePrintableAndBounded) {
  RunRows<Host>(
      GoodHost(),
      {
          {"HostNameUnderscore", [](Host& h) { h.nics[0].host_name = "n_1"; },
           "host.nics[0].host_name: \"n_1\" is no host name (RFC 1123)"},
          {"HostNameHyphenFirst", [](Host& h) { h.nics[0].host_name = "-n"; }, "host_name:"},
          {"HostNameLong", [](Host& h) { h.nics[0].host_name = std::string(64, 'a'); },
           "host_name:"},
          {"HostName63", [](Host& h) { h.nics[0].host_name = std::string(63, 'a'); }, ""},
          {"LabelKeyEmpty", [](Host& h) { h.labels[""] = "a"; }, "host.labels: \"\" is no key"},
          {"LabelKeySpace", [](Host& h) { h.labels["a b"] = "a"; }, "host.labels: \"a b\""},
          {"LabelKeyAllowed", [](Host& h) { h.labels["Rack_1.row-2"] = ""; }, ""},
          {"LabelValueNewline", [](Host& h) { h.labels["a"] = "x\nAPPEND y"; },
           "host.labels[\"a\"]: \"x\\x0aAPPEND y\" has a control character"},
          {"VariableLong", [](Host& h) { h.variables["a"] = std::string(256, 'x'); },
           "host.variables[\"a\"]: 256 bytes are too many; at most 255"},
          {"TooManyLabels",
           [](Host& h) {
             for (int i = 0; i < 64; ++i) h.labels["k" + std::to_string(i)] = "";
           },
           "host.labels: 65 are too many; at most 64"},
      });
}

TEST(ValidateTest, EntriesAreAKernelOrTheDisk) {
  RunRows<Profile>(
      GoodProfile(),
      {
          {"None", [](Profile& p) { p.entries.clear(); }, "profile.entries: at least one"},
          {"Neither", [](Profile& p) { p.entries[0] = {.name = "a"}; },
           "profile.entries[0].kernel: is required"},
          {"Both", [](Profile& p) { p.entries[0].local_boot = true; },
           "profile.entries[0].local_boot: goes with no kernel"},
          {"DiskWithArguments", [](Profile& p) { p.entries[1].arguments = "quiet"; },
           "profile.entries[1].local_boot:"},
          {"NameTwice", [](Profile& p) { p.entries[1].name = "linux"; },
           "profile.entries[1].name: \"linux\" is also that of another entry"},
          {"NameTwoWords", [](Profile& p) { p.entries[0].name = "a b"; },
           "profile.entries[0].name: \"a b\" is no name"},
          {"NameInjects", [](Profile& p) { p.entries[0].name = "a\nKERNEL x"; },
           "profile.entries[0].name:"},
          {"ArgumentsInject", [](Profile& p) { p.entries[0].arguments = "a\r\nLABEL b"; },
           "profile.entries[0].arguments:"},
          {"ArgumentsLong", [](Profile& p) { p.entries[0].arguments = std::string(2048, 'a'); },
           "profile.entries[0].arguments: 2048 bytes are too many; at most 2047"},
          {"ArgumentsLongest", [](Profile& p) { p.entries[0].arguments = std::string(2047, 'a'); },
           ""},
          {"TooManyInitrds", [](Profile& p) { p.entries[0].initrds.assign(17, "a"); },
           "profile.entries[0].initrds: 17 are too many; at most 16"},
          {"TitleTab", [](Profile& p) { p.entries[0].title = "a\tb"; },
           "profile.entries[0].title:"},
      });
}

TEST(ValidateTest, PathsStayBeneathTheRootAndAreOneWord) {
  for (const char* path :
       {"a", "a/b.c32", "efi64/syslinux.efi", "..a/b..", "{{host.id}}/vmlinuz"}) {
    Profile profile = GoodProfile();
    profile.entries[0].kernel = path;
    EXPECT_THAT(Validate(profile), IsOk()) << path;
  }
  for (const char* path : {"/a", "a//b", "a/", "..", "../a", "a/../b", "./a", "a b", "a\\b", "a\tb",
                           "a\nb", "a\x7f"}) {
    Profile profile = GoodProfile();
    profile.entries[0].initrds[0] = path;
    EXPECT_THAT(Validate(profile),
                StatusIs(absl::StatusCode::kInvalidArgument, "profile.entries[0].initrds[0]: \""))
        << path;
  }
  Profile profile = GoodProfile();
  profile.entries[0].kernel = std::string(kMaxPathLength, 'a');
  EXPECT_THAT(Validate(profile), IsOk());
  profile.entries[0].kernel += 'a';
  EXPECT_THAT(Validate(profile),
              StatusIs(absl::StatusCode::kInvalidArgument, "126 bytes are too many; at most 125"));
}

TEST(ValidateTest, MenusNameWhatExists) {
  RunRows<Profile>(
      GoodProfile(),
      {
          {"Default", [](Profile& p) { p.menu.default_entry = "bsd"; },
           "profile.menu.default_entry: \"bsd\" names no entry of this profile"},
          {"OnTimeout", [](Profile& p) { p.menu.on_timeout = "bsd"; }, "profile.menu.on_timeout:"},
          {"TimeoutLong", [](Profile& p) { p.menu.timeout_ds = 35997; },
           "profile.menu.timeout: 3599.7 s are too long; at most 3599.6 s"},
          {"TimeoutLongest", [](Profile& p) { p.menu.timeout_ds = 35996; }, ""},
          {"Display", [](Profile& p) { p.menu.display = "/boot.msg"; }, "profile.menu.display:"},
          {"FunctionKey", [](Profile& p) { p.menu.function_keys[11] = "../f12"; },
           "profile.menu.function_keys[11]:"},
          {"Ui", [](Profile& p) { p.menu.ui = "menu.c32 extra"; }, "profile.menu.ui:"},
          {"Title", [](Profile& p) { p.menu.title = "a\nb"; }, "profile.menu.title:"},
          {"VariableKey", [](Profile& p) { p.variables["a/b"] = ""; }, "profile.variables:"},
      });
}

TEST(ValidateTest, LoadersAreNamedByKind) {
  RunRows<Profile>(
      GoodProfile(),
      {
          {"Known", [](Profile& p) { p.loaders["uefi-x64"] = "efi/syslinux.efi"; }, ""},
          {"Unknown", [](Profile& p) { p.loaders["amiga"] = "a"; }, "profile.loaders: "},
          {"Path", [](Profile& p) { p.loaders["bios"] = "/pxelinux.0"; },
           "profile.loaders[\"bios\"]: \"/pxelinux.0\" has an empty part"},
      });
}

}  // namespace
}  // namespace pxe::core
