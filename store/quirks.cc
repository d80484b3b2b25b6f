#include "store/quirks.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "core/validate.h"
#include "store/enum_text.h"
#include "store/revision.h"
#include "store/rows.h"

namespace pxe::store {
namespace {

constexpr Sql kLoad = R"sql(
  SELECT id, priority, mac_prefix, vendor_class_prefix, vendor_options, vendor_bytes, vendor_class,
         omit_boot_option, nul_in_length, broadcast, pad_to, delay_ms, why, revision, created,
         updated
  FROM quirk WHERE id BETWEEN ?1 AND ?2 ORDER BY id
)sql";

constexpr Sql kLoadKinds = R"sql(
  SELECT quirk, kind FROM quirk_kind WHERE quirk BETWEEN ?1 AND ?2 ORDER BY quirk, kind
)sql";

constexpr Sql kFind = "SELECT id FROM quirk WHERE id = ?1";
constexpr Sql kFindPriority = "SELECT id FROM quirk WHERE priority = ?1 AND id <> ?2";
constexpr Sql kCount = "SELECT count(*) FROM quirk";

constexpr Sql kInsert = R"sql(
  INSERT INTO quirk (id, priority, mac_prefix, vendor_class_prefix, vendor_options, vendor_bytes,
                     vendor_class, omit_boot_option, nul_in_length, broadcast, pad_to, delay_ms,
                     why, revision, updated, created)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
)sql";

constexpr Sql kUpdate = R"sql(
  UPDATE quirk SET priority = ?2, mac_prefix = ?3, vendor_class_prefix = ?4, vendor_options = ?5,
                   vendor_bytes = ?6, vendor_class = ?7, omit_boot_option = ?8, nul_in_length = ?9,
                   broadcast = ?10, pad_to = ?11, delay_ms = ?12, why = ?13, revision = ?14,
                   updated = ?15
  WHERE id = ?1
)sql";

constexpr Sql kInsertKind = "INSERT INTO quirk_kind (quirk, kind) VALUES (?1, ?2)";

std::optional<bool> OptionalBool(Statement& row) {
  const auto value = row.OptionalInt();
  return value ? std::optional(*value != 0) : std::nullopt;
}

core::QuirkActions ReadActions(Statement& row) {
  core::QuirkActions actions;
  if (const auto text = row.OptionalText()) actions.vendor_options = EnumOf(*text, kVendorOptions);
  actions.vendor_bytes = row.Blob();
  actions.vendor_class = row.OptionalText();
  actions.omit_boot_option = OptionalBool(row);
  actions.nul_in_length = OptionalBool(row);
  actions.broadcast = OptionalBool(row);
  if (const auto bytes = row.OptionalInt()) actions.pad_to = static_cast<uint16_t>(*bytes);
  if (const auto time = row.OptionalInt()) actions.delay = std::chrono::milliseconds{*time};
  return actions;
}

core::Quirk ReadQuirk(Statement& row) {
  core::Quirk quirk;
  quirk.id = row.Text();
  quirk.priority = row.Uint32();
  quirk.match.mac_prefix = row.Blob();
  quirk.match.vendor_class_prefix = row.Text();
  quirk.actions = ReadActions(row);
  quirk.why = row.Text();
  quirk.stamp = ReadStamp(row);
  return quirk;
}

absl::StatusOr<std::vector<core::Quirk>> Load(Database& db, IdRange ids) {
  std::vector<core::Quirk> quirks;
  Statement rows = db.Query(kLoad, ids.first, ids.last);
  while (rows.Next()) quirks.push_back(ReadQuirk(rows));
  PXE_RETURN_IF_ERROR(rows.status());
  PXE_RETURN_IF_ERROR(AddChildren(quirks, db.Query(kLoadKinds, ids.first, ids.last),
                                  [](core::Quirk& quirk, Statement& row) {
                                    quirk.match.kinds.push_back(row.Text());
                                    return absl::OkStatus();
                                  }));
  return quirks;
}

