// A DHCPv4 packet: the fixed header of RFC 2131 section 2 and its options.
//
// Parsing accepts what clients in the field send (no END, text in `file`, repeated options) and
// names the reason for what it refuses; it judges the form only, never the meaning of a value.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ipv4.h"
#include "dhcp/wire/drop_reason.h"
#include "dhcp/wire/options.h"

namespace pxe::dhcp::wire {

inline constexpr uint8_t kBootRequest = 1;
inline constexpr uint8_t kBootReply = 2;
inline constexpr uint16_t kBroadcastFlag = 0x8000;
inline constexpr size_t kHeaderBytes = 236;    // before the cookie
inline constexpr size_t kMinReplyBytes = 300;  // relays drop shorter ones (C25)
inline constexpr uint32_t kMagicCookie = 0x63825363;

struct Packet {
  uint8_t op = kBootRequest;
  uint8_t htype = 1;
  uint8_t hlen = 6;
  uint8_t hops = 0;
  uint32_t xid = 0;
  uint16_t secs = 0;
  uint16_t flags = 0;
  Ipv4 ciaddr;
  Ipv4 yiaddr;
  Ipv4 siaddr;
  Ipv4 giaddr;
  std::array<uint8_t, 16> chaddr{};  // all of it, as received, also beyond hlen (C13)
  std::array<uint8_t, 64> sname{};
  std::array<uint8_t, 128> file{};
  Options options;

  uint16_t pad_to = 0;  // of a reply: bytes that it has at least; fewer than kMinReplyBytes: those

  // Whether there are options at all; BOOTP clients may send none, and get none.
  bool has_cookie = true;

  // Oddities of the received bytes that cost nobody an answer.
  bool truncated_tail = false;         // an option after the message type ran past the end
  bool overload_unterminated = false;  // no END in `file` or `sname` holding options

  bool wants_broadcast() const { return (flags & kBroadcastFlag) != 0; }
  // Option 53 of a packet made by ParsePacket, which refuses packets without it; 0 in BOOTP.
  MessageType type() const;
};

// The packet, or why it is none that we answer.
std::variant<Packet, DropReason> ParsePacket(std::span<const uint8_t> bytes);

// A server's OFFER, ACK or NAK, or why it is none; kNotRequest: it is a client's.
std::variant<Packet, DropReason> ParseReply(std::span<const uint8_t> bytes);

// A BOOTP request: what ParsePacket refuses as kNoCookie or kNoMessageType, with whatever options
// it has (C147).
std::variant<Packet, DropReason> ParseBootp(std::span<const uint8_t> bytes);

// The bytes, at least kMinReplyBytes: header, cookie, options in the order that C24 asks for, END,
// zeros.
std::vector<uint8_t> SerializePacket(const Packet& packet);

// `text` in `field`, NUL-terminated; false, and an empty field, when it does not fit: PXELINUX
// copies `file` without a bound (C20).
template <size_t N>
bool SetText(std::array<uint8_t, N>& field, std::string_view text) {
  field.fill(0);
  if (text.size() >= N) return false;
  std::copy(text.begin(), text.end(), field.begin());
  return true;
}

// Up to the first NUL.
std::string TextOf(std::span<const uint8_t> field);

}  // namespace pxe::dhcp::wire
