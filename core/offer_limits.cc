#include "core/offer_limits.h"

#include <algorithm>

#include "absl/hash/hash.h"

namespace pxe::core {

bool HasTooManyOffers(const OfferLoad& load) {
  const uint32_t of_link = std::max(kOffersOfAnyLink, load.addresses - load.addresses / 4);
  const uint32_t of_origin = std::max(kOffersOfAnyCircuit, load.addresses / 2);
  return load.offered >= of_link || load.from_origin >= of_origin;
}

uint64_t OriginOf(const DhcpQuestion& question) {
  if (question.circuit_id.empty()) return 0;
  return std::max<uint64_t>(absl::HashOf(question.giaddr, question.circuit_id), 1);
}

}  // namespace pxe::core
