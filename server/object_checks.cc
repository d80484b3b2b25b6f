#include "server/object_checks.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "boot/render_config.h"
#include "core/effective_profile.h"
#include "store/profile_lines.h"
#include "store/profiles.h"
#include "store/templates.h"

namespace pxe::server {
namespace {

// Objects by id, each read once, for look-ups that know no errors: the first one is kept.
template <typename Noun>
class StoredObjects {
 public:
  using Get = absl::StatusOr<Noun> (*)(store::Database&, std::string_view id);

  StoredObjects(store::Database& db, Get get) : db_(db), get_(get) {}

  // Null: there is none, or it could not be read.
  const Noun* Find(std::string_view id) {
    auto found = read_.find(id);
    if (found == read_.end()) {
      auto stored = get_(db_, id);
      if (!stored.ok() && !absl::IsNotFound(stored.status())) status_.Update(stored.status());
      found =
          read_.emplace(id, stored.ok() ? std::optional(*std::move(stored)) : std::nullopt).first;
    }
    return found->second ? &*found->second : nullptr;
  }

  // Of the reading.
  const absl::Status& status() const { return status_; }

 private:
  store::Database& db_;
  const Get get_;
  std::map<std::string, std::optional<Noun>, std::less<>> read_;
  absl::Status status_;
};

using StoredProfiles = StoredObjects<core::Profile>;
using StoredTemplates = StoredObjects<core::Template>;

boot::PartialLookup TextsOf(StoredTemplates& templates) {
  return [&templates](std::string_view id) {
    const core::Template* found = templates.Find(id);
    return found == nullptr ? nullptr : &found->text;
  };
}

// What this profile and its parents say together.
absl::Status CheckWhole(const core::Profile& profile, StoredProfiles& profiles,
                        StoredTemplates& templates) {
  const auto effective = core::EffectiveProfileOf(
      profile, [&profiles](std::string_view id) { return profiles.Find(id); });
  PXE_RETURN_IF_ERROR(profiles.status());
  PXE_RETURN_IF_ERROR(effective.status());
  const absl::Status text = boot::CheckProfile(effective->profile, TextsOf(templates));
  PXE_RETURN_IF_ERROR(templates.status());
  return text;
}

// "profiles/deb, which uses this template, would not be legal any more: ..."
absl::Status RefuseFor(std::string_view name, std::string_view why, const absl::Status& broken) {
  return FailedPrecondition(
      absl::StrFormat("%s, %s, would not be legal any more: %s", name, why, MessageOf(broken)));
}

// Whether all these profiles, each with its parents, are legal as things are now.
absl::Status CheckAll(store::Database& db, const std::vector<std::string>& ids,
                      std::string_view why) {
  StoredProfiles profiles(db, &store::GetProfile);
  StoredTemplates templates(db, &store::GetTemplate);
  for (const std::string& id : ids) {
    const core::Profile* profile = profiles.Find(id);
    PXE_RETURN_IF_ERROR(profiles.status());
    if (profile == nullptr) continue;
    const absl::Status whole = CheckWhole(*profile, profiles, templates);
    if (!whole.ok()) return RefuseFor("profiles/" + id, why, whole);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckWritten(store::Database& db, const core::Profile& profile) {
  StoredProfiles profiles(db, &store::GetProfile);
  StoredTemplates templates(db, &store::GetTemplate);
  return CheckWhole(profile, profiles, templates);
}

absl::Status CheckDependents(store::Database& db, const core::Profile& profile) {
  PXE_ASSIGN_OR_RETURN(const auto below, store::ProfilesBelow(db, profile.id));
  return CheckAll(db, below, "which has this one above it");
}

absl::Status CheckWritten(store::Database& db, const core::Template& text) {
  StoredTemplates templates(db, &store::GetTemplate);
  const absl::Status legal = boot::CheckTemplate(text.id, TextsOf(templates));
  PXE_RETURN_IF_ERROR(templates.status());
  return Annotate(legal, "template.text");
}

absl::Status CheckDependents(store::Database& db, const core::Template& text) {
  StoredTemplates templates(db, &store::GetTemplate);
  PXE_ASSIGN_OR_RETURN(const auto including, store::TemplatesIncluding(db, text.id));
  for (const std::string& id : including) {
    const absl::Status legal = boot::CheckTemplate(id, TextsOf(templates));
    PXE_RETURN_IF_ERROR(templates.status());
    if (!legal.ok()) return RefuseFor("templates/" + id, "which includes this one", legal);
  }
  PXE_ASSIGN_OR_RETURN(const auto using_it, store::ProfilesUsingTemplate(db, text.id));
  return CheckAll(db, using_it, "which uses this template");
}

}  // namespace pxe::server
