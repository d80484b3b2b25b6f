#include "bench/tftp_load_content.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/mac_address.h"

namespace pxe::bench {
namespace {

constexpr std::string_view kConfigFolder = "pxelinux.cfg/01-";
constexpr size_t kPeriod = 65521;  // a prime: blocks of any size wander through all of it
constexpr size_t kMaxBlock = 65464;

MacAddress MacOf(uint32_t number) {
  return {{0x52, 0x54, 0x00, static_cast<uint8_t>(number >> 16), static_cast<uint8_t>(number >> 8),
           static_cast<uint8_t>(number)}};
}

}  // namespace

Pattern::Pattern() : bytes_(kPeriod + kMaxBlock) {
  uint64_t state = 1;
  for (size_t i = 0; i < kPeriod; ++i) {
    state = state * 6364136223846793005 + 1442695040888963407;  // Knuth's
    bytes_[i] = static_cast<uint8_t>(state >> 56);
  }
  std::copy_n(bytes_.begin(), kMaxBlock, bytes_.begin() + kPeriod);
}

bool Pattern::Matches(uint64_t offset, std::span<const uint8_t> bytes) const {
  return bytes.size() <= kMaxBlock &&
         std::memcmp(bytes.data(), bytes_.data() + offset % kPeriod, bytes.size()) == 0;
}

std::vector<uint8_t> Pattern::First(uint64_t bytes) const {
  std::vector<uint8_t> file(bytes);
  for (uint64_t i = 0; i < bytes; ++i) file[i] = bytes_[i % kPeriod];
  return file;
}

std::string ConfigName(uint32_t number) {
  return std::string(kConfigFolder) + MacOf(number).Hyphened();
}

std::optional<uint32_t> MachineOf(std::string_view name) {
  if (!name.starts_with(kConfigFolder)) return std::nullopt;
  const auto mac = ParseMacAddress(name.substr(kConfigFolder.size()));
  if (!mac.ok()) return std::nullopt;
  return uint32_t{mac->bytes[3]} << 16 | uint32_t{mac->bytes[4]} << 8 | mac->bytes[5];
}

std::string ConfigText(std::string_view text, uint32_t number) {
  const std::string mac = MacOf(number).ToString();
  std::string out;
  for (size_t at = text.find(kMacMark); at != text.npos; at = text.find(kMacMark)) {
    out.append(text.substr(0, at)).append(mac);
    text.remove_prefix(at + kMacMark.size());
  }
  return out.append(text);
}

Wanted Wanted::File(std::string name, uint64_t bytes) {
  return Wanted(std::move(name), "", bytes);
}

Wanted Wanted::Configs(std::string text) {
  const uint64_t bytes = ConfigText(text, 0).size();
  return Wanted("", std::move(text), bytes);
}

Wanted::Wanted(std::string name, std::string text, uint64_t bytes)
    : name_(std::move(name)), text_(std::move(text)), bytes_(bytes) {}

std::string Wanted::NameOf(uint32_t number) const {
  return name_.empty() ? ConfigName(number) : name_;
}

bool Wanted::Matches(uint32_t number, uint64_t offset, std::span<const uint8_t> bytes) const {
  if (offset + bytes.size() > bytes_) return false;
  if (!name_.empty()) return pattern_.Matches(offset, bytes);
  const std::string text = ConfigText(text_, number);
  return std::memcmp(bytes.data(), text.data() + offset, bytes.size()) == 0;
}

}  // namespace pxe::bench
