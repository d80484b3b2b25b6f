#include "server/live_transfers.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace pxe::server {
namespace {

bool TakesLonger(const LiveTransfer& a, const LiveTransfer& b) {
  if (a.milliseconds != b.milliseconds) return a.milliseconds > b.milliseconds;
  return std::tie(a.client, a.file) < std::tie(b.client, b.file);
}

}  // namespace

void LiveTransfers::Note(const core::BootEvent& event, TimePoint now) {
  if (event.transfer == 0) return;
  const std::lock_guard lock(mutex_);
  if (event.step != core::BootEvent::Step::kFetching) {
    entries_.erase(event.transfer);
    return;
  }
  if (entries_.size() >= kMost && !entries_.contains(event.transfer)) {
    Forget(now);
    if (entries_.size() >= kMost) return;
  }
  entries_[event.transfer] = {{.client = event.client,
                               .address = event.address,
                               .file = event.file,
                               .bytes = event.bytes,
                               .of_bytes = event.of_bytes,
                               .milliseconds = event.milliseconds},
                              now};
}

LiveTransfers::Listing LiveTransfers::List(size_t limit, TimePoint now) {
  Listing listing;
  {
    const std::lock_guard lock(mutex_);
    Forget(now);
    for (const auto& [id, entry] : entries_) listing.transfers.push_back(entry.transfer);
  }
  listing.count = listing.transfers.size();
  std::sort(listing.transfers.begin(), listing.transfers.end(), TakesLonger);
  if (listing.transfers.size() > limit) listing.transfers.resize(limit);
  return listing;
}

void LiveTransfers::Forget(TimePoint now) {
  absl::erase_if(entries_,
                 [now](const auto& entry) { return entry.second.heard + kForgottenAfter < now; });
}

}  // namespace pxe::server
