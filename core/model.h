// The nouns: subnets, hosts, profiles, leases. Plain values; validate.h says what makes them legal.
//
// Text has been parsed before it gets here (a MAC is a MacAddress, a CIDR an Ipv4Prefix). An id is
// the last part of a resource name: "lab" of "subnets/lab". References between nouns are ids; an
// empty one means "none".
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/hardware_address.h"
#include "base/ipv4.h"
#include "base/mac_address.h"
#include "base/uuid.h"

namespace pxe::core {

// Set by the store on each write, shown by the API, never by a client.
struct Stamp {
  uint64_t revision = 0;  // of the whole database at the last change of this object
  Seconds created{};
  Seconds updated{};

  bool operator==(const Stamp&) const = default;
};

// What a machine gets whose MAC and UUID belong to no host.
enum class UnknownMachines {
  kIgnore,       // silence
  kAddressOnly,  // an address from the pool and no boot fields
  kProfile,      // an address and `unknown_profile`: the classic pxelinux.cfg/default for everybody
  kLocal,        // an address, and the loader that boots the local disk
  kDiscover,     // a host in state kDiscovered is made of it; it boots `unknown_profile`, if any
};

// What a subnet is served with.
enum class SubnetMode {
  kFull,              // addresses and boot fields
  kProxy,             // boot fields only, beside another DHCP server that has the addresses
  kReservationsOnly,  // nothing but to machines with a reserved address
  kOff,               // silence
};

// What tells one client of a subnet from another (core/identity.h).
enum class Identity {
  kMac,       // its hardware address: firmware, iPXE and system of one NIC share an address
  kClientId,  // option 61 where it is sent, as RFC 2131 has it
  kAuto,      // option 61 of systems; what network boot programs send there counts for nothing
};

// Who is answered that asks by BOOTP, without an option 53.
enum class Bootp {
  kStatic,   // machines with a reserved address
  kDynamic,  // anybody, with an address for ever
  kOff,
};

// What a machine is told by DHCP beyond its address and boot file: one option, by code.
struct DhcpOption {
  uint8_t code = 0;
  std::vector<uint8_t> value;  // as on the wire, before it is split into pieces of 255 bytes
  bool always = false;         // also to clients that do not ask for it; 209 to 211 always are

  bool operator==(const DhcpOption&) const = default;
};

// Whose a guarded pool is.
enum class PoolClients {
  kAnybody,
  kKnown,    // machines that are hosts
  kUnknown,  // machines that are none
};

// Who is given addresses of one pool: all that is said must be true (N4). An address that a
// client has already is not taken from it.
struct PoolGuard {
  Ipv4Range pool;  // one of the subnet's pools
  PoolClients clients = PoolClients::kAnybody;
  std::vector<std::string> kinds;   // of client, any of them; sorted; empty: any
  std::string vendor_class_prefix;  // of option 60; empty: any

  bool operator==(const PoolGuard&) const = default;
};

// By what a packet is found to be a host's (C105).
enum class HostKey {
  kMac,
  kUuid,       // option 97
  kClientId,   // option 61
  kCircuitId,  // option 82.1: the port of a switch
  kRemoteId,   // option 82.2
};

struct Subnet {
  std::string id;
  Ipv4Prefix cidr;
  std::vector<Ipv4Range> pools;        // inside cidr, not overlapping; addresses for anybody
  std::vector<PoolGuard> pool_guards;  // no pool twice; a pool without one is for anybody
  bool edge_addresses = false;         // pools give addresses that end in .0 and .255 as well (N6)
  bool reuse_declined = false;  // when nothing else is left, the one declined longest ago (A4)
  std::vector<Ipv4> routers;
  std::vector<Ipv4> dns_servers;
  std::vector<Ipv4> ntp_servers;
  std::string domain_name;
  std::chrono::seconds default_lease{3600};
  std::chrono::seconds min_lease{120};
  std::chrono::seconds max_lease{86400};
  std::optional<Ipv4> next_server;  // the TFTP server named to clients; none: this daemon
  // For clients without a boot kind (ClientKind::IsPlain), as far as they are given anything but
  // an address: telephones, switches, old U-Boot. Empty: nothing.
  std::string plain_boot_file;
  std::optional<Ipv4> plain_next_server;  // where it is; none: the same server as for others
  std::string default_profile;  // for hosts without a profile of their own; empty: local boot
  UnknownMachines unknown_machines = UnknownMachines::kAddressOnly;
  std::string unknown_profile;    // required with kProfile, allowed with kDiscover, else empty
  bool authoritative = true;      // answer NAK where RFC 2131 tells a bystander to be silent
  bool always_broadcast = false;  // for clients that cannot receive unicast and do not say so (C8)
  SubnetMode mode = SubnetMode::kFull;
  std::string shared_network;         // subnets with one name here are one link; empty: alone
  std::vector<Ipv4> relay_addresses;  // giaddr of relays of this link that lie outside of it
  Identity identity = Identity::kMac;
  Bootp bootp = Bootp::kStatic;
  bool rapid_commit = false;   // an ACK at once to clients that ask for it, RFC 4039
  bool echo_client_id = true;  // option 61 is sent back, RFC 6842
  // The order in which hosts are looked for; no key twice, never empty.
  std::vector<HostKey> host_keys{HostKey::kMac, HostKey::kUuid};
  bool ping_check = false;               // a free address of a pool is pinged before it is offered
  bool trust_subnet_selection = false;   // option 118 says which link a client is of (C95)
  bool trust_direct_relay_agent = true;  // option 82 of a packet without giaddr counts (C133)
  std::chrono::seconds min_secs{0};      // silence until the client has waited so long (P2)
  std::vector<DhcpOption> options;       // no code twice; a profile's and a host's win
  Stamp stamp;

