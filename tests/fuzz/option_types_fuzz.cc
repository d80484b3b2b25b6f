// Any bytes as the value of any typed option, relay information with its sub-options among them:
// read without a crash, and what is read keeps what its reader promises.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "dhcp/wire/typed_options.h"

namespace {

namespace wire = pxe::dhcp::wire;
using wire::OptionCode;

wire::Options With(OptionCode code, std::span<const uint8_t> value) {
  wire::Options options;
  options.Add(code, value);
  return options;
}

void Require(bool kept) {
  if (!kept) std::abort();
}

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

void CheckTexts(std::span<const uint8_t> value) {
  const std::string text =
      wire::ReadText(With(OptionCode::kVendorClass, value), OptionCode::kVendorClass);
  Require(text.size() <= value.size() && (text.empty() || text.back() != '\0'));
  const std::string name = wire::ReadHostName(With(OptionCode::kHostName, value));
  Require(name.size() <= 63 && std::all_of(name.begin(), name.end(), IsPlain));
  size_t total = 0;
  for (const std::string& user : wire::ReadUserClasses(With(OptionCode::kUserClass, value))) {
    Require(user.empty() || user.back() != '\0');
    total += user.size();
  }
  Require(total <= value.size());
}

void CheckNumbers(std::span<const uint8_t> value) {
  const auto code = OptionCode::kLeaseTime;
  const wire::Options options = With(code, value);
  Require(wire::ReadU8(options, code).has_value() == (value.size() == 1));
  Require(wire::ReadU16(options, code).has_value() == (value.size() == 2));
  Require(wire::ReadU32(options, code).has_value() == (value.size() == 4));
  Require(wire::ReadAddress(options, code).has_value() == (value.size() == 4));
  const auto architectures = wire::ReadArchitectures(With(OptionCode::kClientArchitecture, value));
  Require(!architectures || architectures->size() * 2 == value.size());
  const auto uuid = wire::ReadUuid(With(OptionCode::kClientUuid, value));
  Require(!uuid || value.size() == 17);
  const auto id = wire::ReadClientId(With(OptionCode::kClientId, value));
  Require(id.empty() || id.size() == value.size());
}

void CheckNested(std::span<const uint8_t> value) {
  const wire::Options options = With(OptionCode::kRelayAgent, value);
  if (const auto relay = wire::ReadRelayAgent(options)) {
    const auto whole = *options.Find(OptionCode::kRelayAgent);
    const auto part = relay->circuit_id;
    Require(part.empty() || (part.data() >= whole.data() &&
                             part.data() + part.size() <= whole.data() + whole.size()));
  }
  const auto item = wire::ReadBootItem(With(OptionCode::kVendorOptions, value));
  Require(!item || wire::IsVendorOptions(value));
  const bool lacks = wire::LacksBzImage(With(OptionCode::kIpxe, value));
  Require(!lacks || wire::IsVendorOptions(value));  // the nesting is the same
  wire::IsVendorIdentifying(value);
  wire::IsFqdn(value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::span<const uint8_t> value(data, size);
  CheckTexts(value);
  CheckNumbers(value);
  CheckNested(value);
  return 0;
}
