#include "core/next_server.h"

#include <algorithm>

namespace pxe::core {

Ipv4 OurAddress(const Ipv4Prefix& client_network, const DhcpQuestion& question,
                std::optional<Ipv4> advertised) {
  if (advertised) return *advertised;
  const bool relayed = !question.giaddr.IsZero();
  if (relayed && !question.route_source.IsZero()) return question.route_source;
  const auto& ours = question.local_addresses;
  const auto inside =
      std::ranges::find_if(ours, [&](Ipv4 address) { return client_network.Contains(address); });
  if (inside != ours.end()) return *inside;
  return ours.empty() ? Ipv4{} : ours.front();
}

Ipv4 NextServer(const Subnet& subnet, const DhcpQuestion& question,
                std::optional<Ipv4> advertised) {
  if (subnet.next_server) return *subnet.next_server;
  return OurAddress(subnet.cidr, question, advertised);
}

}  // namespace pxe::core