  bool operator==(const Subnet&) const = default;
};

// How far a host or a NIC is answered at all, before anybody asks what it boots.
enum class Answers {
  kAll,
  kAddressOnly,  // an address, and nothing to boot
  kNothing,      // silence
};

struct Nic {
  MacAddress mac;  // unique over all hosts
  // Reserved for this NIC; inside one subnet; no other host's. NICs of one host may share it: one
  // of them at a time has it (C106).
  std::optional<Ipv4> address;
  std::string host_name;  // sent as option 12; empty: none
  Answers answers = Answers::kAll;

  bool operator==(const Nic&) const = default;
};

// How a host came to be one.
enum class HostState {
  kApproved,    // by an API call
  kDiscovered,  // by its own packets, in a subnet that discovers; nobody has judged it yet
  kRejected,    // discovered, and refused: silence, and it is not discovered again
};

// What the packets of a machine told when it was discovered. Text is printable.
struct Discovery {
  std::string subnet;        // id
  std::string kind;          // of client, "uefi-x64"
  std::string vendor_class;  // option 60
  std::string circuit_id;    // option 82.1 as text or hex; empty: direct
  Seconds first_seen{};

  bool operator==(const Discovery&) const = default;
};

struct Host {
  std::string id;
  std::string uid;  // made by the server, never reused: tells a re-created host from the old one
  std::vector<Nic> nics;
  std::optional<Uuid> uuid;
  // What else it is found by, where its subnet looks for that (C105); each unique over all hosts.
  std::vector<std::vector<uint8_t>> client_ids;  // option 61, whole (C102)
  std::string circuit_id;                        // option 82.1, as Discovery spells it
  std::string remote_id;                         // option 82.2, likewise
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> variables;  // `vars.X` in templates; wins over the profile's
  std::string serial;                            // of the machine, as an inventory has it
  std::string profile;      // always this one; empty: by rules, then the subnet's default profile
  bool local_boot = false;  // always the local disk, whatever the profile, for as long as it is set
  std::optional<Ipv4> next_server;  // its TFTP server; none: the profile's or the subnet's
  Answers answers = Answers::kAll;  // of all its NICs; a NIC can have less
  HostState state = HostState::kApproved;
  std::optional<Discovery> discovery;  // none: it was not discovered
  std::vector<DhcpOption> options;     // no code twice; they win over its profile's and subnet's
  Stamp stamp;

  bool operator==(const Host&) const = default;
};

// One choice of a boot menu: exactly one of a kernel, another loader, a disk image, the local disk.
// Paths are relative to the TFTP root.
struct Entry {
  std::string name;    // one word: the pxelinux LABEL, unique in its profile
  std::string title;   // what a menu shows; empty: the name
  std::string kernel;  // "*.c32" is a COM32 module, which only pxelinux and syslinux can run
  std::vector<std::string> initrds;  // loaded in this order; with a kernel only
  std::string arguments;             // the kernel's command line, Mustache
  std::string chain;                 // another network boot program takes over
  std::string disk_image;   // booted from memory, as memdisk does; `arguments` are memdisk's
  bool local_boot = false;  // leave the network and boot the local disk
  // What pxelinux and syslinux append to the arguments, as bits of their SYSAPPEND (IPAPPEND):
  // 1 "ip=", 2 "BOOTIF=", ...; the other loaders append the first two in their own way.
  uint32_t sysappend = 0;

  bool operator==(const Entry&) const = default;
};

struct Menu {
  static constexpr size_t kFunctionKeys = 12;

