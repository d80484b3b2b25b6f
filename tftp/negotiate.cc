#include "tftp/negotiate.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>

namespace pxe::tftp {
namespace {

enum class Known { kBlockSize, kTransferSize, kTimeout, kWindowSize };

constexpr std::array<std::string_view, 4> kNames = {"blksize", "tsize", "timeout", "windowsize"};

// IP, UDP and TFTP headers.
constexpr int kHeaderBytes = 20 + 8 + static_cast<int>(wire::kDataHeaderBytes);
constexpr int kHeaderBytes6 = 40 + 8 + static_cast<int>(wire::kDataHeaderBytes);

std::optional<Known> FindKnown(std::string_view name) {
  const auto same = [name](std::string_view known) {
    return wire::EqualsIgnoringCase(name, known);
  };
  const auto* found = std::ranges::find_if(kNames, same);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Known>(found - kNames.begin());
}

// Digits and nothing else, between the two; a number that fits no uint32_t is unusable, too.
std::optional<uint32_t> Number(std::string_view text, uint32_t smallest, uint32_t largest) {
  uint32_t value = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  if (value < smallest || value > largest) return std::nullopt;
  return value;
}

uint16_t LargestBlock(const Path& path, const Limits& limits) {
  const int room = path.mtu - (path.v6 ? kHeaderBytes6 : kHeaderBytes);
  const int by_mtu = std::clamp<int>(room, kMinBlockBytes, kMaxBlockBytes);
  return std::min(limits.max_block_bytes, static_cast<uint16_t>(by_mtu));
}

uint16_t LargestWindow(uint16_t block_bytes, const Limits& limits) {
  const uint32_t by_bytes = std::max(limits.max_window_bytes / block_bytes, uint32_t{1});
  const uint16_t by_count = std::clamp(limits.max_window_blocks, uint16_t{1}, kMaxWindowBlocks);
  return static_cast<uint16_t>(std::min(by_bytes, uint32_t{by_count}));
}

// The value asked for, cut down to `largest`; nothing when it is unusable.
std::optional<uint16_t> Clamped(std::string_view text, uint32_t smallest, uint32_t askable,
                                uint16_t largest) {
  const auto asked = Number(text, smallest, askable);
  if (!asked) return std::nullopt;
  return static_cast<uint16_t>(std::min(*asked, uint32_t{largest}));
}

// Writes one option into `agreed` and returns the value to answer, or nothing to leave it out.
std::optional<std::string> Agree(Known option, std::string_view value, uint64_t transfer_bytes,
                                 uint16_t largest_block, AgreedOptions& agreed) {
  switch (option) {
    case Known::kBlockSize: {
      // Larger than the RFC's 65464 is a wish for "as large as can be", not an error.
      const auto block = Clamped(value, kMinBlockBytes, UINT32_MAX, largest_block);
      if (!block) return std::nullopt;
      agreed.block_bytes = *block;
      return std::to_string(*block);
    }
    case Known::kTransferSize:
      return std::to_string(transfer_bytes);  // whatever was asked: atftp sends the word "enable"
    case Known::kTimeout: {
      const auto seconds = Number(value, 1, 255);
      if (!seconds) return std::nullopt;
      agreed.retry_after = std::chrono::seconds(*seconds);
      return std::to_string(*seconds);
    }
    case Known::kWindowSize: {
      const auto window = Clamped(value, 1, 65535, kMaxWindowBlocks);
      if (!window) return std::nullopt;
      agreed.window_blocks = *window;
      return std::to_string(*window);
    }
  }
  return std::nullopt;
}

}  // namespace

AgreedOptions Negotiate(const wire::Request& request, uint64_t transfer_bytes, const Path& path,
                        const Limits& limits) {
  AgreedOptions agreed;
  std::array<bool, kNames.size()> seen{};
  std::optional<size_t> window_at;  // its limit depends on the block size, wherever that stands
  for (const wire::Option& option : request.options) {
    const auto known = FindKnown(option.name);
    if (!known || std::exchange(seen[static_cast<size_t>(*known)], true)) continue;
    auto answer = Agree(*known, option.value, transfer_bytes, LargestBlock(path, limits), agreed);
    if (!answer) continue;
    if (*known == Known::kWindowSize) window_at = agreed.oack.size();
    agreed.oack.push_back({.name = std::string(option.name), .value = *std::move(answer)});
  }
  if (window_at) {
    agreed.window_blocks =
        std::min(agreed.window_blocks, LargestWindow(agreed.block_bytes, limits));
    agreed.oack[*window_at].value = std::to_string(agreed.window_blocks);
  }
  return agreed;
}

}  // namespace pxe::tftp
