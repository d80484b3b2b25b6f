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
};

struct Subnet {
  std::string id;
  Ipv4Prefix cidr;
  std::vector<Ipv4Range> pools;  // inside cidr, not overlapping; addresses for anybody
  std::vector<Ipv4> routers;
  std::vector<Ipv4> dns_servers;
  std::vector<Ipv4> ntp_servers;
  std::string domain_name;
  std::chrono::seconds default_lease{3600};
  std::chrono::seconds min_lease{120};
  std::chrono::seconds max_lease{86400};
  std::optional<Ipv4> next_server;  // the TFTP server named to clients; none: this daemon
  std::string default_profile;      // for hosts without a profile of their own; empty: local boot
  UnknownMachines unknown_machines = UnknownMachines::kAddressOnly;
  std::string unknown_profile;    // with kProfile, and only then
  bool authoritative = true;      // answer NAK where RFC 2131 tells a bystander to be silent
  bool always_broadcast = false;  // for clients that cannot receive unicast and do not say so (C8)
  Stamp stamp;

  bool operator==(const Subnet&) const = default;
};

struct Nic {
  MacAddress mac;               // unique over all hosts
  std::optional<Ipv4> address;  // reserved for this NIC; inside one subnet; unique over all hosts
  std::string host_name;        // sent as option 12; empty: none

  bool operator==(const Nic&) const = default;
};

struct Host {
  std::string id;
  std::string uid;  // made by the server, never reused: tells a re-created host from the old one
  std::vector<Nic> nics;
  std::optional<Uuid> uuid;
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> variables;  // `vars.X` in templates; wins over the profile's
  std::string profile;                           // empty: the subnet's default profile
  Stamp stamp;

  bool operator==(const Host&) const = default;
};

// One choice of a boot menu. Either a kernel or local boot. Paths are relative to the TFTP root.
struct Entry {
  std::string name;   // one word: the pxelinux LABEL, unique in its profile
  std::string title;  // what a menu shows; empty: the name
  std::string kernel;
  std::vector<std::string> initrds;  // loaded in this order
  std::string arguments;             // the kernel's command line, Mustache
  bool local_boot = false;           // leave the network and boot the local disk

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

struct Profile {
  std::string id;
  std::map<std::string, std::string> loaders;  // client kind ("uefi-x64") -> boot file, TFTP root
  std::vector<Entry> entries;                  // at least one
  Menu menu;
  std::map<std::string, std::string> variables;  // `vars.X` in templates
  Stamp stamp;

  bool operator==(const Profile&) const = default;
};

enum class LeaseState {
  kBound,
  kReleased,  // given back
  kDeclined,  // its client found somebody else using the address: nobody's until `ends`
};

// An address granted to a client, as committed. A bound lease whose `ends` has passed is expired;
// it keeps naming its last client, who gets the address again if it is still free (affinity). A
// declined one names who declined it, who has no claim to it.
struct Lease {
  Ipv4 address;
  HardwareAddress client;
  std::vector<uint8_t> client_id;  // option 61 as last sent; stored, never an identity
  std::string host_name;           // option 12 as last sent by the client, made printable
  LeaseState state = LeaseState::kBound;
  Seconds starts{};  // of a declined one: when it was declined
  Seconds ends{};
  std::string kind;                  // client kind of the last request, "ipxe-bios"
  std::vector<uint8_t> relay_agent;  // option 82 of the last relayed exchange; empty: direct
  uint64_t revision = 0;

  bool operator==(const Lease&) const = default;
};

}  // namespace pxe::core
