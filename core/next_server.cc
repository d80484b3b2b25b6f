#include "core/next_server.h"

#include <algorithm>

namespace pxe::core {

ServerAddress OurAddress(const Ipv4Prefix& client_network, const DhcpQuestion& question,
                         std::optional<Ipv4> advertised) {
  if (advertised) return {*advertised, ServerSource::kAdvertised};
  const auto& ours = question.local_addresses;
  const auto inside =
      std::ranges::find_if(ours, [&](Ipv4 address) { return client_network.Contains(address); });
  if (inside != ours.end()) return {*inside, ServerSource::kInterface};
  const bool relayed = !question.giaddr.IsZero();
  if (relayed && !question.route_source.IsZero()) {
    return {question.route_source, ServerSource::kRoute};
  }
  return {ours.empty() ? Ipv4{} : ours.front(), ServerSource::kInterface};
}

ServerAddress NextServer(const BootVerdict& verdict, const Host* host, const Subnet& subnet,
                         const DhcpQuestion& question, std::optional<Ipv4> advertised) {
  const bool plain = verdict.action == BootAction::kPlainFile;
  if (plain && subnet.plain_next_server) return {*subnet.plain_next_server, ServerSource::kPlain};
  if (host != nullptr && host->next_server) return {*host->next_server, ServerSource::kHost};
  const Profile* profile = plain ? nullptr : verdict.profile;
  if (profile != nullptr && profile->next_server) {
    return {*profile->next_server, ServerSource::kProfile};
  }
  if (subnet.next_server) return {*subnet.next_server, ServerSource::kSubnet};
  return OurAddress(subnet.cidr, question, advertised);
}

}  // namespace pxe::core
