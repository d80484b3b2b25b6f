#include "store/profiles.h"

#include <map>
#include <string>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "store/revision.h"
#include "store/rows.h"

namespace pxe::store {
namespace {

constexpr size_t kMaxUsersNamed = 3;  // in the message that refuses an erase

constexpr Sql kFind = "SELECT id FROM profile WHERE id = ?1";

constexpr Sql kLoad = R"sql(
  SELECT id, default_entry, prompt, timeout_ds, on_timeout, display, ui, menu_title, revision,
         created, updated
  FROM profile WHERE id BETWEEN ?1 AND ?2 ORDER BY id
)sql";

constexpr Sql kLoadLoaders = R"sql(
  SELECT profile, kind, file FROM profile_loader
  WHERE profile BETWEEN ?1 AND ?2 ORDER BY profile, kind
)sql";

constexpr Sql kLoadEntries = R"sql(
  SELECT profile, name, title, kernel, arguments, local_boot FROM profile_entry
  WHERE profile BETWEEN ?1 AND ?2 ORDER BY profile, position
)sql";

constexpr Sql kLoadInitrds = R"sql(
  SELECT profile, entry, path FROM profile_initrd
  WHERE profile BETWEEN ?1 AND ?2 ORDER BY profile, entry, position
)sql";

constexpr Sql kLoadFunctionKeys = R"sql(
  SELECT profile, key, file FROM profile_function_key
  WHERE profile BETWEEN ?1 AND ?2 ORDER BY profile, key
)sql";

constexpr Sql kLoadVariables = R"sql(
  SELECT profile, name, value FROM profile_variable
  WHERE profile BETWEEN ?1 AND ?2 ORDER BY profile, name
)sql";

constexpr Sql kInsert = R"sql(
  INSERT INTO profile (id, default_entry, prompt, timeout_ds, on_timeout, display, ui, menu_title,
                       revision, created, updated)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
)sql";

constexpr Sql kUpdate = R"sql(
  UPDATE profile SET default_entry = ?2, prompt = ?3, timeout_ds = ?4, on_timeout = ?5,
                     display = ?6, ui = ?7, menu_title = ?8, revision = ?9, updated = ?10
  WHERE id = ?1
)sql";

constexpr Sql kInsertLoader =
    "INSERT INTO profile_loader (profile, kind, file) VALUES (?1, ?2, ?3)";

constexpr Sql kInsertEntry = R"sql(
  INSERT INTO profile_entry (profile, position, name, title, kernel, arguments, local_boot)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
)sql";

constexpr Sql kInsertInitrd =
    "INSERT INTO profile_initrd (profile, entry, position, path) VALUES (?1, ?2, ?3, ?4)";

constexpr Sql kInsertFunctionKey =
    "INSERT INTO profile_function_key (profile, key, file) VALUES (?1, ?2, ?3)";

constexpr Sql kInsertVariable =
    "INSERT INTO profile_variable (profile, name, value) VALUES (?1, ?2, ?3)";

constexpr Sql kUsers = R"sql(
  SELECT 'hosts/' || id FROM host WHERE profile = ?1
  UNION ALL
  SELECT 'subnets/' || id FROM subnet WHERE default_profile = ?1 OR unknown_profile = ?1
  ORDER BY 1
)sql";

core::Profile ReadProfile(Statement& row) {
  core::Profile profile;
  profile.id = row.Text();
  profile.menu.default_entry = row.Text();
  profile.menu.prompt = row.Bool();
  profile.menu.timeout_ds = row.Uint32();
  profile.menu.on_timeout = row.Text();
  profile.menu.display = row.Text();
  profile.menu.ui = row.Text();
  profile.menu.title = row.Text();
  profile.stamp = ReadStamp(row);
  return profile;
}

core::Entry ReadEntry(Statement& row) {
  core::Entry entry;
  entry.name = row.Text();
  entry.title = row.Text();
  entry.kernel = row.Text();
  entry.arguments = row.Text();
  entry.local_boot = row.Bool();
  return entry;
}

absl::StatusOr<std::vector<core::Profile>> Load(Database& db, IdRange ids) {
  std::vector<core::Profile> profiles;
  Statement rows = db.Query(kLoad, ids.first, ids.last);
  while (rows.Next()) profiles.push_back(ReadProfile(rows));
  PXE_RETURN_IF_ERROR(rows.status());

  const auto children = [&](Sql sql, auto add) {
    return AddChildren(profiles, db.Query(sql, ids.first, ids.last), add);
  };
  PXE_RETURN_IF_ERROR(children(kLoadLoaders, [](core::Profile& profile, Statement& row) {
    std::string kind = row.Text();
    profile.loaders.insert_or_assign(std::move(kind), row.Text());
    return absl::OkStatus();
  }));
  PXE_RETURN_IF_ERROR(children(kLoadEntries, [](core::Profile& profile, Statement& row) {
    profile.entries.push_back(ReadEntry(row));
    return absl::OkStatus();
  }));
  PXE_RETURN_IF_ERROR(children(kLoadInitrds, [](core::Profile& profile, Statement& row) {
    const auto entry = static_cast<size_t>(row.Int());
    if (entry < profile.entries.size()) profile.entries[entry].initrds.push_back(row.Text());
    return absl::OkStatus();
  }));
  PXE_RETURN_IF_ERROR(children(kLoadFunctionKeys, [](core::Profile& profile, Statement& row) {
    const auto key = static_cast<size_t>(row.Int()) - 1;
    if (key < core::Menu::kFunctionKeys) profile.menu.function_keys[key] = row.Text();
    return absl::OkStatus();
  }));
  PXE_RETURN_IF_ERROR(children(kLoadVariables, [](core::Profile& profile, Statement& row) {
    std::string name = row.Text();
    profile.variables.insert_or_assign(std::move(name), row.Text());
    return absl::OkStatus();
  }));
  return profiles;
}

