// From a requested file name to its answer: which machine is meant, what it boots, which text.
//
// The same functions serve TFTP, previews and simulations, so that those show exactly the bytes
// that a machine gets. A machine whose boot is under way is given the files of that boot
// (server/boots.h); a preview shows what the next one would get.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/ipv4.h"
#include "base/mac_address.h"
#include "core/boot_exchange.h"
#include "core/flavour.h"
#include "server/boots.h"
#include "server/live_state.h"

namespace pxe::server {

// A machine that has not really booted: as if it held that address and were in that boot.
struct PretendedBoot {
  MacAddress mac;
  Ipv4 address;
  Boot boot;
};

// All take the state's mutex for as long as they look, and render without it. `now` decides whose
// lease is live.
core::BootAnswer AnswerBoot(const core::BootQuestion& question, const LiveState& state, Seconds now,
                            const PretendedBoot* pretended = nullptr);

// The names below the TFTP root that the default entry of that boot's profile leads to: the kernel,
// then the RAM disks; or what it chains to. Empty: the local disk, or a config that is a template.
std::vector<std::string> FilesOfDefaultEntry(const PretendedBoot& boot, const LiveState& state,
                                             Ipv4 server);

struct PreviewTerms {
  core::Flavour flavour = core::Flavour::kPxelinux;
  std::optional<Ipv4> server;  // ours; without one, a text that names it cannot be rendered
};

// The config that a host, or the machine with that MAC, would be given. NOT_FOUND: no such host.
// FAILED_PRECONDITION: it would be given none, and why.
absl::StatusOr<std::string> PreviewHostConfig(const std::string& host_id, const PreviewTerms& terms,
                                              const LiveState& state, Seconds now);
absl::StatusOr<std::string> PreviewMacConfig(const MacAddress& mac, const PreviewTerms& terms,
                                             const LiveState& state, Seconds now);

}  // namespace pxe::server
