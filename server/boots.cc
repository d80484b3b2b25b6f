#include "server/boots.h"

#include <utility>

namespace pxe::server {
namespace {

bool IsOver(const Boot& boot, Seconds now) {
  return now >= boot.began + kBootLasts;
}

}  // namespace

Boot BootOf(const core::BootVerdict& verdict, const core::ClientKind& kind, const Catalog& catalog,
            Seconds now) {
  const bool has_profile = verdict.profile != nullptr;
  return {.kind = kind,
          .action = verdict.action,
          .profile = has_profile ? catalog.ShareProfile(verdict.profile->id) : nullptr,
          .templates = catalog.ShareTemplates(),
          .began = now};
}

void Boots::Begin(const MacAddress& mac, Boot boot) {
  if (boots_.size() >= kMaxBoots && !boots_.contains(mac)) MakeRoom(boot.began);
  boots_.insert_or_assign(mac, std::move(boot));
}

const Boot* Boots::Of(const MacAddress& mac, Seconds now) const {
  const auto found = boots_.find(mac);
  return found == boots_.end() || IsOver(found->second, now) ? nullptr : &found->second;
}

// All that are over; if none is, any one: its machine is given what it would be told now.
void Boots::MakeRoom(Seconds now) {
  absl::erase_if(boots_, [now](const auto& entry) { return IsOver(entry.second, now); });
  if (boots_.size() >= kMaxBoots) boots_.erase(boots_.begin());
}

}  // namespace pxe::server
