#include "dhcp/wire/options.h"

#include <algorithm>
#include <cassert>

namespace pxe::dhcp::wire {
namespace {

constexpr std::array kLeading = {
    OptionCode::kMessageType, OptionCode::kServerId,      OptionCode::kLeaseTime,
    OptionCode::kRenewalTime, OptionCode::kRebindingTime, OptionCode::kSubnetMask,
    OptionCode::kRouters,     OptionCode::kDnsServers,
};

constexpr std::array<bool, 256> FixedPlaces() {
  std::array<bool, 256> fixed{};
  for (const OptionCode code : kLeading) fixed[static_cast<uint8_t>(code)] = true;
  fixed[static_cast<uint8_t>(OptionCode::kRelayAgent)] = true;
  return fixed;
}

bool HasFixedPlace(OptionCode code) {
  static constexpr auto kFixed = FixedPlaces();
  return kFixed[static_cast<uint8_t>(code)];
}

bool IsReadAsCString(OptionCode code) {
  return code == OptionCode::kVendorClass || code == OptionCode::kTftpServerName ||
         code == OptionCode::kBootFile;
}

bool HasSubOptions(OptionCode code) {
  return code == OptionCode::kVendorOptions || code == OptionCode::kRelayAgent;
}

// What goes into the next instance of the option. Readers that do not join instances still find
// whole sub-options in each.
std::span<const uint8_t> NextPiece(OptionCode code, std::span<const uint8_t> rest) {
  constexpr size_t kMost = 255;
  if (rest.size() <= kMost) return rest;
  if (!HasSubOptions(code)) return rest.first(kMost);
  size_t whole = 0;
  while (whole + 2 <= kMost && whole + 2 + rest[whole + 1] <= kMost) whole += 2 + rest[whole + 1];
  return rest.first(whole != 0 ? whole : kMost);
}

}  // namespace

Options Options::Read(std::span<const std::span<const uint8_t>> areas) {
  Options options;
  bool repeated = false;
  for (const auto area : areas) {
    WalkOptions(area, [&](OptionCode code, std::span<const uint8_t> value) {
      repeated = repeated || options.Has(code);
      if (!repeated) options.Append(code, value);
    });
  }
  if (repeated) return ReadJoined(areas);
  return options;
}

// The same where a code comes more than once: first how long each is, then each in its place.
Options Options::ReadJoined(std::span<const std::span<const uint8_t>> areas) {
  Options options;
  size_t total = 0;
  const auto count = [&](OptionCode code, std::span<const uint8_t> value) {
    auto& position = options.index_[static_cast<uint8_t>(code)];
    if (position == 0) {
      options.entries_.push_back({.code = code});
      position = static_cast<uint8_t>(options.entries_.size());
    }
    options.entries_[position - 1].length += static_cast<uint32_t>(value.size());
    total += value.size();
  };
  for (const auto area : areas) WalkOptions(area, count);

  uint32_t offset = 0;
  for (Entry& entry : options.entries_) {
    entry.offset = offset;
    offset += entry.length;
    entry.length = 0;
  }
  options.Extend(total);
  const auto place = [&](OptionCode code, std::span<const uint8_t> value) {
    Entry& entry = options.entries_[options.index_[static_cast<uint8_t>(code)] - 1u];
    std::ranges::copy(value, options.bytes_.begin() + entry.offset + entry.length);
    entry.length += static_cast<uint32_t>(value.size());
  };
  for (const auto area : areas) WalkOptions(area, place);
  return options;
}

void Options::Add(OptionCode code, std::span<const uint8_t> value) {
  if (!value.empty()) Append(code, value);
}

void Options::AddFlag(OptionCode code) {
  Append(code, {});
}

void Options::Append(OptionCode code, std::span<const uint8_t> value) {
  assert(!Has(code));
  entries_.push_back(
      {.code = code, .offset = used_, .length = static_cast<uint32_t>(value.size())});
  index_[static_cast<uint8_t>(code)] = static_cast<uint8_t>(entries_.size());
  std::copy(value.begin(), value.end(), Extend(value.size()));  // std::ranges::copy goes by bytes
}

// Room for so many more bytes of values.
uint8_t* Options::Extend(size_t count) {
  const size_t begin = used_;
  used_ += static_cast<uint32_t>(count);
  if (used_ > bytes_.size()) Grow();
  return bytes_.data() + begin;
}

// By all there is to grow by: one by one would cost more than the packet.
void Options::Grow() {
  bytes_.resize(std::max<size_t>(bytes_.capacity(), 2 * size_t{used_}));
}

void Options::AddU8(OptionCode code, uint8_t value) {
  Add(code, std::span(&value, 1));
}

void Options::AddU32(OptionCode code, uint32_t value) {
  const std::array bytes = {static_cast<uint8_t>(value >> 24), static_cast<uint8_t>(value >> 16),
                            static_cast<uint8_t>(value >> 8), static_cast<uint8_t>(value)};
  Add(code, bytes);
}

void Options::AddText(OptionCode code, std::string_view text) {
  Add(code, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

void Options::AddAddress(OptionCode code, Ipv4 address) {
  AddU32(code, address.value);
}

void Options::AddAddresses(OptionCode code, std::span<const Ipv4> addresses) {
  if (addresses.empty()) return;
  Append(code, {});
  uint8_t* to = Extend(addresses.size() * sizeof(Ipv4));
  for (const Ipv4 address : addresses) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      *to++ = static_cast<uint8_t>(address.value >> shift);
    }
  }
  entries_.back().length = static_cast<uint32_t>(addresses.size() * sizeof(Ipv4));
}

void Options::Remove(OptionCode code) {
  if (!Has(code)) return;
  entries_.erase(entries_.begin() + (index_[static_cast<uint8_t>(code)] - 1));
  index_.fill(0);
  for (size_t i = 0; i < entries_.size(); ++i) {
    index_[static_cast<uint8_t>(entries_[i].code)] = static_cast<uint8_t>(i + 1);
  }
}

size_t EncodedSize(const Options::Option& option) {
  size_t size = IsReadAsCString(option.code) ? 1 : 0;
  auto rest = option.value;
  do {
    const auto piece = NextPiece(option.code, rest);
    size += 2 + piece.size();
    rest = rest.subspan(piece.size());
  } while (!rest.empty());
  return size;
}

void WriteOption(const Options::Option& option, ByteWriter& out) {
  auto rest = option.value;
  do {
    const auto piece = NextPiece(option.code, rest);
    out.U8(static_cast<uint8_t>(option.code));
    out.U8(static_cast<uint8_t>(piece.size()));
    out.Bytes(piece);
    rest = rest.subspan(piece.size());
  } while (!rest.empty());
  if (IsReadAsCString(option.code)) out.U8(static_cast<uint8_t>(OptionCode::kPad));
}

void WriteOptions(const Options& options, ByteWriter& out) {
  const auto write_if_there = [&](OptionCode code) {
    if (const auto value = options.Find(code)) WriteOption({code, *value}, out);
  };
  for (const OptionCode code : kLeading) write_if_there(code);
  for (size_t i = 0; i < options.size(); ++i) {
    const auto option = options.at(i);
    if (!HasFixedPlace(option.code)) WriteOption(option, out);
  }
  write_if_there(OptionCode::kRelayAgent);
  out.U8(static_cast<uint8_t>(OptionCode::kEnd));
}

}  // namespace pxe::dhcp::wire
