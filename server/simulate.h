// What a machine would boot, and why: the decision in words, and a whole boot from its DISCOVER to
// its kernel, by the functions that answer machines. Nothing is changed by asking.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/ipv4.h"
#include "base/mac_address.h"
#include "base/uuid.h"
#include "core/boot_exchange.h"
#include "core/reply_preview.h"
#include "server/boot_report.h"
#include "server/live_state.h"

namespace pxe::server {

// A machine as its packets would show it. What is left out is what its host, its last lease or its
// kind would say.
struct ImaginedMachine {
  MacAddress mac;
  std::string kind;          // "uefi-x64"
  std::string vendor_class;  // option 60
  std::optional<Uuid> uuid;
  std::string subnet;  // id of its link's; empty: by giaddr, its lease, its address, the only one
  std::optional<Ipv4> giaddr;
  std::string circuit_id;
  bool ipxe_lacks_bzimage = false;  // of the first program
};

// A name that was asked for, and what came of it.
struct AskedFile {
  std::string name;
  core::BootAnswer answer;
};

// One program that asks DHCP, and the files fetched from there on.
struct SimulatedStage {
  DecisionReport decision;
  std::optional<core::ReplyPreview> offer;  // none: silence
  std::optional<core::ReplyPreview> ack;
  std::vector<AskedFile> files;
};

struct SimulationTools {
  core::ReplyPreviewFn preview_reply;
  std::optional<Ipv4> advertise;
};

// INVALID_ARGUMENT names the field of the request, `facts.kind`; NOT_FOUND the subnet that does not
// exist. That a machine would get nothing is an answer.
absl::StatusOr<DecisionReport> Explain(const ImaginedMachine& machine, const LiveState& state,
                                       const SimulationTools& tools, Seconds now);
absl::StatusOr<std::vector<SimulatedStage>> Simulate(const ImaginedMachine& machine,
                                                     const LiveState& state,
                                                     const SimulationTools& tools, Seconds now);

}  // namespace pxe::server
