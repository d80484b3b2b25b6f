#include "store/profile_rows.h"

#include <string>
#include <utility>

#include "base/status.h"
#include "store/option_rows.h"

namespace pxe::store {
namespace {

constexpr Sql kLoad = R"sql(
  SELECT id, parent, default_entry, prompt, timeout_ds, on_timeout, display, ui, menu_title,
         next_server, revision, created, updated
  FROM profile WHERE id BETWEEN ?1 AND ?2 ORDER BY id
)sql";

constexpr Sql kLoadLoaders = R"sql(
  SELECT profile, kind, file FROM profile_loader
  WHERE profile BETWEEN ?1 AND ?2 ORDER BY profile, kind
)sql";

constexpr Sql kLoadEntries = R"sql(
  SELECT profile, name, title, kernel, arguments, chain, disk_image, local_boot, sysappend
  FROM profile_entry WHERE profile BETWEEN ?1 AND ?2 ORDER BY profile, position
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

constexpr Sql kLoadOptions = R"sql(
  SELECT profile, code, value, always FROM profile_option
  WHERE profile BETWEEN ?1 AND ?2 ORDER BY profile, position
)sql";

constexpr Sql kLoadConfigs = R"sql(
  SELECT profile, flavour, template FROM profile_config
  WHERE profile BETWEEN ?1 AND ?2 ORDER BY profile, flavour
)sql";

constexpr Sql kLoadFiles = R"sql(
  SELECT profile, path, template FROM profile_file
  WHERE profile BETWEEN ?1 AND ?2 ORDER BY profile, path
)sql";

constexpr Sql kInsertLoader =
    "INSERT INTO profile_loader (profile, kind, file) VALUES (?1, ?2, ?3)";

constexpr Sql kInsertEntry = R"sql(
  INSERT INTO profile_entry (profile, position, name, title, kernel, arguments, chain, disk_image,
                             local_boot, sysappend)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
)sql";

constexpr Sql kInsertInitrd =
    "INSERT INTO profile_initrd (profile, entry, position, path) VALUES (?1, ?2, ?3, ?4)";

constexpr Sql kInsertFunctionKey =
    "INSERT INTO profile_function_key (profile, key, file) VALUES (?1, ?2, ?3)";

constexpr Sql kInsertVariable =
    "INSERT INTO profile_variable (profile, name, value) VALUES (?1, ?2, ?3)";

constexpr Sql kInsertOption = R"sql(
  INSERT INTO profile_option (profile, position, code, value, always) VALUES (?1, ?2, ?3, ?4, ?5)
)sql";

constexpr Sql kInsertConfig =
    "INSERT INTO profile_config (profile, flavour, template) VALUES (?1, ?2, ?3)";

constexpr Sql kInsertFile =
    "INSERT INTO profile_file (profile, path, template) VALUES (?1, ?2, ?3)";

core::Profile ReadProfile(Statement& row) {
  core::Profile profile;
  profile.id = row.Text();
  profile.parent = row.Text();
  profile.menu.default_entry = row.Text();
  profile.menu.prompt = row.Bool();
  profile.menu.timeout_ds = row.Uint32();
  profile.menu.on_timeout = row.Text();
  profile.menu.display = row.Text();
  profile.menu.ui = row.Text();
  profile.menu.title = row.Text();
  profile.next_server = row.OptionalAddress();
  profile.stamp = ReadStamp(row);
  return profile;
}

core::Entry ReadEntry(Statement& row) {
  core::Entry entry;
  entry.name = row.Text();
  entry.title = row.Text();
  entry.kernel = row.Text();
  entry.arguments = row.Text();
  entry.chain = row.Text();
  entry.disk_image = row.Text();
  entry.local_boot = row.Bool();
  entry.sysappend = row.Uint32();
  return entry;
}

using Profiles = std::vector<core::Profile>;

absl::Status AddEntries(Database& db, IdRange ids, Profiles& profiles) {
  const auto add_entry = [](core::Profile& profile, Statement& row) {
    profile.entries.push_back(ReadEntry(row));
    return absl::OkStatus();
  };
  const auto add_initrd = [](core::Profile& profile, Statement& row) {
    const auto entry = static_cast<size_t>(row.Int());
    if (entry < profile.entries.size()) profile.entries[entry].initrds.push_back(row.Text());
    return absl::OkStatus();
  };
  PXE_RETURN_IF_ERROR(
      AddChildren(profiles, db.Query(kLoadEntries, ids.first, ids.last), add_entry));
  return AddChildren(profiles, db.Query(kLoadInitrds, ids.first, ids.last), add_initrd);
}

