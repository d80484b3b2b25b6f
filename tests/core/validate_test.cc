// What makes subnets and hosts legal.
#include "core/validate.h"

#include <gmock/gmock.h>

#include <string>

#include "tests/core/validate_rows.h"
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

Ipv4Range Range(const char* text) {
  return *ParseIpv4Range(text);
}

TEST(ValidateSubnetTest, LinksAndOptionsAreNamedWhenTheyCannotBe) {
  RunRows<Subnet>(
      GoodSubnet(),
      {
          {"N3_SharedNetwork", [](Subnet& s) { s.shared_network = "floor-1"; }, ""},
          {"SharedNetworkOfNoWord", [](Subnet& s) { s.shared_network = "floor 1"; },
           "subnet.shared_network: \"floor 1\" is no id"},
          {"N2_Relay", [](Subnet& s) { s.relay_addresses = {*ParseIpv4("192.168.9.1")}; }, ""},
          {"RelayOfNobody", [](Subnet& s) { s.relay_addresses = {*ParseIpv4("224.0.0.1")}; },
           "subnet.relay_addresses[0]: "},
          {"RelayTwice",
           [](Subnet& s) {
             s.relay_addresses = {*ParseIpv4("192.168.9.1"), *ParseIpv4("192.168.9.1")};
           },
           "subnet.relay_addresses[1]: 192.168.9.1 is here twice"},
          {"TooManyRelays",
           [](Subnet& s) {
             for (uint32_t n = 1; n <= 65; ++n) s.relay_addresses.push_back({0x0a000000 + n});
           },
           "subnet.relay_addresses: 65 are too many; at most 64"},
          {"Option",
           [](Subnet& s) {
             s.options = {{.code = 13, .value = {0, 4}}};
           },
           ""},
          {"OptionOfTheService", [](Subnet& s) { s.options = {{.code = 51, .value = {1}}}; },
           "subnet.options[0].code: 51 is nobody's to set; the service does"},
          {"L9_ForEver", [](Subnet& s) { s.default_lease = s.max_lease = kForever; }, ""},
      });
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

TEST(ValidateTest, N4_GuardsAreOfThePoolsThatThereAre) {
  const PoolGuard guard{.pool = Range("10.0.0.10-10.0.0.99")};
  const auto with = [guard](auto change) {
    return [=](Subnet& subnet) {
      subnet.pool_guards = {guard};
      change(subnet.pool_guards);
    };
  };
  using Guards = std::vector<PoolGuard>;
  RunRows<Subnet>(GoodSubnet(),
                  {
                      {"Known", with([](Guards& g) { g[0].clients = PoolClients::kKnown; }), ""},
                      {"Kinds", with([](Guards& g) {
                         g[0].kinds = {"bios", "uefi-x64"};
                       }),
                       ""},
                      {"OfNoPool", with([](Guards& g) { g[0].pool.last.value -= 1; }),
                       "subnet.pool_guards[0].pool: 10.0.0.10-10.0.0.98 is none of the pools"},
                      {"TwiceThePool", with([](Guards& g) { g.push_back(g[0]); }),
                       "subnet.pool_guards[1].pool: 10.0.0.10-10.0.0.99 has a guard already"},
                      {"NoKind", with([](Guards& g) {
                         g[0].kinds = {"bios", "toaster"};
                       }),
                       "subnet.pool_guards[0].kinds[1]: "},
                      {"KindTwice", with([](Guards& g) {
                         g[0].kinds = {"bios", "bios"};
                       }),
                       "subnet.pool_guards[0].kinds[1]: \"bios\" is there twice"},
                      {"VendorClassLong",
                       with([](Guards& g) { g[0].vendor_class_prefix = std::string(256, 'a'); }),
                       "subnet.pool_guards[0].vendor_class_prefix: 256 bytes are too many"},
                  });
}

TEST(ValidateTest, N6_APoolOfEdgesAloneIsSaidToWantThem) {
  const auto pool = [](const char* text, bool edges) {
    return [=](Subnet& subnet) {
      subnet.cidr = *ParseIpv4Prefix("10.0.0.0/16");
      subnet.pools = {Range(text)};
      subnet.edge_addresses = edges;
    };
  };
  RunRows<Subnet>(GoodSubnet(),
                  {
                      {"Edges", pool("10.0.0.255-10.0.1.0", false),
                       "subnet.pools[0]: 10.0.0.255-10.0.1.0 ends in .0 or .255 and needs"},
                      {"EdgesWanted", pool("10.0.0.255-10.0.1.0", true), ""},
                      {"AndOneMore", pool("10.0.0.255-10.0.1.1", false), ""},
                  });
}

TEST(ValidateTest, WhatHostsAreFoundByAndHowLongClientsWait) {
  RunRows<Subnet>(GoodSubnet(), {
                                    {"C105_AnyOrder",
                                     [](Subnet& s) {
                                       s.host_keys = {HostKey::kCircuitId, HostKey::kMac};
                                     },
                                     ""},
                                    {"C105_None", [](Subnet& s) { s.host_keys.clear(); },
                                     "subnet.host_keys: hosts are found by one key at least"},
                                    {"C105_Twice",
                                     [](Subnet& s) {
                                       s.host_keys = {HostKey::kMac, HostKey::kUuid, HostKey::kMac};
                                     },
                                     "subnet.host_keys[2]: is there already"},
                                    {"P2_AMinute", [](Subnet& s) { s.min_secs = 60s; }, ""},
                                    {"P2_Longer", [](Subnet& s) { s.min_secs = 61s; },
                                     "subnet.min_secs: 61 s are too long; at most 60 s"},
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
          {"BeyondForEver", [](Subnet& s) { s.max_lease = 0x100000000s; },
           "subnet.max_lease: 4294967296 s are too long"},
      });
}

TEST(ValidateTest, ThePlainBootFileIsOneLineAndItsServerGoesWithIt) {
  RunRows<Subnet>(
      GoodSubnet(),
      {
          {"PlainFile",
           [](Subnet& s) {
             s.plain_boot_file = "C:\\boot file";
             s.plain_next_server = *ParseIpv4("10.0.0.9");
           },
           ""},
          {"PlainFileInjects", [](Subnet& s) { s.plain_boot_file = "a\nb"; },
           "subnet.plain_boot_file: \"a\\x0ab\" has a control character"},
          {"PlainFileLong", [](Subnet& s) { s.plain_boot_file = std::string(256, 'a'); },
           "subnet.plain_boot_file: 256 bytes are too many; at most 255"},
          {"PlainServerAlone", [](Subnet& s) { s.plain_next_server = *ParseIpv4("10.0.0.9"); },
           "subnet.plain_next_server: goes with a plain_boot_file only"},
          {"PlainServerLoopback",
           [](Subnet& s) {
             s.plain_boot_file = "a";
             s.plain_next_server = *ParseIpv4("127.0.0.1");
           },
           "subnet.plain_next_server: 127.0.0.1 is no address"},
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
          {"LocalWantsNoProfile",
           [](Subnet& s) {
             s.unknown_machines = UnknownMachines::kLocal;
             s.unknown_profile = "deb";
           },
           "subnet.unknown_profile: is only for unknown_machines = PROFILE or DISCOVER"},
          {"DiscoverWithProfile",
           [](Subnet& s) {
             s.unknown_machines = UnknownMachines::kDiscover;
             s.unknown_profile = "deb";
           },
           ""},
          {"DiscoverWithoutProfile",
           [](Subnet& s) { s.unknown_machines = UnknownMachines::kDiscover; }, ""},
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
          {"C106_NicsShareAnAddress",
           [](Host& h) {
             h.nics.push_back(h.nics[0]);
             h.nics[1].mac.bytes[5] = 2;
           },
           ""},
          {"AddressLoopback", [](Host& h) { h.nics[0].address = *ParseIpv4("127.0.0.1"); },
           "host.nics[0].address: 127.0.0.1 is no address a machine can have"},
      });
}

TEST(ValidateTest, C105_AHostMayBeFoundByItsClientOrItsRelay) {
  using Id = std::vector<uint8_t>;
  const auto only = [](auto change) {
    return [change](Host& host) {
      host.nics.clear();
      change(host);
    };
  };
  RunRows<Host>(
      GoodHost(),
      {
          {"C102_ClientIdOnly", only([](Host& h) { h.client_ids = {Id(20, 1)}; }), ""},
          {"CircuitIdOnly", only([](Host& h) { h.circuit_id = "eth0/1"; }), ""},
          {"RemoteIdOnly", only([](Host& h) { h.remote_id = "0x0006"; }), ""},
          {"C39_ClientIdOfOneByte",
           [](Host& h) {
             h.client_ids = {Id(2), Id(1)};
           },
           "host.client_ids[1]: 1 bytes; a client sends 2 to 255"},
          {"ClientIdLongest", [](Host& h) { h.client_ids = {Id(255)}; }, ""},
          {"ClientIdTooLong", [](Host& h) { h.client_ids = {Id(256)}; },
           "host.client_ids[0]: 256 bytes; a client sends 2 to 255"},
          {"ClientIdTwice",
           [](Host& h) {
             h.client_ids = {Id(2, 7), Id(3), Id(2, 7)};
           },
           "host.client_ids[2]: 0707 is here twice"},
          {"TooManyClientIds",
           [](Host& h) {
             for (uint8_t i = 0; i < 17; ++i) h.client_ids.push_back(Id(2, i));
           },
           "host.client_ids: 17 are too many; at most 16"},
          {"CircuitIdInjects", [](Host& h) { h.circuit_id = "a\nb"; }, "host.circuit_id: \""},
          {"CircuitIdLong", [](Host& h) { h.circuit_id = std::string(513, 'a'); },
           "host.circuit_id: 513 bytes are too many; at most 512"},
          {"RemoteIdLong", [](Host& h) { h.remote_id = std::string(513, 'a'); },
           "host.remote_id: 513 bytes are too many; at most 512"},
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
          {"Serial", [](Host& h) { h.serial = "VMware-42 16 (b)"; }, ""},
          {"SerialLong", [](Host& h) { h.serial = std::string(65, '1'); },
           "host.serial: 65 bytes are too many; at most 64"},
          {"SerialInjects", [](Host& h) { h.serial = "1\nLABEL x"; }, "host.serial: \""},
          {"LocalBootBesideAProfile", [](Host& h) { h.local_boot = true; }, ""},
          {"NextServerMulticast", [](Host& h) { h.next_server = Ipv4{0xe0000001}; },
           "host.next_server: 224.0.0.1 is no address"},
          {"TooManyLabels",
           [](Host& h) {
             for (int i = 0; i < 64; ++i) h.labels["k" + std::to_string(i)] = "";
           },
           "host.labels: 65 are too many; at most 64"},
      });
}

}  // namespace
}  // namespace pxe::core
