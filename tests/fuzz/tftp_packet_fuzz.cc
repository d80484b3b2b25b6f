// Any datagram: parsed without a crash; what was parsed is written, parsed and written the same.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "tftp/wire/packet.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace wire = pxe::tftp::wire;
  const auto packet = wire::Parse(std::span(data, size));
  if (!packet.ok()) {
    const auto error = wire::ErrorFor(packet.status());
    if (error && error->message.empty()) std::abort();
    return 0;
  }
  const auto bytes = wire::Serialize(*packet);
  const auto again = wire::Parse(bytes);
  if (!again.ok() || wire::Serialize(*again) != bytes) std::abort();
  return 0;
}
