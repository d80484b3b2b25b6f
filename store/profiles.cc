#include "store/profiles.h"

#include <string>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "store/profile_lines.h"
#include "store/profile_rows.h"
#include "store/revision.h"
#include "store/rows.h"
#include "store/templates.h"

namespace pxe::store {
namespace {

constexpr Sql kFind = "SELECT id FROM profile WHERE id = ?1";

constexpr Sql kInsert = R"sql(
  INSERT INTO profile (id, parent, default_entry, prompt, timeout_ds, on_timeout, display, ui,
                       menu_title, next_server, revision, created, updated)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
)sql";

constexpr Sql kUpdate = R"sql(
  UPDATE profile SET parent = ?2, default_entry = ?3, prompt = ?4, timeout_ds = ?5,
                     on_timeout = ?6, display = ?7, ui = ?8, menu_title = ?9, next_server = ?10,
                     revision = ?11, updated = ?12
  WHERE id = ?1
)sql";

constexpr Sql kUsers = R"sql(
  SELECT 'hosts/' || id || ' (profile)' FROM host WHERE profile = ?1
  UNION ALL
  SELECT 'profiles/' || id || ' (parent)' FROM profile WHERE parent = ?1
  UNION ALL
  SELECT 'rules/' || id || ' (profile)' FROM rule WHERE profile = ?1
  UNION ALL
  SELECT 'subnets/' || id || ' (default_profile)' FROM subnet WHERE default_profile = ?1
  UNION ALL
  SELECT 'subnets/' || id || ' (unknown_profile)' FROM subnet WHERE unknown_profile = ?1
  ORDER BY 1
)sql";

absl::Status RequireTemplates(Database& db, std::string_view field, const Pairs& templates) {
  for (const auto& [key, id] : templates) {
    PXE_RETURN_IF_ERROR(RequireTemplate(db, absl::StrFormat("%s[\"%s\"]", field, key), id));
  }
  return absl::OkStatus();
}

absl::Status CheckReferences(Database& db, const core::Profile& profile, const core::Profile* old) {
  PXE_RETURN_IF_ERROR(RequireProfile(db, "profile.parent", profile.parent));
  PXE_RETURN_IF_ERROR(RequireTemplates(db, "profile.configs", profile.configs));
  PXE_RETURN_IF_ERROR(RequireTemplates(db, "profile.files", profile.files));
  return CheckLine(db, profile, old);
}

}  // namespace

absl::StatusOr<core::Profile> InsertProfile(Database& db, core::Profile profile, Seconds now) {
  PXE_ASSIGN_OR_RETURN(const auto taken, FirstText(db.Query(kFind, profile.id)));
  if (taken) return ExistsAlready("profiles", profile.id);
  PXE_RETURN_IF_ERROR(CheckReferences(db, profile, nullptr));
  PXE_ASSIGN_OR_RETURN(const uint64_t revision, NextRevision(db));
  profile.stamp = {.revision = revision, .created = now, .updated = now};
  const core::Menu& menu = profile.menu;
  PXE_RETURN_IF_ERROR(db.Run(kInsert, profile.id, OrNull(profile.parent), menu.default_entry,
                             menu.prompt, menu.timeout_ds, menu.on_timeout, menu.display, menu.ui,
                             menu.title, profile.next_server, revision, now, now));
  PXE_RETURN_IF_ERROR(InsertProfileParts(db, profile));
  return profile;
}

absl::StatusOr<core::Profile> UpdateProfile(Database& db, core::Profile profile, Seconds now) {
  PXE_ASSIGN_OR_RETURN(const core::Profile old, GetProfile(db, profile.id));
  PXE_RETURN_IF_ERROR(CheckReferences(db, profile, &old));
  PXE_ASSIGN_OR_RETURN(const uint64_t revision, NextRevision(db));
  profile.stamp = {.revision = revision, .created = old.stamp.created, .updated = now};
  const core::Menu& menu = profile.menu;
  PXE_RETURN_IF_ERROR(db.Run(kUpdate, profile.id, OrNull(profile.parent), menu.default_entry,
                             menu.prompt, menu.timeout_ds, menu.on_timeout, menu.display, menu.ui,
                             menu.title, profile.next_server, revision, now));
  PXE_RETURN_IF_ERROR(EraseProfileParts(db, profile.id));
  PXE_RETURN_IF_ERROR(InsertProfileParts(db, profile));
  return profile;
}

absl::Status EraseProfile(Database& db, std::string_view id) {
  PXE_RETURN_IF_ERROR(RefuseIfUsed(db.Query(kUsers, id), "profiles", id));
  return EraseRow(db, "DELETE FROM profile WHERE id = ?1", "profiles", id);
}

absl::Status RequireProfile(Database& db, std::string_view field, std::string_view id) {
  return RequireReference(db, kFind, field, "profiles", id);
}

absl::StatusOr<core::Profile> GetProfile(Database& db, std::string_view id) {
  return OnlyOne(LoadProfiles(db, OneId(id)), "profiles", id);
}

absl::StatusOr<std::vector<core::Profile>> ListProfiles(Database& db) {
  return LoadProfiles(db, kAllIds);
}

}  // namespace pxe::store
