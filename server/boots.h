// The boots under way: what each machine was told to boot when its boot began.
//
// A boot is many requests, and every file of it must be of one state of the profile, whatever is
// written meanwhile: a config with the old kernel and the new initrd starts neither. So the
// decision is kept from the ACK that began a boot, with the profile and the templates of that
// moment, and files are made from it until the next boot begins. Not synchronised: it lives under
// LiveState's mutex.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "base/clock.h"
#include "base/mac_address.h"
#include "core/client_kind.h"
#include "core/decide_boot.h"
#include "core/model.h"
#include "server/catalog.h"

namespace pxe::server {

// After this time a machine is given what it would be told now. Large initrds over slow links take
// minutes; installers fetch their answer file soon after.
inline constexpr std::chrono::minutes kBootLasts{30};

// Boots kept; beyond it machines are given what they would be told at that moment.
inline constexpr size_t kMaxBoots = 65'536;

struct Boot {
  core::ClientKind kind;  // of the program that asked
  core::BootAction action = core::BootAction::kAddressOnly;
  std::shared_ptr<const core::Profile> profile;  // effective; null: none
  std::shared_ptr<const TemplateSet> templates;
  std::string
      host;  // id of one that was found by other than the MAC address; empty: by that, if any
  Seconds began{};

  bool operator==(const Boot&) const = default;
};

// What the machine is told, for as long as its boot lasts.
Boot BootOf(const core::BootVerdict& verdict, const core::ClientKind& kind, const Catalog& catalog,
            Seconds now);

class Boots {
 public:
  // A boot begins, in place of this machine's former one.
  void Begin(const MacAddress& mac, Boot boot);

  // The boot that this machine is in; null when there is none, or it began too long ago.
  const Boot* Of(const MacAddress& mac, Seconds now) const;

  size_t size() const { return boots_.size(); }

 private:
  using Shared = std::shared_ptr<const Boot>;

  Shared Share(Boot boot);
  void MakeRoom(Seconds now);

  absl::flat_hash_map<MacAddress, Shared> boots_;
  // Begun last: in a storm, machines of a few kinds begin the same boot in the same second, and
  // tens of thousands of copies would be megabytes.
  std::array<Shared, 4> recent_;
  size_t next_recent_ = 0;
  Seconds none_over_before_{};
};

}  // namespace pxe::server
