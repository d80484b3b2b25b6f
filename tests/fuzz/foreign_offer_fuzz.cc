// Any packet from the IP header on: read without a crash, and no more of it than there is; what is
// taken for another server's word names a server that can be one.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <variant>

#include "dhcp/foreign_offers.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // Checksums are hard to guess: without the UDP one the fuzzer gets further.
  for (const bool checksum_ready : {true, false}) {
    const auto read = pxe::dhcp::ReadServerWord(std::span(data, size), checksum_ready);
    const auto* word = std::get_if<pxe::dhcp::ServerWord>(&read);
    if (word != nullptr && !word->server.IsHostAddress()) std::abort();
    if (word != nullptr && word->client.length > word->client.bytes.size()) std::abort();
  }
  return 0;
}
