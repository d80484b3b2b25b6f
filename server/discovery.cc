#include "server/discovery.h"

#include <memory>
#include <utility>
#include <vector>

#include "base/status.h"
#include "core/validate.h"
#include "server/change_writer.h"
#include "server/host_batch.h"
#include "store/hosts.h"

namespace pxe::server {
namespace {

constexpr std::string_view kAuthor = "packet";

// One machine's write, from the queue to the catalog.
struct Find {
  core::Host machine;
  Discovery::Outcome outcome = Discovery::Outcome::kFailed;
  std::vector<CatalogChange> shown;
};

absl::Status Write(store::Database& db, const ControlPlane& plane, Find& find) {
  const Seconds now = plane.clock.Now();
  const store::Author author{.actor = std::string(kAuthor)};
  ChangeWriter writer(db, author, now);
  PXE_ASSIGN_OR_RETURN(const auto known, writer.Find<core::Host>(find.machine.id));
  if (known) {
    find.outcome = Discovery::Outcome::kKnown;
    return absl::OkStatus();
  }
  const std::string& subnet = find.machine.discovery->subnet;
  PXE_ASSIGN_OR_RETURN(const uint64_t discovered, store::CountDiscoveredHosts(db, subnet));
  if (discovered >= store::kMaxDiscoveredPerSubnet) {
    find.outcome = Discovery::Outcome::kFull;
    return absl::OkStatus();
  }
  core::Host host = find.machine;
  host.uid = NewUid();
  PXE_RETURN_IF_ERROR(core::Validate(host));
  PXE_RETURN_IF_ERROR(writer.Create(std::move(host)).status());
  PXE_RETURN_IF_ERROR(store::CloseLog(db, writer.count(), now, plane.limits.changes));
  find.outcome = Discovery::Outcome::kDiscovered;
  find.shown = writer.TakeShown();
  return absl::OkStatus();
}

}  // namespace

void Discovery::Found(core::Host machine) {
  {
    const std::lock_guard lock(mutex_);
    if (on_the_way_.contains(machine.id)) return;
    if (on_the_way_.size() >= kMaxOnTheWay) return counts_.Add(Outcome::kOverload);
    on_the_way_.insert(machine.id);
  }
  const std::string id = machine.id;
  const auto find = std::make_shared<Find>(Find{.machine = std::move(machine)});
  const bool taken = plane_.writer.Submit(
      {.change = [this, find](store::Database& db) { return Write(db, plane_, *find); },
       .done =
           [this, find, id](const absl::Status& status) {
             if (status.ok()) plane_.state.Apply(std::move(find->shown));
             counts_.Add(status.ok() ? find->outcome : Outcome::kFailed);
             Forget(id);
           }});
  if (taken) return;
  counts_.Add(Outcome::kOverload);
  Forget(id);
}

void Discovery::Forget(const std::string& id) {
  const std::lock_guard lock(mutex_);
  on_the_way_.erase(id);
}

std::string_view ToString(Discovery::Outcome outcome) {
  switch (outcome) {
    case Discovery::Outcome::kDiscovered:
      return "discovered";
    case Discovery::Outcome::kKnown:
      return "known";
    case Discovery::Outcome::kFull:
      return "discovery_full";
    case Discovery::Outcome::kOverload:
      return "discovery_overload";
    case Discovery::Outcome::kFailed:
      return "discovery_failed";
    case Discovery::Outcome::kCount:
      break;
  }
  return "unknown";
}

}  // namespace pxe::server
