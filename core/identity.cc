#include "core/identity.h"

#include <algorithm>
#include <array>

#include "core/client_kind.h"

namespace pxe::core {
namespace {

// FNV-1a. Two of them with different seeds are long enough that nobody meets another by accident;
// who wants to be somebody else need only send that one's identifier.
uint64_t Hash(std::span<const uint8_t> bytes, uint64_t seed) {
  uint64_t hash = 0xcbf29ce484222325 ^ seed;
  for (const uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001b3;
  return hash;
}

// "01" and the MAC address, as Windows and iPXE send it.
bool RepeatsHardware(const DhcpQuestion& question) {
  const auto& id = question.client_id;
  const auto used = question.client.Used();
  return id.size() == used.size() + 1 && id[0] == question.client.type &&
         std::equal(used.begin(), used.end(), id.begin() + 1);
}

}  // namespace

HardwareAddress KeyOfClientId(std::span<const uint8_t> client_id) {
  HardwareAddress key{.type = 0, .length = HardwareAddress::kMaxLength};
  const std::array halves = {Hash(client_id, 0), Hash(client_id, 0x9e3779b97f4a7c15)};
  for (size_t i = 0; i < key.bytes.size(); ++i) {
    key.bytes[i] = static_cast<uint8_t>(halves[i / 8] >> (i % 8 * 8));
  }
  return key;
}

HardwareAddress KeyOf(const Lease& lease) {
  return lease.by_client_id ? KeyOfClientId(lease.client_id) : lease.client;
}

ClientKey KeyOf(const DhcpQuestion& question, Identity mode) {
  const bool told = !question.client_id.empty() && !RepeatsHardware(question);
  const bool counts = mode == Identity::kClientId ||
                      (mode == Identity::kAuto && !KindOf(question.facts).BootsFromNetwork());
  if (!told || !counts) return {question.client, false};
  return {KeyOfClientId(question.client_id), true};
}

}  // namespace pxe::core
