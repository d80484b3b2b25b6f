// The six packets of TFTP: bytes to values and back (RFC 1350, 2347).
//
// A packet that was parsed can be acted on without another look at its bytes. Views (names, option
// text, data) lie in the datagram they were parsed from and live as long as it does. Every prefix
// of every packet is safe to parse. What cannot be parsed is a Status that ErrorFor turns into the
// answer it deserves, which for many is silence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pxe::tftp::wire {

enum class ErrorCode : uint16_t {
  kUndefined = 0,
  kFileNotFound = 1,
  kAccessViolation = 2,
  kDiskFull = 3,
  kIllegalOperation = 4,
  kUnknownTransferId = 5,
  kFileExists = 6,
  kNoSuchUser = 7,
  kOptionRefused = 8,
};

enum class Mode { kOctet, kNetascii };

// In the client's own spelling, which is also how it is answered (GRUB compares by case).
struct Option {
  using Text = std::string_view;
  std::string_view name;
  std::string_view value;

  bool operator==(const Option&) const = default;
};

// Limits of a request; what lies beyond is ignored, as unknown options are.
inline constexpr size_t kMaxOptions = 16;

struct Request {
  std::string_view filename;  // raw bytes, not empty, no NUL
  Mode mode = Mode::kOctet;
  std::vector<Option> options;  // in the order sent; a name may repeat

  bool operator==(const Request&) const = default;
};

struct Rrq : Request {};
struct Wrq : Request {};

struct Data {
  uint16_t block = 0;
  std::span<const uint8_t> bytes;
};

struct Ack {
  uint16_t block = 0;
};

// The code is kept as sent: curl sends block numbers there.
struct Error {
  uint16_t code = 0;
  std::string message;
};

struct OackOption {
  using Text = std::string;
  std::string name;
  std::string value;

  bool operator==(const OackOption&) const = default;
};

struct Oack {
  std::vector<OackOption> options;
};

using Packet = std::variant<Rrq, Wrq, Data, Ack, Error, Oack>;

inline constexpr size_t kDataHeaderBytes = 2 + 2;  // opcode, block

// INVALID_ARGUMENT, NOT_FOUND and PERMISSION_DENIED are for ErrorFor; any other code is for
// silence: a datagram shorter than its fixed fields, or of an unknown opcode.
absl::StatusOr<Packet> Parse(std::span<const uint8_t> datagram);

std::vector<uint8_t> Serialize(const Packet& packet);

// The header of DATA alone, for callers that put the bytes behind it themselves.
void WriteDataHeader(uint16_t block, std::span<uint8_t, kDataHeaderBytes> out);

// The ERROR that tells a client of `status`, or nothing when silence is the answer. NOT_FOUND is
// 1, PERMISSION_DENIED 2, INVALID_ARGUMENT 4, DATA_LOSS 0. U-Boot starts again for ever on any code
// but 1 and 2. The message is that of the status, cut to what clients can print.
std::optional<Error> ErrorFor(const absl::Status& status);

// An ERROR whose message is printable ASCII of 1 to 127 bytes: GRUB and EDK2 print it unchecked.
Error MakeError(ErrorCode code, std::string_view message);

// Option names and modes are compared without regard to the case of ASCII letters (RFC 2347).
bool EqualsIgnoringCase(std::string_view a, std::string_view b);

}  // namespace pxe::tftp::wire
