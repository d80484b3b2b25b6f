// What a DHCP data plane asks and what it is answered: facts of the packet in, values out.
//
// The question carries no raw bytes and the answer no options: packets are the data plane's, policy
// is the control plane's.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/hardware_address.h"
#include "base/ipv4.h"
#include "core/client_kind.h"
#include "core/model.h"

namespace pxe::core {

enum class DhcpMessage {
  kDiscover,
  kRequest,
  kRelease,
  kDecline,
  kInform,      // parameters for an address that the client has already
  kBootp,       // a request without an option 53
  kBootServer,  // a REQUEST or INFORM to the boot service, port 4011, or one that says so (C85)
};

struct DhcpQuestion {
  uint64_t tag = 0;  // the asker's own; comes back with the answer
  DhcpMessage message = DhcpMessage::kDiscover;
  HardwareAddress client;
  ClientFacts facts;

  bool unicast = false;  // sent to an address of ours, not broadcast: a renewal past the relay
  Ipv4 ciaddr;
  Ipv4 giaddr;                         // 0: directly attached
  std::optional<Ipv4> link_selection;  // 82.5, RFC 3527: the client's link when it is not giaddr's
  std::optional<Ipv4> requested;       // option 50
  std::optional<Ipv4> server_id;       // option 54
  std::optional<uint32_t> lease_seconds;  // option 51
  std::vector<uint8_t> client_id;         // option 61
  std::vector<uint8_t> relay_agent;       // option 82
  std::string circuit_id;                 // 82.1, printable; empty: none
  std::string remote_id;                  // 82.2, printable; empty: none
  std::optional<Ipv4> subnet_selection;   // option 118, RFC 3011: the link it wants to be of
  std::chrono::seconds secs{};            // it has waited, as far as that is believed; iPXE's: 0
  // An address that this client was to be offered and that answered a ping (C144): it is declined,
  // and the DISCOVER decided again.
  std::optional<Ipv4> in_use;
  std::string host_name;      // option 12, printable
  bool rapid_commit = false;  // option 80: an ACK at once will do

  // Addresses of ours on the interface it came in by, the primary first. Never empty.
  std::vector<Ipv4> local_addresses;
  // Our address on the route to giaddr; 0 for direct clients. What relayed clients can reach us by.
  Ipv4 route_source;

  bool operator==(const DhcpQuestion&) const = default;
};

// Where a booting client goes next. `file` empty: an address and no boot fields.
struct BootFields {
  Ipv4 next_server;  // siaddr
  std::string file;  // relative to the TFTP root

  bool operator==(const BootFields&) const = default;
};

// What a reply does differently for a client that cannot take the usual (core/quirks.h).
struct ReplyHabits {
  // A larger message would be cut into fragments, which ROMs do not put together (C140).
  static constexpr uint16_t kMaxPadTo = 1472;
  static constexpr std::chrono::milliseconds kMaxDelay{10'000};

  bool omit_boot_option = false;      // no option 67: the name is in `file` only
  bool omit_vendor_options = false;   // no option 43
  bool nul_in_length = false;         // 66 and 67 end in a NUL that counts
  uint16_t pad_to = 0;                // bytes of the whole message; 0: as all
  std::chrono::milliseconds delay{};  // before it is sent

  bool operator==(const ReplyHabits&) const = default;
};

// Which packet carries a grant.
enum class GrantKind {
  kOffer,       // OFFER
  kAck,         // ACK: the lease is durable
  kRapidAck,    // the same in answer to a DISCOVER (C55)
  kInformed,    // ACK without address and lease (C84)
  kProxyOffer,  // OFFER without address: only where to boot from (C129)
  kBootServer,  // ACK of the boot service: the same (C130)
  kBootp,       // a reply without the options of DHCP; the lease is durable (C147)
};

// Whether it says that an address is the client's.
constexpr bool BindsAddress(GrantKind kind) {
  return kind == GrantKind::kAck || kind == GrantKind::kRapidAck || kind == GrantKind::kBootp;
}

// The body of an OFFER, an ACK or a BOOTP reply.
struct DhcpGrant {
  GrantKind kind = GrantKind::kOffer;
  Ipv4 address;                  // yiaddr; 0 with those kinds that carry none
  Ipv4 server_id;                // option 54, an address of ours
  std::chrono::seconds lease{};  // kForever: for ever
  Ipv4Prefix subnet;
  std::vector<Ipv4> routers;
  std::vector<Ipv4> dns_servers;
  std::vector<Ipv4> ntp_servers;
  std::string domain_name;
  std::string host_name;
  BootFields boot;
  std::vector<DhcpOption> options;     // no code twice; they take the place of those above
  bool broadcast = false;              // force the broadcast bit (C8)
  bool echo_client_id = true;          // option 61 is sent back (C94)
  bool echo_subnet_selection = false;  // option 118 counted and is sent back (C95)
  bool ping_first = false;             // an OFFER of an address that may be somebody's (C142)
  ReplyHabits habits;

  bool operator==(const DhcpGrant&) const = default;
};

struct DhcpNak {
  Ipv4 server_id;
  std::string message;         // option 56, for people reading a capture
  bool echo_client_id = true;  // option 61 is sent back (C94)
  bool echo_subnet_selection = false;

  bool operator==(const DhcpNak&) const = default;
};

// Why nothing is sent. Each is a counter and a word in `explain`.
enum class SilenceReason {
  kNoSubnet,          // the link belongs to no subnet
  kUnknownMachine,    // the subnet ignores machines that are no host
  kNoAddress,         // the pool is exhausted (C54)
  kOtherServer,       // the client chose another server (C57)
  kNotOurs,           // not authoritative, and the lease may be another server's (C64, C67, C69)
  kBadRequest,        // a REQUEST with no 50, 54 or ciaddr (M26), an address nobody can have (M27)
  kReleased,          // RELEASE is never answered
  kNothingToRelease,  // RELEASE of an address that is not the client's
  kDeclined,          // DECLINE is never answered
  kNothingToDecline,  // DECLINE of an address that the client neither has nor was offered
  kDeclinedTooOften,  // DECLINE of one address after the other: the fault is the client's (C81)
  kCommitFailed,      // the lease could not be made durable (L3)
  kOverload,          // a queue is at its limit
  kSubnetOff,         // the subnet is not served
  kNotReserved,       // the subnet serves only who has a reserved address, and this is nobody's
  kProxyOnly,         // another server has the addresses, and the client asks for no boot file
  kNothingToBoot,     // it does, and there is none for it
  kBootpOff,          // no BOOTP here, or not for a machine without a reserved address
  kTooEarly,          // another server shall have the time that the subnet grants it (P2)
  kTooManyOffers,     // as many are offered here as may be at a time (C153)
  kUntrustedRelay,    // option 82 without a relay, where that does not count (C133)
  kControlAway,       // the control plane, another process, cannot be asked or was too slow
  kCount,
};

struct DhcpSilence {
  SilenceReason reason = SilenceReason::kNoSubnet;

  bool operator==(const DhcpSilence&) const = default;
};

using DhcpAnswer = std::variant<DhcpGrant, DhcpNak, DhcpSilence>;

// "no_address": the label of the counter and the word in logs.
std::string_view ToString(SilenceReason reason);

}  // namespace pxe::core
