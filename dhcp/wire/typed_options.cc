#include "dhcp/wire/typed_options.h"

#include <algorithm>

#include "base/byte_reader.h"

namespace pxe::dhcp::wire {
namespace {

constexpr size_t kMaxHostName = 63;  // of one label, RFC 1035

std::string Stripped(std::span<const uint8_t> value) {
  std::string_view text(reinterpret_cast<const char*>(value.data()), value.size());
  text.remove_suffix(text.size() - (text.find_last_not_of('\0') + 1));
  return std::string(text);
}

std::optional<ByteReader> Exactly(size_t length, const Options& options, OptionCode code) {
  const auto value = options.Find(code);
  if (!value || value->size() != length) return std::nullopt;
  return ByteReader(*value);
}

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

// Labels of 1 to 63 characters between dots; a dot at the end is one too many for nobody.
bool IsDottedName(std::span<const uint8_t> name) {
  size_t label = 0;
  for (const uint8_t byte : name) {
    const char c = static_cast<char>(byte);
    if (c == '.' ? label == 0 : !IsNameCharacter(c)) return false;
    label = c == '.' ? 0 : label + 1;
    if (label > kMaxHostName) return false;
  }
  return true;
}

}  // namespace

std::optional<uint8_t> ReadU8(const Options& options, OptionCode code) {
  auto in = Exactly(1, options, code);
  return in ? std::optional(in->U8()) : std::nullopt;
}

std::optional<uint16_t> ReadU16(const Options& options, OptionCode code) {
  auto in = Exactly(2, options, code);
  return in ? std::optional(in->U16()) : std::nullopt;
}

std::optional<uint32_t> ReadU32(const Options& options, OptionCode code) {
  auto in = Exactly(4, options, code);
  return in ? std::optional(in->U32()) : std::nullopt;
}

std::optional<Ipv4> ReadAddress(const Options& options, OptionCode code) {
  auto in = Exactly(4, options, code);
  return in ? std::optional(Ipv4{in->U32()}) : std::nullopt;
}

std::string ReadText(const Options& options, OptionCode code) {
  const auto value = options.Find(code);
  return value ? Stripped(*value) : std::string();
}

std::string ReadHostName(const Options& options) {
  std::string name = ReadText(options, OptionCode::kHostName);
  const bool legal = name.size() <= kMaxHostName && std::ranges::all_of(name, IsNameCharacter);
  return legal ? name : std::string();
}

std::vector<std::string> ReadUserClasses(const Options& options) {
  const auto value = options.Find(OptionCode::kUserClass);
  if (!value || value->empty()) return {};
  std::vector<std::string> list;
  ByteReader in(*value);
  while (in.remaining() > 0) {
    const uint8_t length = in.U8();
    const auto item = in.Bytes(length);
    if (length == 0 || !in.ok()) return {Stripped(*value)};
    list.push_back(Stripped(item));
  }
  return list;
}

std::optional<std::vector<uint16_t>> ReadArchitectures(const Options& options) {
  const auto value = options.Find(OptionCode::kClientArchitecture);
  if (!value || value->empty() || value->size() % 2 != 0) return std::nullopt;
  std::vector<uint16_t> architectures;
  ByteReader in(*value);
  while (in.remaining() > 0) architectures.push_back(in.U16());
  return architectures;
}

std::optional<Uuid> ReadUuid(const Options& options) {
  auto in = Exactly(17, options, OptionCode::kClientUuid);
  if (!in || in->U8() != 0) return std::nullopt;
  Uuid wire_order;
  std::ranges::copy(in->Rest(), wire_order.bytes.begin());
  return wire_order.Swapped();
}

bool LacksBzImage(const Options& options) {
  // The sub-options that are features, in the numbering of iPXE.
  constexpr uint8_t kFirst = 0x10;
  constexpr uint8_t kLast = 0x7f;
  constexpr uint8_t kBzImage = 0x18;
  const auto value = options.Find(OptionCode::kIpxe);
  if (!value) return false;
  bool lists = false;
  bool has = false;
  const auto end = WalkOptions(*value, [&](OptionCode code, std::span<const uint8_t>) {
    const auto number = static_cast<uint8_t>(code);
    lists = lists || (number >= kFirst && number <= kLast);
    has = has || number == kBzImage;
  });
  return end != AreaEnd::kTruncated && lists && !has;
}

std::span<const uint8_t> ReadClientId(const Options& options) {
  const auto value = options.Find(OptionCode::kClientId);
  return value && value->size() >= 2 ? *value : std::span<const uint8_t>();
}

std::optional<BootItem> ReadBootItem(const Options& options) {
  constexpr uint8_t kBootItem = 71;
  constexpr uint8_t kEnd = 255;
  const auto value = options.Find(OptionCode::kVendorOptions);
  if (!value) return std::nullopt;
  std::optional<BootItem> item;
  ByteReader in(*value);
  while (in.remaining() > 0) {
    const uint8_t code = in.U8();
    if (code == kEnd) break;
    if (code == 0) continue;
    ByteReader data(in.Bytes(in.U8()));
    if (!in.ok()) return std::nullopt;
    if (code == kBootItem && data.remaining() == 4) item = BootItem{data.U16(), data.U16()};
  }
  return item;
}

std::optional<RelayAgent> ReadRelayAgent(const Options& options) {
  constexpr uint8_t kCircuitId = 1;
  constexpr uint8_t kRemoteId = 2;
  constexpr uint8_t kLinkSelection = 5;
  constexpr uint8_t kServerId = 11;
  constexpr uint8_t kSourcePort = 19;
  const auto value = options.Find(OptionCode::kRelayAgent);
  if (!value) return std::nullopt;
  RelayAgent relay;
  ByteReader in(*value);
  while (in.remaining() > 0) {
    const uint8_t code = in.U8();
    const auto data = in.Bytes(in.U8());
    if (!in.ok()) return std::nullopt;
    if (code == kCircuitId) relay.circuit_id = data;
    if (code == kRemoteId) relay.remote_id = data;
    if (code == kLinkSelection && data.size() == 4) relay.link_selection = {ByteReader(data).U32()};
    if (code == kServerId && data.size() == 4) relay.server_id = {ByteReader(data).U32()};
    if (code == kSourcePort) relay.source_port = true;
  }
  return relay;
}

bool IsVendorOptions(std::span<const uint8_t> value) {
  const auto end = WalkOptions(value, [](OptionCode, std::span<const uint8_t>) {});
  return end != AreaEnd::kTruncated;
}

bool IsVendorIdentifying(std::span<const uint8_t> value) {
  ByteReader in(value);
  while (in.ok() && in.remaining() > 0) {
    in.U32();  // the enterprise's number
    in.Bytes(in.U8());
  }
  return in.ok();
}

bool IsFqdn(std::span<const uint8_t> value) {
  constexpr uint8_t kAsDnsLabels = 0x04;
  ByteReader in(value);
  const uint8_t flags = in.U8();
  in.U16();  // two results, obsolete
  if (!in.ok()) return false;
  if ((flags & kAsDnsLabels) == 0) return IsDottedName(in.Rest());
  while (in.ok() && in.remaining() > 0) {
    const uint8_t length = in.U8();
    if (length > kMaxHostName) return false;  // too long, or a pointer, which may loop
    in.Bytes(length);
  }
  return in.ok();
}

}  // namespace pxe::dhcp::wire