absl::Status CheckPriority(Database& db, const core::Quirk& quirk) {
  PXE_ASSIGN_OR_RETURN(const auto other,
                       FirstText(db.Query(kFindPriority, quirk.priority, quirk.id)));
  if (!other) return absl::OkStatus();
  return AlreadyExists(
      absl::StrFormat("quirk.priority: %d is that of quirks/%s", quirk.priority, *other));
}

absl::Status CheckCount(Database& db) {
  Statement rows = db.Query(kCount);
  const bool full = rows.Next() && rows.Int() >= static_cast<int64_t>(core::kMaxQuirks);
  PXE_RETURN_IF_ERROR(rows.status());
  if (!full) return absl::OkStatus();
  return FailedPrecondition(
      absl::StrFormat("quirks: there are %d, and no more can be", core::kMaxQuirks));
}

absl::Status InsertKinds(Database& db, const core::Quirk& quirk) {
  for (const std::string& kind : quirk.match.kinds) {
    PXE_RETURN_IF_ERROR(db.Run(kInsertKind, quirk.id, kind));
  }
  return absl::OkStatus();
}

// The row, by `kInsert`, which takes `more` besides, or by `kUpdate`.
template <typename... More>
absl::Status RunOn(Database& db, Sql sql, const core::Quirk& quirk, const More&... more) {
  const core::QuirkActions& does = quirk.actions;
  const std::optional<std::string_view> options =
      does.vendor_options ? std::optional(TextOf(*does.vendor_options)) : std::nullopt;
  const std::optional<int64_t> delay =
      does.delay ? std::optional<int64_t>(does.delay->count()) : std::nullopt;
  return db.Run(sql, quirk.id, quirk.priority, quirk.match.mac_prefix,
                quirk.match.vendor_class_prefix, options, does.vendor_bytes, does.vendor_class,
                does.omit_boot_option, does.nul_in_length, does.broadcast, does.pad_to, delay,
                quirk.why, quirk.stamp.revision, quirk.stamp.updated, more...);
}

}  // namespace

absl::StatusOr<core::Quirk> InsertQuirk(Database& db, core::Quirk quirk, Seconds now) {
  PXE_ASSIGN_OR_RETURN(const auto taken, FirstText(db.Query(kFind, quirk.id)));
  if (taken) return ExistsAlready("quirks", quirk.id);
  PXE_RETURN_IF_ERROR(CheckPriority(db, quirk));
  PXE_RETURN_IF_ERROR(CheckCount(db));
  PXE_ASSIGN_OR_RETURN(const uint64_t revision, NextRevision(db));
  quirk.stamp = {.revision = revision, .created = now, .updated = now};
  PXE_RETURN_IF_ERROR(RunOn(db, kInsert, quirk, now));
  PXE_RETURN_IF_ERROR(InsertKinds(db, quirk));
  return quirk;
}

absl::StatusOr<core::Quirk> UpdateQuirk(Database& db, core::Quirk quirk, Seconds now) {
  PXE_ASSIGN_OR_RETURN(const core::Quirk old, GetQuirk(db, quirk.id));
  PXE_RETURN_IF_ERROR(CheckPriority(db, quirk));
  PXE_ASSIGN_OR_RETURN(const uint64_t revision, NextRevision(db));
  quirk.stamp = {.revision = revision, .created = old.stamp.created, .updated = now};
  PXE_RETURN_IF_ERROR(RunOn(db, kUpdate, quirk));
  PXE_RETURN_IF_ERROR(db.Run("DELETE FROM quirk_kind WHERE quirk = ?1", quirk.id));
  PXE_RETURN_IF_ERROR(InsertKinds(db, quirk));
  return quirk;
}

absl::Status EraseQuirk(Database& db, std::string_view id) {
  return EraseRow(db, "DELETE FROM quirk WHERE id = ?1", "quirks", id);
}

absl::StatusOr<core::Quirk> GetQuirk(Database& db, std::string_view id) {
  return OnlyOne(Load(db, OneId(id)), "quirks", id);
}

absl::StatusOr<std::vector<core::Quirk>> ListQuirks(Database& db) {
  return Load(db, kAllIds);
}

}  // namespace pxe::store
