// The values of options as types: what a client says of itself, read as far as it is well-formed.
//
// Clients break these formats in known ways. A value that cannot be read is as good as absent and
// never costs the packet; who must know the difference asks Options::Has.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/ipv4.h"
#include "base/uuid.h"
#include "dhcp/wire/options.h"

namespace pxe::dhcp::wire {

// A value of exactly 1, 2 or 4 bytes; nothing for any other length.
std::optional<uint8_t> ReadU8(const Options& options, OptionCode code);
std::optional<uint16_t> ReadU16(const Options& options, OptionCode code);
std::optional<uint32_t> ReadU32(const Options& options, OptionCode code);
std::optional<Ipv4> ReadAddress(const Options& options, OptionCode code);

// Without its trailing NULs, which old Microsoft and some ROMs count in (C37). Raw otherwise: may
// hold any byte. Empty when absent.
std::string ReadText(const Options& options, OptionCode code);

// Option 12 as far as it is a host name: letters, digits, '-' and '_', at most 63. Anything else is
// worth nothing and must not reach a log (M25); empty then.
std::string ReadHostName(const Options& options);

// Option 77: the list of RFC 3004, or the one bare string that iPXE sends instead ("iPXE" without a
// length byte, C41). Trailing NULs are stripped from each.
std::vector<std::string> ReadUserClasses(const Options& options);

// Option 93: the architectures in the client's order; nothing for an odd or empty value (C42).
std::optional<std::vector<uint16_t>> ReadArchitectures(const Options& options);

// Option 97 of type 0 and 16 bytes, turned from SMBIOS order into that of the text form (C43).
std::optional<Uuid> ReadUuid(const Options& options);

// Whether option 175 lists features of iPXE and bzImage, the kernels of Linux on BIOS, is not among
// them. Not so without such a list: it says nothing then (C109).
bool LacksBzImage(const Options& options);

// Option 61; empty when shorter than the 2 bytes it must have (C39). Good for as long as `options`.
std::span<const uint8_t> ReadClientId(const Options& options);

// Sub-option 71 of option 43: which boot server a PXE client asks for, and which of its layers.
struct BootItem {
  uint16_t type = 0;
  uint16_t layer = 0;
};

// Nothing when there is none, or the sub-options overrun (M23).
std::optional<BootItem> ReadBootItem(const Options& options);

// The sub-options of option 82 that mean something to us, RFC 3046.
struct RelayAgent {
  std::span<const uint8_t> circuit_id;  // 1: the port that the client is attached to
  std::span<const uint8_t> remote_id;   // 2: the relay, or the machine at that port
  std::optional<Ipv4> link_selection;   // 5, RFC 3527: the client's link
  std::optional<Ipv4> server_id;        // 11, RFC 5107: what option 54 is to say
  bool source_port = false;             // 19, RFC 8357: answer to the relay's UDP source port
};

// Nothing when the sub-options do not fill the option exactly (M21).
std::optional<RelayAgent> ReadRelayAgent(const Options& options);

// Whether a value is what its option says it is, for options that nothing is read from: 43 is a
// list of sub-options (M23), 124 and 125 are lists of enterprises and their data (M24), 81 is a
// name, as ASCII or as DNS labels (M25, M37).
bool IsVendorOptions(std::span<const uint8_t> value);
bool IsVendorIdentifying(std::span<const uint8_t> value);
bool IsFqdn(std::span<const uint8_t> value);

}  // namespace pxe::dhcp::wire
