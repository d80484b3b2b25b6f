#include "dhcp/wire/packet.h"

#include <algorithm>

#include "base/byte_reader.h"

namespace pxe::dhcp::wire {
namespace {

// What the options area proper says about itself and about the overloaded fields.
struct Survey {
  AreaEnd end = AreaEnd::kEnd;
  size_t message_types = 0;
  bool overload_seen = false;
  size_t overload_length = 0;
  uint8_t overload = 0;  // 1: file, 2: sname, 3: both
};

Survey SurveyArea(std::span<const uint8_t> area) {
  Survey survey;
  survey.end = WalkOptions(area, [&](OptionCode code, std::span<const uint8_t> value) {
    if (code == OptionCode::kMessageType) ++survey.message_types;
    if (code != OptionCode::kOverload) return;
    survey.overload_seen = true;
    survey.overload_length += value.size();
    if (!value.empty()) survey.overload = value[0];
  });
  return survey;
}

bool IsBadOverload(const Survey& survey) {
  return survey.overload_seen &&
         (survey.overload_length != 1 || survey.overload < 1 || survey.overload > 3);
}

template <size_t N>
void Copy(std::span<const uint8_t> from, std::array<uint8_t, N>& to) {
  std::copy_n(from.begin(), std::min(from.size(), N), to.begin());
}

void ReadHeader(ByteReader& in, Packet& packet) {
  packet.op = in.U8();
  packet.htype = in.U8();
  packet.hlen = in.U8();
  packet.hops = in.U8();
  packet.xid = in.U32();
  packet.secs = in.U16();
  packet.flags = in.U16();
  packet.ciaddr = {in.U32()};
  packet.yiaddr = {in.U32()};
  packet.siaddr = {in.U32()};
  packet.giaddr = {in.U32()};
  Copy(in.Bytes(16), packet.chaddr);
  Copy(in.Bytes(64), packet.sname);
  Copy(in.Bytes(128), packet.file);
}

// Reads the options, those in `file` and `sname` after those in their own area (C32). What was
// overload is then over: the fields are empty and option 52 is gone.
void ReadOptions(std::span<const uint8_t> area, const Survey& survey, Packet& packet) {
  std::array<std::span<const uint8_t>, 3> areas = {area, {}, {}};
  size_t count = 1;
  if ((survey.overload & 1) != 0) areas[count++] = packet.file;
  if ((survey.overload & 2) != 0) areas[count++] = packet.sname;
  packet.options = Options::Read(std::span(areas).first(count));
  packet.truncated_tail = survey.end == AreaEnd::kTruncated;
  for (size_t i = 1; i < count; ++i) {
    const auto end = WalkOptions(areas[i], [](OptionCode, std::span<const uint8_t>) {});
    if (end != AreaEnd::kEnd) packet.overload_unterminated = true;
  }
  if ((survey.overload & 1) != 0) packet.file.fill(0);
  if ((survey.overload & 2) != 0) packet.sname.fill(0);
  packet.options.Remove(OptionCode::kOverload);
}

// Whether a packet with that op may be of that type.
bool GoesWith(uint8_t op, MessageType type) {
  switch (type) {
    case MessageType::kDiscover:
    case MessageType::kRequest:
    case MessageType::kDecline:
    case MessageType::kRelease:
    case MessageType::kInform:
      return op == kBootRequest;
    case MessageType::kOffer:
    case MessageType::kAck:
    case MessageType::kNak:
      return op == kBootReply;
  }
  return false;
}

std::optional<DropReason> CheckMessageType(const Survey& survey, const Packet& packet) {
  const auto value = packet.options.Find(OptionCode::kMessageType);
  if (!value) {
    return packet.truncated_tail ? DropReason::kOptionTruncated : DropReason::kNoMessageType;
  }
  if (survey.message_types > 1) return DropReason::kDuplicateType;
  const bool known = value->size() == 1 && GoesWith(packet.op, MessageType{(*value)[0]});
  return known ? std::nullopt : std::optional(DropReason::kUnsupportedType);
}

std::optional<DropReason> CheckHeader(const Packet& packet) {
  if (packet.hlen > packet.chaddr.size()) return DropReason::kBadHlen;
  if (packet.htype == 0 && packet.hlen != 0) return DropReason::kBadHtype;
  return std::nullopt;
}

std::variant<Packet, DropReason> Parse(std::span<const uint8_t> bytes, uint8_t op) {
  if (bytes.size() < kHeaderBytes) return DropReason::kShort;
  std::variant<Packet, DropReason> result;
  Packet& packet = std::get<Packet>(result);
  ByteReader in(bytes);
  ReadHeader(in, packet);
  const uint32_t cookie = in.U32();
  if (packet.op != op) return DropReason::kNotRequest;
  if (const auto reason = CheckHeader(packet)) return *reason;
  if (!in.ok() || cookie != kMagicCookie) return DropReason::kNoCookie;

  const auto area = in.Rest();
  const Survey survey = SurveyArea(area);
  if (IsBadOverload(survey)) return DropReason::kBadOverload;
  ReadOptions(area, survey, packet);
  if (const auto reason = CheckMessageType(survey, packet)) return *reason;
  return result;
}

}  // namespace

MessageType Packet::type() const {
  const auto value = options.Find(OptionCode::kMessageType);
  return static_cast<MessageType>(value && !value->empty() ? (*value)[0] : 0);
}

std::variant<Packet, DropReason> ParsePacket(std::span<const uint8_t> bytes) {
  return Parse(bytes, kBootRequest);
}

std::variant<Packet, DropReason> ParseReply(std::span<const uint8_t> bytes) {
  return Parse(bytes, kBootReply);
}

std::variant<Packet, DropReason> ParseBootp(std::span<const uint8_t> bytes) {
  if (bytes.size() < kHeaderBytes) return DropReason::kShort;
  std::variant<Packet, DropReason> result;
  Packet& packet = std::get<Packet>(result);
  ByteReader in(bytes);
  ReadHeader(in, packet);
  const uint32_t cookie = in.U32();
  if (packet.op != kBootRequest) return DropReason::kNotRequest;
  if (const auto reason = CheckHeader(packet)) return *reason;
  packet.has_cookie = in.ok() && cookie == kMagicCookie;
  if (packet.has_cookie) ReadOptions(in.Rest(), Survey{}, packet);
  return result;
}

std::vector<uint8_t> SerializePacket(const Packet& packet) {
  ByteWriter out;
  out.Reserve(576);
  out.U8(packet.op);
  out.U8(packet.htype);
  out.U8(packet.hlen);
  out.U8(packet.hops);
  out.U32(packet.xid);
  out.U16(packet.secs);
  out.U16(packet.flags);
  out.U32(packet.ciaddr.value);
  out.U32(packet.yiaddr.value);
  out.U32(packet.siaddr.value);
  out.U32(packet.giaddr.value);
  out.Bytes(packet.chaddr);
  out.Bytes(packet.sname);
  out.Bytes(packet.file);
  if (packet.has_cookie) {
    out.U32(kMagicCookie);
    WriteOptions(packet.options, out);
  }
  out.ZerosUpTo(std::max<size_t>(kMinReplyBytes, packet.pad_to));
  return out.Take();
}

std::string TextOf(std::span<const uint8_t> field) {
  return {field.begin(), std::ranges::find(field, uint8_t{0})};
}

}  // namespace pxe::dhcp::wire
