// How a Server's replies leave, and what happens to those the kernel has no room for.
#include <utility>

#include "dhcp/serve.h"

namespace pxe::dhcp {
namespace {

constexpr std::chrono::milliseconds kRetryPause{2};

}  // namespace

// F17: the client would ask again by itself, after seconds; a full buffer is empty in milliseconds.
void Server::Depart(Departure departure) {
  const auto result = Send(departure);
  if (result == net::SendResult::kSent) return Finish(std::move(departure.told));
  const bool again = result == net::SendResult::kBusy &&
                     departure.retries < config_.limits.send_retries &&
                     unsent_.size() < config_.limits.max_unsent;
  if (!again) return FinishUnsent(std::move(departure.told));
  ++departure.retries;
  if (unsent_.empty()) loop_->At(net::EventLoop::Now() + kRetryPause, [this] { RetryUnsent(); });
  unsent_.push_back(std::move(departure));
}

void Server::RetryUnsent() {
  std::vector<Departure> waiting = std::exchange(unsent_, {});
  for (Departure& departure : waiting) Depart(std::move(departure));
}

// From the address that option 54 names, or that stands behind it (C4).
net::SendResult Server::Send(const Departure& departure) {
  const ReplyTarget& target = departure.target;
  if (target.mac) {
    return packet_socket_->Send(departure.interface_index, {.source_mac = departure.interface_mac,
                                                            .destination_mac = *target.mac,
                                                            .source = departure.source,
                                                            .destination = target.address,
                                                            .source_port = config_.port,
                                                            .destination_port = target.port,
                                                            .payload = departure.bytes});
  }
  // A broadcast belongs to the link it answers; anything else finds its way by the routes.
  const int by = target.address.IsBroadcast() ? departure.interface_index : 0;
  return socket_.Send({{target.address, target.port}, departure.source, by, departure.bytes});
}

}  // namespace pxe::dhcp
