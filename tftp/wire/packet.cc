#include "tftp/wire/packet.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "base/status.h"

namespace pxe::tftp::wire {
namespace {

enum class Opcode : uint16_t { kRrq = 1, kWrq = 2, kData = 3, kAck = 4, kError = 5, kOack = 6 };

constexpr size_t kMaxMessageBytes = 127;

// The text up to the next NUL, which is skipped; nothing when there is no NUL.
std::optional<std::string_view> TakeText(std::string_view& rest) {
  const size_t end = rest.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view text = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return text;
}

// Name and value pairs until the bytes end, a name is empty (PA-RISC firmware pads its requests
// with zeros) or a pair is broken; all before that counts.
template <typename Pair>
std::vector<Pair> TakeOptions(std::string_view rest) {
  std::vector<Pair> options;
  while (options.size() < kMaxOptions) {
    const auto name = TakeText(rest);
    if (!name || name->empty()) break;
    const auto value = TakeText(rest);
    if (!value) break;
    options.push_back({typename Pair::Text(*name), typename Pair::Text(*value)});
  }
  return options;
}

absl::StatusOr<Mode> ParseMode(std::string_view text) {
  if (EqualsIgnoringCase(text, "octet")) return Mode::kOctet;
  if (EqualsIgnoringCase(text, "netascii")) return Mode::kNetascii;
  return InvalidArgument("unknown mode");
}

template <typename RequestPacket>
absl::StatusOr<Packet> ParseRequest(std::string_view rest) {
  const auto filename = TakeText(rest);
  if (!filename) return InvalidArgument("file name does not end");
  if (filename->empty()) return PermissionDenied("empty file name");
  const auto mode_text = TakeText(rest);
  if (!mode_text) return InvalidArgument("mode is missing or does not end");
  PXE_ASSIGN_OR_RETURN(const Mode mode, ParseMode(*mode_text));
  RequestPacket request;
  request.filename = *filename;
  request.mode = mode;
  request.options = TakeOptions<Option>(rest);
  return request;
}

// Clients end ERROR in every way there is: without NUL, without text (curl).
Error ParseError(uint16_t code, std::string_view rest) {
  return {.code = code, .message = std::string(rest.substr(0, rest.find('\0')))};
}

std::string_view AsText(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void PutText(ByteWriter& out, std::string_view text) {
  out.Text(text);
  out.U8(0);
}

void PutOpcode(ByteWriter& out, Opcode opcode) {
  out.U16(static_cast<uint16_t>(opcode));
}

void PutRequest(ByteWriter& out, Opcode opcode, const Request& request) {
  PutOpcode(out, opcode);
  PutText(out, request.filename);
  PutText(out, request.mode == Mode::kOctet ? "octet" : "netascii");
  for (const Option& option : request.options) {
    PutText(out, option.name);
    PutText(out, option.value);
  }
}

void Put(ByteWriter& out, const Rrq& rrq) {
  PutRequest(out, Opcode::kRrq, rrq);
}
void Put(ByteWriter& out, const Wrq& wrq) {
  PutRequest(out, Opcode::kWrq, wrq);
}
void Put(ByteWriter& out, const Data& data) {
  PutOpcode(out, Opcode::kData);
  out.U16(data.block);
  out.Bytes(data.bytes);
}
void Put(ByteWriter& out, const Ack& ack) {
  PutOpcode(out, Opcode::kAck);
  out.U16(ack.block);
}
void Put(ByteWriter& out, const Error& error) {
  PutOpcode(out, Opcode::kError);
  out.U16(error.code);
  PutText(out, error.message);
}
void Put(ByteWriter& out, const Oack& oack) {
  PutOpcode(out, Opcode::kOack);
  for (const OackOption& option : oack.options) {
    PutText(out, option.name);
    PutText(out, option.value);
  }
}

char LowerCase(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

absl::StatusOr<Packet> Parse(std::span<const uint8_t> datagram) {
  ByteReader in(datagram);
  const uint16_t opcode = in.U16();
  const bool has_number = opcode >= static_cast<uint16_t>(Opcode::kData) &&
                          opcode <= static_cast<uint16_t>(Opcode::kError);
  const uint16_t number = has_number ? in.U16() : uint16_t{0};
  if (!in.ok()) return OutOfRange("datagram ends inside its fixed fields");
  const auto rest = in.Rest();
  switch (static_cast<Opcode>(opcode)) {
    case Opcode::kRrq:
      return ParseRequest<Rrq>(AsText(rest));
    case Opcode::kWrq:
      return ParseRequest<Wrq>(AsText(rest));
    case Opcode::kData:
      return Data{.block = number, .bytes = rest};
    case Opcode::kAck:
      return Ack{.block = number};
    case Opcode::kError:
      return ParseError(number, AsText(rest));
    case Opcode::kOack:
      return Oack{.options = TakeOptions<OackOption>(AsText(rest))};
  }
  return OutOfRange("unknown opcode");
}

std::vector<uint8_t> Serialize(const Packet& packet) {
  ByteWriter out;
  std::visit([&out](const auto& alternative) { Put(out, alternative); }, packet);
  return out.Take();
}

void WriteDataHeader(uint16_t block, std::span<uint8_t, kDataHeaderBytes> out) {
  out[0] = 0;
  out[1] = static_cast<uint8_t>(Opcode::kData);
  out[2] = static_cast<uint8_t>(block >> 8);
  out[3] = static_cast<uint8_t>(block);
}

std::optional<Error> ErrorFor(const absl::Status& status) {
  const std::string message = MessageOf(status);
  if (absl::IsNotFound(status)) return MakeError(ErrorCode::kFileNotFound, message);
  if (absl::IsPermissionDenied(status)) return MakeError(ErrorCode::kAccessViolation, message);
  if (absl::IsInvalidArgument(status)) return MakeError(ErrorCode::kIllegalOperation, message);
  if (absl::IsDataLoss(status)) return MakeError(ErrorCode::kUndefined, message);
  return std::nullopt;
}

Error MakeError(ErrorCode code, std::string_view message) {
  Error error{.code = static_cast<uint16_t>(code),
              .message = std::string(message.substr(0, kMaxMessageBytes))};
  std::ranges::replace_if(
      error.message, [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  if (error.message.empty()) error.message = "refused";
  return error;
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, LowerCase, LowerCase);
}

}  // namespace pxe::tftp::wire
