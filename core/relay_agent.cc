#include "core/relay_agent.h"

#include "base/byte_reader.h"
#include "base/hex.h"

namespace pxe::core {

std::string SpellRelayId(std::span<const uint8_t> id) {
  const std::string text(id.begin(), id.end());
  return Printable(text) == text ? text : "0x" + ToHex(id);
}

void RecallRelay(DhcpQuestion& question, const LeaseBook& book, Seconds now) {
  constexpr uint8_t kCircuitId = 1;
  constexpr uint8_t kRemoteId = 2;
  const bool relayed = !question.giaddr.IsZero() || !question.relay_agent.empty();
  if (relayed || question.ciaddr.IsZero()) return;
  const Lease* lease = book.LeaseAt(question.ciaddr);
  if (lease == nullptr || lease->client != question.client || !IsLive(*lease, now)) return;
  ByteReader in(lease->relay_agent);
  while (in.remaining() > 0) {
    const uint8_t code = in.U8();
    const auto data = in.Bytes(in.U8());
    if (!in.ok()) return;
    if (code == kCircuitId) question.circuit_id = SpellRelayId(data);
    if (code == kRemoteId) question.remote_id = SpellRelayId(data);
  }
}

}  // namespace pxe::core
