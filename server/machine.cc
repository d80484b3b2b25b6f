#include "server/machine.h"

namespace pxe::server {

core::BootFacts BootFactsOf(const Machine& machine, const Catalog& catalog) {
  core::BootFacts facts{.subnet = machine.subnet, .host = machine.host};
  if (machine.host != nullptr) facts.host_profile = catalog.FindProfile(machine.host->profile);
  if (machine.subnet != nullptr) {
    facts.default_profile = catalog.FindProfile(machine.subnet->default_profile);
    facts.unknown_profile = catalog.FindProfile(machine.subnet->unknown_profile);
  }
  return facts;
}

}  // namespace pxe::server