  std::string default_entry;  // name of an entry; empty: the first
  bool prompt = false;        // stop at "boot:" even when no key is held
  uint32_t timeout_ds = 0;    // tenths of a second, pxelinux's own unit; 0: no time-out
  std::string on_timeout;     // name of the entry booted by the time-out; empty: the default
  std::string display;        // file shown before the prompt
  std::array<std::string, kFunctionKeys> function_keys;  // files shown on F1..F12; empty: none
  std::string ui;     // module that draws a menu ("menu.c32"); empty: the plain prompt
  std::string title;  // headline of that menu

  bool operator==(const Menu&) const = default;
};

// What machines boot. A profile with a parent has what its parent has, but for what it says itself
// (core/effective_profile.h); decisions and configs know effective profiles only.
struct Profile {
  std::string id;
  std::string parent;                          // another profile; empty: none
  std::map<std::string, std::string> loaders;  // client kind ("uefi-x64") -> boot file, TFTP root
  std::optional<Ipv4> next_server;             // where these are; none: the subnet's
  std::vector<Entry> entries;                  // at least one, or a parent has them
  Menu menu;
  std::map<std::string, std::string> variables;  // `vars.X` in templates
  std::vector<DhcpOption> options;               // no code twice
  // Flavour of config ("pxelinux", "grub", "ipxe", "grub4dos") -> template that is the whole text
  // of it; entries and menu count for nothing there.
  std::map<std::string, std::string> configs;
  // Path below the TFTP root -> template. The machine is given its text under this name, whatever
  // lies on the disk.
  std::map<std::string, std::string> files;
  Stamp stamp;

  bool operator==(const Profile&) const = default;
};

// Text that becomes a boot config, an answer file or a part of one: strict Mustache, whose partials
// ({{> id}}) are other templates (boot/template.h).
struct Template {
  std::string id;
  std::string content_type;  // what HTTP says of it; empty: text/plain
  std::string text;
  Stamp stamp;

  bool operator==(const Template&) const = default;
};

// Which machines a rule is about: all that is said must be true. Says at least one thing.
struct RuleMatch {
  std::map<std::string, std::string> labels;  // of its host, each with this value
  std::string mac_prefix;                     // whole bytes of the MAC, "52:54:00"
  std::optional<Uuid> uuid;
  std::vector<std::string> kinds;   // of client, any of them; sorted
  std::string vendor_class_prefix;  // of option 60
  std::string subnet;               // id
  std::string circuit_id;           // option 82.1, whole, as Discovery spells it

  bool operator==(const RuleMatch&) const = default;
};

enum class RuleAction {
  kProfile,   // boot `profile`
  kLocal,     // boot the local disk
  kIgnore,    // silence
  kDiscover,  // a machine that is no host becomes one, and boots `profile`, if any
};

// What machines that match boot, unless their host says so itself. The rule with the highest
// priority that matches wins.
struct Rule {
  std::string id;
  uint32_t priority = 0;  // unique over all rules
  RuleMatch match;
  RuleAction action = RuleAction::kProfile;
  std::string profile;  // required with kProfile, allowed with kDiscover, else empty
  Stamp stamp;

  bool operator==(const Rule&) const = default;
};

// A lease time that never runs out, and when such a lease ends: the last second that the API's
// timestamps can tell (L9).
inline constexpr std::chrono::seconds kForever{0xffffffff};
inline constexpr Seconds kNever{std::chrono::seconds{253'402'300'799}};

enum class LeaseState : uint8_t {
  kBound,
  kReleased,  // given back
  kDeclined,  // its client found somebody else using the address: nobody's until `ends`
};

// An address granted to a client, as committed. A bound lease whose `ends` has passed is expired;
// it keeps naming its last client, who gets the address again if it is still free (affinity). A
// declined one names who declined it, who has no claim to it. There may be a hundred thousand: the
// small members share the words of the first.
struct Lease {
  Ipv4 address;
  HardwareAddress client;
  LeaseState state = LeaseState::kBound;
  bool by_client_id = false;         // that is who the client is, in place of its hardware address
  std::vector<uint8_t> client_id;    // option 61 as last sent
  std::string host_name;             // option 12 as last sent by the client, made printable
  Seconds starts{};                  // of a declined one: when it was declined
  Seconds ends{};                    // kNever: for ever
  std::string kind;                  // client kind of the last request, "ipxe-bios"
  std::vector<uint8_t> relay_agent;  // option 82 of the last relayed exchange; empty: direct
  uint64_t revision = 0;

  bool operator==(const Lease&) const = default;
};

}  // namespace pxe::core
