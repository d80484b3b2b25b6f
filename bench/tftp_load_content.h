// What the clients of a load test fetch, known in advance to the last byte: one file of a pattern,
// or a boot config for each, by its MAC address.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pxe::bench {

// `bytes` that look alike nowhere near each other: no two blocks of one transfer are the same, not
// even those whose 16-bit numbers are.
class Pattern {
 public:
  Pattern();

  bool Matches(uint64_t offset, std::span<const uint8_t> bytes) const;
  std::vector<uint8_t> First(uint64_t bytes) const;

 private:
  std::vector<uint8_t> bytes_;  // one period, and as much again as one block can have
};

// Where the address of each machine stands in the text.
inline constexpr std::string_view kMacMark = "@MAC@";

// The name of the config of machine `number`, 52:54:00 and three bytes, as PXELINUX asks for it.
std::string ConfigName(uint32_t number);
// The machine that `name` means, if it is such a name.
std::optional<uint32_t> MachineOf(std::string_view name);
// `text` with each kMacMark replaced by the address.
std::string ConfigText(std::string_view text, uint32_t number);

// What fetch `number` asks for, and whether that is what came.
class Wanted {
 public:
  // All fetch the file `name`.
  static Wanted File(std::string name, uint64_t bytes);
  // Each fetches its own config, which `text` becomes with its address.
  static Wanted Configs(std::string text);

  std::string NameOf(uint32_t number) const;
  uint64_t BytesOf() const { return bytes_; }  // all of them have the same length
  bool Matches(uint32_t number, uint64_t offset, std::span<const uint8_t> bytes) const;

 private:
  Wanted(std::string name, std::string text, uint64_t bytes);

  std::string name_;  // empty: configs
  std::string text_;
  uint64_t bytes_;
  Pattern pattern_;
};

}  // namespace pxe::bench
