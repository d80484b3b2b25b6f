#include "dhcp/reply_target.h"

#include <algorithm>

#include "dhcp/wire/typed_options.h"

namespace pxe::dhcp {
namespace {

using wire::MessageType;
using wire::OptionCode;
using wire::Packet;

uint16_t RelayPort(const Packet& request, const Ports& ports) {
  const auto relay = wire::ReadRelayAgent(request.options);
  return relay && relay->source_port ? ports.request_source : ports.server;
}

// A REQUEST that names no server and no address extends what it holds; only then ciaddr is an
// address the client listens on (C46, C59).
bool IsRenewing(const Packet& request) {
  const bool bootp = !request.options.Has(OptionCode::kMessageType);
  if (bootp) return !request.ciaddr.IsZero();
  return request.type() == MessageType::kRequest && !request.ciaddr.IsZero() &&
         !request.options.Has(OptionCode::kServerId) &&
         !request.options.Has(OptionCode::kRequestedAddress);
}

std::optional<MacAddress> HardwareOf(const Packet& request) {
  if (request.htype == 0 || request.hlen != 6) return std::nullopt;
  MacAddress mac;
  std::copy_n(request.chaddr.begin(), mac.bytes.size(), mac.bytes.begin());
  return mac;
}

}  // namespace

ReplyTarget TargetOf(const Packet& request, const Packet& reply, const Ports& ports,
                     bool raw_frames) {
  const auto to_all = [&](Delivery why) {
    return ReplyTarget{why, kBroadcastAddress, ports.client, std::nullopt};
  };
  if (ports.boot_service) {
    return {Delivery::kToSource, ports.request_address, ports.request_source, std::nullopt};
  }
  const bool informs = request.type() == MessageType::kInform;
  if (informs && !request.ciaddr.IsZero()) {
    return {Delivery::kInformed, request.ciaddr, ports.client, std::nullopt};
  }
  if (informs && request.giaddr.IsZero()) {
    return {Delivery::kInformed, ports.request_address, ports.client, std::nullopt};
  }
  if (!request.giaddr.IsZero()) {
    return {Delivery::kToRelay, request.giaddr, RelayPort(request, ports), std::nullopt};
  }
  if (reply.type() == MessageType::kNak) return to_all(Delivery::kNakToAll);
  if (IsRenewing(request)) {
    return {Delivery::kToOwnAddress, request.ciaddr, ports.client, std::nullopt};
  }
  if (reply.wants_broadcast()) return to_all(Delivery::kToAllByFlag);
  const auto mac = HardwareOf(request);
  if (!mac) return to_all(Delivery::kToAllNoHardware);
  if (!raw_frames) return {Delivery::kToHardware, kBroadcastAddress, ports.client, std::nullopt};
  return {Delivery::kToHardware, reply.yiaddr, ports.client, mac};
}

}  // namespace pxe::dhcp
