#include "store/profile_lines.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "core/effective_profile.h"
#include "store/profile_rows.h"
#include "store/rows.h"

namespace pxe::store {
namespace {

// Those below ?1, the nearest first.
constexpr Sql kBelow = R"sql(
  WITH RECURSIVE below (id, distance) AS (
    VALUES (?1, 0)
    UNION ALL
    SELECT profile.id, distance + 1 FROM profile JOIN below ON parent = below.id
  )
  SELECT id FROM below WHERE distance > 0 ORDER BY distance, id
)sql";

// The profiles of the database, with one of them as it is about to be.
class Family {
 public:
  Family(Database& db, const core::Profile& written) : db_(db), written_(written) {}

  absl::StatusOr<core::Profile> EffectiveOf(std::string_view id) {
    const core::Profile* profile = Find(id);
    PXE_RETURN_IF_ERROR(status_);
    if (profile == nullptr) return DoesNotExist("profiles", id);
    auto effective =
        core::EffectiveProfileOf(*profile, [this](auto parent) { return Find(parent); });
    PXE_RETURN_IF_ERROR(status_);
    PXE_RETURN_IF_ERROR(effective.status());
    return std::move(effective->profile);
  }

 private:
  const core::Profile* Find(std::string_view id) {
    if (id == written_.id) return &written_;
    if (const auto known = loaded_.find(id); known != loaded_.end()) return &known->second;
    auto rows = LoadProfiles(db_, OneId(id));
    if (!rows.ok()) status_ = rows.status();
    if (!rows.ok() || rows->empty()) return nullptr;
    return &loaded_.emplace(id, std::move(rows->front())).first->second;
  }

  Database& db_;
  const core::Profile& written_;
  std::map<std::string, core::Profile, std::less<>> loaded_;
  absl::Status status_;  // of loading; the first error ends the check
};

struct NamedEntry {
  std::string_view field;
  std::string_view name;
};

// What the menu names that is no entry, if anything.
std::optional<NamedEntry> Dangling(const core::Profile& effective) {
  for (const NamedEntry& named : {NamedEntry{"menu.default_entry", effective.menu.default_entry},
                                  NamedEntry{"menu.on_timeout", effective.menu.on_timeout}}) {
    const auto& entries = effective.entries;
    const auto entry = std::ranges::find(entries, named.name, &core::Entry::name);
    if (!named.name.empty() && entry == entries.end()) return named;
  }
  return std::nullopt;
}

absl::Status CheckItself(const core::Profile& effective) {
  if (effective.entries.empty()) {
    return FailedPrecondition("profile.entries: at least one is required, here or in a parent");
  }
  const auto dangling = Dangling(effective);
  if (!dangling) return absl::OkStatus();
  return FailedPrecondition(
      absl::StrFormat("profile.%s: \"%s\" names no entry of this profile or its parents",
                      dangling->field, dangling->name));
}

// It has entries if the one above has them.
absl::Status CheckBelow(const core::Profile& effective) {
  const auto dangling = Dangling(effective);
  if (!dangling) return absl::OkStatus();
  return FailedPrecondition(
      absl::StrFormat("profile.entries: %s of profiles/%s, \"%s\", would name none",
                      dangling->field, effective.id, dangling->name));
}

// Whether profiles below can tell the difference, as far as it is checked here.
bool SameForThoseBelow(const core::Profile& a, const core::Profile& b) {
  return a.parent == b.parent && a.menu.default_entry == b.menu.default_entry &&
         a.menu.on_timeout == b.menu.on_timeout &&
         std::ranges::equal(a.entries, b.entries, {}, &core::Entry::name, &core::Entry::name);
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ProfilesBelow(Database& db, std::string_view id) {
  return AllTexts(db.Query(kBelow, id));
}

absl::Status CheckLine(Database& db, const core::Profile& profile, const core::Profile* old) {
  Family family(db, profile);
  PXE_ASSIGN_OR_RETURN(const core::Profile effective, family.EffectiveOf(profile.id));
  PXE_RETURN_IF_ERROR(CheckItself(effective));
  if (old == nullptr || SameForThoseBelow(*old, profile)) return absl::OkStatus();
  PXE_ASSIGN_OR_RETURN(const auto below, ProfilesBelow(db, profile.id));
  for (const std::string& id : below) {
    PXE_ASSIGN_OR_RETURN(const core::Profile changed, family.EffectiveOf(id));
    PXE_RETURN_IF_ERROR(CheckBelow(changed));
  }
  return absl::OkStatus();
}

}  // namespace pxe::store
