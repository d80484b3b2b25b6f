// The variables that profiles and templates may use: a contract, described in docs/variables.md.
//
// A name is never half there: one that has no value for this machine is unknown, and unknown is an
// error, because a machine that installs with an empty host name looks like one that worked.
#pragma once

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

// Borrows the profile and the host.
class Variables {
 public:
  Variables(const core::Profile& profile, const Machine& machine);

  // Null when this machine has no such variable.
  const std::string* Find(std::string_view name) const;

  // For RenderTemplate; must not outlive this object.
  VariableLookup Lookup() const;

 private:
  const std::string* FindFixed(std::string_view name) const;
  const std::string* FindNamed(std::string_view name) const;

  const core::Profile& profile_;
  const core::Host* host_;
  // Spelled as text here; empty: this machine has none.
  std::string host_mac_;
  std::string host_uuid_;
  std::string host_address_;
  std::string nic_mac_;
  std::string server_address_;
};

// Whether some machine could have it: one of the fixed names, or any X of host.labels.X and vars.X.
bool IsKnowableVariable(std::string_view name);

// For a text that no machine has asked for yet: all that IsKnowableVariable, with a stand-in each.
VariableLookup KnowableVariables();

// Whether text that a packet brought may be the value of a variable: [A-Za-z0-9._:-]{1,64}. Who
// sends packets is nobody's friend, and such a value stands in command lines and answer files.
bool IsHarmless(std::string_view text);

}  // namespace pxe::boot
