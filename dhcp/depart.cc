// How a Server's replies leave, and what happens to those the kernel has no room for.
#include <utility>

#include "dhcp/serve.h"

namespace pxe::dhcp {
namespace {

constexpr std::chrono::milliseconds kRetryPause{2};

}  // namespace

// F17: the client would ask again by itself, after seconds; a full buffer is empty in milliseconds.
void Server::Depart(Departures departures) {
  auto& [replies, told] = departures;
  SendTogether(replies, config_.port, {&socket_, &boot_service_},
               packet_socket_ ? &*packet_socket_ : nullptr);
  for (size_t i = 0; i < replies.size(); ++i) {
    OutgoingReply& reply = replies[i];
    const bool again = reply.result == net::SendResult::kBusy &&
                       reply.retries < config_.limits.send_retries &&
                       unsent_.replies.size() < config_.limits.max_unsent;
    if (again) {
      KeepUnsent(std::move(reply), std::move(told[i]));
    } else if (reply.result == net::SendResult::kSent) {
      Finish(std::move(told[i]));
    } else {
      FinishUnsent(std::move(told[i]));
    }
  }
}

void Server::KeepUnsent(OutgoingReply reply, Told told) {
  if (unsent_.replies.empty()) {
    loop_->At(net::EventLoop::Now() + kRetryPause, [this] { RetryUnsent(); });
  }
  ++reply.retries;
  unsent_.replies.push_back(std::move(reply));
  unsent_.told.push_back(std::move(told));
}

void Server::RetryUnsent() {
  Depart(std::exchange(unsent_, {}));
}

}  // namespace pxe::dhcp