absl::Status InsertEntries(Database& db, const core::Profile& profile) {
  for (size_t i = 0; i < profile.entries.size(); ++i) {
    const core::Entry& entry = profile.entries[i];
    PXE_RETURN_IF_ERROR(db.Run(kInsertEntry, profile.id, i, entry.name, entry.title, entry.kernel,
                               entry.arguments, entry.local_boot));
    for (size_t j = 0; j < entry.initrds.size(); ++j) {
      PXE_RETURN_IF_ERROR(db.Run(kInsertInitrd, profile.id, i, j, entry.initrds[j]));
    }
  }
  return absl::OkStatus();
}

absl::Status InsertChildren(Database& db, const core::Profile& profile) {
  for (const auto& [kind, file] : profile.loaders) {
    PXE_RETURN_IF_ERROR(db.Run(kInsertLoader, profile.id, kind, file));
  }
  PXE_RETURN_IF_ERROR(InsertEntries(db, profile));
  for (size_t i = 0; i < core::Menu::kFunctionKeys; ++i) {
    const std::string& file = profile.menu.function_keys[i];
    if (!file.empty()) PXE_RETURN_IF_ERROR(db.Run(kInsertFunctionKey, profile.id, i + 1, file));
  }
  for (const auto& [name, value] : profile.variables) {
    PXE_RETURN_IF_ERROR(db.Run(kInsertVariable, profile.id, name, value));
  }
  return absl::OkStatus();
}

absl::Status EraseChildren(Database& db, std::string_view id) {
  PXE_RETURN_IF_ERROR(db.Run("DELETE FROM profile_loader WHERE profile = ?1", id));
  PXE_RETURN_IF_ERROR(db.Run("DELETE FROM profile_entry WHERE profile = ?1", id));  // and initrds
  PXE_RETURN_IF_ERROR(db.Run("DELETE FROM profile_function_key WHERE profile = ?1", id));
  return db.Run("DELETE FROM profile_variable WHERE profile = ?1", id);
}

absl::Status RefuseIfUsed(Database& db, std::string_view id) {
  std::string named;
  size_t count = 0;
  Statement rows = db.Query(kUsers, id);
  for (; rows.Next(); ++count) {
    if (count < kMaxUsersNamed) named += (count == 0 ? "" : ", ") + rows.Text();
  }
  PXE_RETURN_IF_ERROR(rows.status());
  if (count == 0) return absl::OkStatus();
  if (count > kMaxUsersNamed) named += absl::StrFormat(" and %d more", count - kMaxUsersNamed);
  return FailedPrecondition(absl::StrFormat("profiles/%s is used by %s", id, named));
}

}  // namespace

absl::StatusOr<core::Profile> InsertProfile(Database& db, core::Profile profile, Seconds now) {
  PXE_ASSIGN_OR_RETURN(const auto taken, FirstText(db.Query(kFind, profile.id)));
  if (taken) return ExistsAlready("profiles", profile.id);
  PXE_ASSIGN_OR_RETURN(const uint64_t revision, NextRevision(db));
  profile.stamp = {.revision = revision, .created = now, .updated = now};
  const core::Menu& menu = profile.menu;
  PXE_RETURN_IF_ERROR(db.Run(kInsert, profile.id, menu.default_entry, menu.prompt, menu.timeout_ds,
                             menu.on_timeout, menu.display, menu.ui, menu.title, revision, now,
                             now));
  PXE_RETURN_IF_ERROR(InsertChildren(db, profile));
  return profile;
}

absl::StatusOr<core::Profile> UpdateProfile(Database& db, core::Profile profile, Seconds now) {
  PXE_ASSIGN_OR_RETURN(const core::Profile old, GetProfile(db, profile.id));
  PXE_ASSIGN_OR_RETURN(const uint64_t revision, NextRevision(db));
  profile.stamp = {.revision = revision, .created = old.stamp.created, .updated = now};
  const core::Menu& menu = profile.menu;
  PXE_RETURN_IF_ERROR(db.Run(kUpdate, profile.id, menu.default_entry, menu.prompt, menu.timeout_ds,
                             menu.on_timeout, menu.display, menu.ui, menu.title, revision, now));
  PXE_RETURN_IF_ERROR(EraseChildren(db, profile.id));
  PXE_RETURN_IF_ERROR(InsertChildren(db, profile));
  return profile;
}

absl::Status EraseProfile(Database& db, std::string_view id) {
  PXE_RETURN_IF_ERROR(RefuseIfUsed(db, id));
  PXE_RETURN_IF_ERROR(db.Run("DELETE FROM profile WHERE id = ?1", id));
  if (db.changes() == 0) return DoesNotExist("profiles", id);
  return NextRevision(db).status();
}

absl::Status RequireProfile(Database& db, std::string_view field, std::string_view id) {
  if (id.empty()) return absl::OkStatus();
  PXE_ASSIGN_OR_RETURN(const auto found, FirstText(db.Query(kFind, id)));
  if (found) return absl::OkStatus();
  return FailedPrecondition(absl::StrFormat("%s: profiles/%s does not exist", field, id));
}

absl::StatusOr<core::Profile> GetProfile(Database& db, std::string_view id) {
  return OnlyOne(Load(db, OneId(id)), "profiles", id);
}

absl::StatusOr<std::vector<core::Profile>> ListProfiles(Database& db) {
  return Load(db, kAllIds);
}

}  // namespace pxe::store
