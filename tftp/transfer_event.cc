#include "tftp/transfer_event.h"

#include <chrono>

#include "base/hex.h"
#include "net/event_loop.h"

namespace pxe::tftp {

core::BootEvent TransferEvent(core::BootEvent::Step step, const SessionKey& key,
                              std::string_view name) {
  core::BootEvent event;
  event.step = step;
  event.client = key.client.AddressText();
  event.address = key.client.address;
  event.file = Printable(name);
  event.facts = {.client_port = key.client.port, .local = key.local.AddressText()};
  return event;
}

uint64_t MillisecondsSince(TimePoint began) {
  const auto taken = net::EventLoop::Now() - began;
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(taken).count());
}

}  // namespace pxe::tftp
