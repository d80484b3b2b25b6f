#include "server/machine.h"

namespace pxe::server {

core::BootFacts BootFactsOf(const Machine& machine, const Catalog& catalog) {
  return {.subnet = machine.subnet,
          .host = machine.host,
          .nic = machine.nic,
          .mac = machine.mac,
          .uuid = machine.uuid,
          .kind = machine.kind,
          .vendor_class = machine.vendor_class,
          .circuit_id = machine.circuit_id,
          .rules = catalog.ranked_rules(),
          .profiles = [&catalog](std::string_view id) { return catalog.FindProfile(id); }};
}

}  // namespace pxe::server
