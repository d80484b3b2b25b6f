#include "server/boots.h"

#include <algorithm>
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
  boots_.insert_or_assign(mac, Share(std::move(boot)));
}

Boots::Shared Boots::Share(Boot boot) {
  for (const Shared& recent : recent_) {
    if (recent != nullptr && *recent == boot) return recent;
  }
  next_recent_ = (next_recent_ + 1) % recent_.size();
  return recent_.at(next_recent_) = std::make_shared<const Boot>(std::move(boot));
}

const Boot* Boots::Of(const MacAddress& mac, Seconds now) const {
  const auto found = boots_.find(mac);
  return found == boots_.end() || IsOver(*found->second, now) ? nullptr : found->second.get();
}

// All that are over; if none is, any one: its machine is given what it would be told now. That none
// can be is remembered, or each boot beyond the limit would look at all of them.
void Boots::MakeRoom(Seconds now) {
  if (now >= none_over_before_) {
    absl::erase_if(boots_, [now](const auto& entry) { return IsOver(*entry.second, now); });
    Seconds oldest = now;
    for (const auto& [mac, boot] : boots_) oldest = std::min(oldest, boot->began);
    none_over_before_ = oldest + kBootLasts;
  }
  if (boots_.size() >= kMaxBoots) boots_.erase(boots_.begin());
}

}  // namespace pxe::server
