// The variables that profiles and templates may use: a contract, described in docs/variables.md.
//
// A name is never half there: one that has no value for this machine is unknown, and unknown is an
// error, because a machine that installs with an empty host name looks like one that worked.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/ipv4.h"
#include "base/mac_address.h"
#include "boot/template.h"
#include "core/model.h"

namespace pxe::boot {

// The machine that asks and the address it asks at. Borrowed for the call.
struct Machine {
  const core::Host* host = nullptr;  // null: an unknown machine
  std::optional<MacAddress> nic;     // the one that asks, where it is known
  std::optional<Ipv4> address;       // the address that NIC has
  std::optional<Ipv4> server;        // ours, as the machine reached us; none: it has not yet
};

class Variables {
 public:
  Variables(const core::Profile& profile, const Machine& machine);

  // Null when this machine has no such variable.
  const std::string* Find(std::string_view name) const;

  // For RenderTemplate; must not outlive this object.
  VariableLookup Lookup() const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

// Whether some machine could have it: one of the fixed names, or any X of host.labels.X and vars.X.
bool IsKnowableVariable(std::string_view name);

}  // namespace pxe::boot
