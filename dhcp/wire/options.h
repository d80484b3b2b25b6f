// The DHCP options field: a list of (code, length, bytes), RFC 2132.
//
// Repeated codes are joined on the way in and split on the way out (RFC 3396), so callers never see
// 255 as a limit. Reading never goes past the bytes given and never keeps more than they hold,
// whatever the lengths in them claim.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "base/byte_writer.h"
#include "base/ipv4.h"
#include "dhcp/wire/option_code.h"

namespace pxe::dhcp::wire {

// How the walk over one options area ended.
enum class AreaEnd {
  kEnd,           // at an END option
  kUnterminated,  // at the end of the area, on an option boundary
  kTruncated,     // inside an option, which is left out
};

// Calls `visit(code, value)` for each option of one area, in order, PAD and END left out.
template <typename Visit>
AreaEnd WalkOptions(std::span<const uint8_t> area, Visit visit) {
  size_t at = 0;
  while (at < area.size()) {
    const auto code = static_cast<OptionCode>(area[at++]);
    if (code == OptionCode::kPad) continue;
    if (code == OptionCode::kEnd) return AreaEnd::kEnd;
    if (at == area.size() || area[at] > area.size() - at - 1) return AreaEnd::kTruncated;
    visit(code, area.subspan(at + 1, area[at]));
    at += 1 + size_t{area[at]};
  }
  return AreaEnd::kUnterminated;
}

// The options of one packet: each code once, in order of first appearance. Holds a copy of the
// values in one buffer, which allocates nothing for packets of common size.
class Options {
 public:
  struct Option {
    OptionCode code = OptionCode::kPad;
    std::span<const uint8_t> value;
  };

  // What the areas hold, joined across them in the order given (C31, C32).
  static Options Read(std::span<const std::span<const uint8_t>> areas);

  // Appends; the code must not be there yet. Nothing happens for an empty value: a zero-length
  // option makes EDK2 drop the packet (C26).
  void Add(OptionCode code, std::span<const uint8_t> value);
  void AddFlag(OptionCode code);  // without a value: option 80, where being there is all (C26)
  void AddU8(OptionCode code, uint8_t value);
  void AddU32(OptionCode code, uint32_t value);
  void AddText(OptionCode code, std::string_view text);
  void AddAddress(OptionCode code, Ipv4 address);
  void AddAddresses(OptionCode code, std::span<const Ipv4> addresses);
  void Remove(OptionCode code);

  bool Has(OptionCode code) const { return index_[static_cast<uint8_t>(code)] != 0; }
  // The value, perhaps empty; nothing when the option is not there. Good until the next Add.
  std::optional<std::span<const uint8_t>> Find(OptionCode code) const {
    const uint8_t place = index_[static_cast<uint8_t>(code)];
    if (place == 0) return std::nullopt;
    return at(place - 1u).value;
  }

  size_t size() const { return entries_.size(); }
  Option at(size_t position) const {
    const Entry& entry = entries_[position];
    return {entry.code, std::span(bytes_).subspan(entry.offset, entry.length)};
  }

 private:
  struct Entry {
    OptionCode code = OptionCode::kPad;
    uint32_t offset = 0;
    uint32_t length = 0;
  };

  static Options ReadJoined(std::span<const std::span<const uint8_t>> areas);
  void Append(OptionCode code, std::span<const uint8_t> value);
  uint8_t* Extend(size_t count);
  void Grow();

  absl::InlinedVector<Entry, 24> entries_;   // at most 254: there are no more codes
  absl::InlinedVector<uint8_t, 320> bytes_;  // room for the values
  uint32_t used_ = 0;                        // of it
  std::array<uint8_t, 256> index_{};         // position in entries_ plus one, by code; 0: absent
};

// Bytes the option takes on the wire, its headers and our PAD included.
size_t EncodedSize(const Options::Option& option);

// Writes one option, split into pieces of at most 255 bytes where longer (RFC 3396), those of 43
// and 82 between two sub-options where they can be (C92). Options 60, 66 and 67 are
// followed by a PAD: old ROMs and GRUB read them as C strings past their length, and EDK2 writes a
// NUL over the byte after option 67 (rule 4).
void WriteOption(const Options::Option& option, ByteWriter& out);

// Writes all of them and END: 53 first, because tiny clients look for it there, then the rest of
// the fixed order (C24), then as they were added, 82 last (C133).
void WriteOptions(const Options& options, ByteWriter& out);

}  // namespace pxe::dhcp::wire
