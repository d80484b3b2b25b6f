#include "core/pool_guard.h"

#include <algorithm>

namespace pxe::core {
namespace {

bool Admits(PoolClients clients, bool known) {
  switch (clients) {
    case PoolClients::kAnybody:
      return true;
    case PoolClients::kKnown:
      return known;
    case PoolClients::kUnknown:
      return !known;
  }
  return false;
}

}  // namespace

PoolClient PoolClientOf(const ClientFacts& facts, const Host* host) {
  return {.known = host != nullptr && host->state == HostState::kApproved, .facts = &facts};
}

bool Admits(const PoolGuard& guard, const PoolClient& client) {
  if (!Admits(guard.clients, client.known)) return false;
  if (guard.kinds.empty() && guard.vendor_class_prefix.empty()) return true;
  if (client.facts == nullptr) return false;
  if (!client.facts->vendor_class.starts_with(guard.vendor_class_prefix)) return false;
  return guard.kinds.empty() ||
         std::ranges::binary_search(guard.kinds, NameOf(KindOf(*client.facts)));
}

bool IsEdgeAddress(Ipv4 address, const Ipv4Prefix& network) {
  const uint32_t last = address.value & 0xff;
  return network.length < 24 && (last == 0 || last == 0xff);
}

}  // namespace pxe::core