absl::Status AddPairs(Database& db, Sql load, IdRange ids, Profiles& profiles,
                      Pairs core::Profile::*pairs) {
  return AddChildren(profiles, db.Query(load, ids.first, ids.last),
                     [pairs](core::Profile& profile, Statement& row) {
                       ReadPair(profile.*pairs, row);
                       return absl::OkStatus();
                     });
}

absl::Status InsertEntries(Database& db, const core::Profile& profile) {
  for (size_t i = 0; i < profile.entries.size(); ++i) {
    const core::Entry& entry = profile.entries[i];
    PXE_RETURN_IF_ERROR(db.Run(kInsertEntry, profile.id, i, entry.name, entry.title, entry.kernel,
                               entry.arguments, entry.chain, entry.disk_image, entry.local_boot,
                               entry.sysappend));
    for (size_t j = 0; j < entry.initrds.size(); ++j) {
      PXE_RETURN_IF_ERROR(db.Run(kInsertInitrd, profile.id, i, j, entry.initrds[j]));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<core::Profile>> LoadProfiles(Database& db, IdRange ids) {
  Profiles profiles;
  Statement rows = db.Query(kLoad, ids.first, ids.last);
  while (rows.Next()) profiles.push_back(ReadProfile(rows));
  PXE_RETURN_IF_ERROR(rows.status());

  const auto add_key = [](core::Profile& profile, Statement& row) {
    const auto key = static_cast<size_t>(row.Int()) - 1;
    if (key < core::Menu::kFunctionKeys) profile.menu.function_keys[key] = row.Text();
    return absl::OkStatus();
  };
  const auto add_option = [](core::Profile& profile, Statement& row) {
    profile.options.push_back(ReadOption(row));
    return absl::OkStatus();
  };
  const auto children = [&](Sql sql, auto add) {
    return AddChildren(profiles, db.Query(sql, ids.first, ids.last), add);
  };
  const auto pairs = [&](Sql sql, Pairs core::Profile::*member) {
    return AddPairs(db, sql, ids, profiles, member);
  };
  PXE_RETURN_IF_ERROR(pairs(kLoadLoaders, &core::Profile::loaders));
  PXE_RETURN_IF_ERROR(AddEntries(db, ids, profiles));
  PXE_RETURN_IF_ERROR(children(kLoadFunctionKeys, add_key));
  PXE_RETURN_IF_ERROR(pairs(kLoadVariables, &core::Profile::variables));
  PXE_RETURN_IF_ERROR(children(kLoadOptions, add_option));
  PXE_RETURN_IF_ERROR(pairs(kLoadConfigs, &core::Profile::configs));
  PXE_RETURN_IF_ERROR(pairs(kLoadFiles, &core::Profile::files));
  return profiles;
}

absl::Status InsertProfileParts(Database& db, const core::Profile& profile) {
  PXE_RETURN_IF_ERROR(InsertPairs(db, kInsertLoader, profile.id, profile.loaders));
  PXE_RETURN_IF_ERROR(InsertEntries(db, profile));
  for (size_t i = 0; i < core::Menu::kFunctionKeys; ++i) {
    const std::string& file = profile.menu.function_keys[i];
    if (!file.empty()) PXE_RETURN_IF_ERROR(db.Run(kInsertFunctionKey, profile.id, i + 1, file));
  }
  PXE_RETURN_IF_ERROR(InsertPairs(db, kInsertVariable, profile.id, profile.variables));
  PXE_RETURN_IF_ERROR(InsertOptions(db, kInsertOption, profile.id, profile.options));
  PXE_RETURN_IF_ERROR(InsertPairs(db, kInsertConfig, profile.id, profile.configs));
  return InsertPairs(db, kInsertFile, profile.id, profile.files);
}

absl::Status EraseProfileParts(Database& db, std::string_view id) {
  PXE_RETURN_IF_ERROR(db.Run("DELETE FROM profile_loader WHERE profile = ?1", id));
  PXE_RETURN_IF_ERROR(db.Run("DELETE FROM profile_entry WHERE profile = ?1", id));  // and initrds
  PXE_RETURN_IF_ERROR(db.Run("DELETE FROM profile_function_key WHERE profile = ?1", id));
  PXE_RETURN_IF_ERROR(db.Run("DELETE FROM profile_variable WHERE profile = ?1", id));
  PXE_RETURN_IF_ERROR(db.Run("DELETE FROM profile_option WHERE profile = ?1", id));
  PXE_RETURN_IF_ERROR(db.Run("DELETE FROM profile_config WHERE profile = ?1", id));
  return db.Run("DELETE FROM profile_file WHERE profile = ?1", id);
}

}  // namespace pxe::store
