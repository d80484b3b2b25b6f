#include "store/rows.h"

#include "absl/strings/str_format.h"
#include "store/revision.h"

namespace pxe::store {

void ReadPair(Pairs& pairs, Statement& row) {
  std::string key = row.Text();
  pairs.emplace_hint(pairs.end(), std::move(key), row.Text());
}

absl::Status InsertPairs(Database& db, Sql insert, std::string_view parent, const Pairs& pairs) {
  for (const auto& [key, value] : pairs) PXE_RETURN_IF_ERROR(db.Run(insert, parent, key, value));
  return absl::OkStatus();
}

core::Stamp ReadStamp(Statement& row) {
  core::Stamp stamp;
  stamp.revision = static_cast<uint64_t>(row.Int());
  stamp.created = row.Time();
  stamp.updated = row.Time();
  return stamp;
}

absl::Status DoesNotExist(std::string_view collection, std::string_view id) {
  return NotFound(absl::StrFormat("%s/%s does not exist", collection, id));
}

absl::Status ExistsAlready(std::string_view collection, std::string_view id) {
  return AlreadyExists(absl::StrFormat("%s/%s already exists", collection, id));
}

absl::Status RequireReference(Database& db, Sql find, std::string_view field,
                              std::string_view collection, std::string_view id) {
  if (id.empty()) return absl::OkStatus();
  PXE_ASSIGN_OR_RETURN(const auto found, FirstText(db.Query(find, id)));
  if (found) return absl::OkStatus();
  return FailedPrecondition(absl::StrFormat("%s: %s/%s does not exist", field, collection, id));
}

absl::Status RefuseIfUsed(Statement users, std::string_view collection, std::string_view id) {
  constexpr size_t kMaxNamed = 3;
  std::string named;
  size_t count = 0;
  for (; users.Next(); ++count) {
    if (count < kMaxNamed) named += (count == 0 ? "" : ", ") + users.Text();
  }
  PXE_RETURN_IF_ERROR(users.status());
  if (count == 0) return absl::OkStatus();
  if (count > kMaxNamed) named += absl::StrFormat(" and %d more", count - kMaxNamed);
  return FailedPrecondition(absl::StrFormat("%s/%s is used by %s", collection, id, named));
}

absl::Status EraseRow(Database& db, Sql erase, std::string_view collection, std::string_view id) {
  PXE_RETURN_IF_ERROR(db.Run(erase, id));
  if (db.changes() == 0) return DoesNotExist(collection, id);
  return NextRevision(db).status();
}

absl::StatusOr<std::optional<std::string>> FirstText(Statement rows) {
  if (rows.Next()) return std::optional(rows.Text());
  PXE_RETURN_IF_ERROR(rows.status());
  return std::optional<std::string>();
}

absl::StatusOr<std::vector<std::string>> AllTexts(Statement rows) {
  std::vector<std::string> texts;
  while (rows.Next()) texts.push_back(rows.Text());
  PXE_RETURN_IF_ERROR(rows.status());
  return texts;
}

}  // namespace pxe::store
