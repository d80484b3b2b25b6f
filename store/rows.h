// What the tables of the nouns share: ranges of ids, children of parents, and the usual refusals.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "base/status.h"
#include "core/model.h"
#include "store/sqlite.h"

namespace pxe::store {

// Ids from `first` to `last`, both included. One statement serves Get and List.
struct IdRange {
  std::string_view first;
  std::string_view last;
};
inline IdRange OneId(std::string_view id) {
  return {id, id};
}
inline constexpr IdRange kAllIds{"", "\xf4\x8f\xbf\xbf"};  // the last character of Unicode

// An empty reference is NULL in the database.
inline std::optional<std::string_view> OrNull(std::string_view id) {
  return id.empty() ? std::nullopt : std::optional(id);
}

// `rows`, ordered by their first column, the parent's id, are handed to `add` with the parent each
// belongs to. `parents` are ordered by id.
template <typename Parent, typename Add>
absl::Status AddChildren(std::vector<Parent>& parents, Statement rows, Add add) {
  auto parent = parents.begin();
  while (rows.Next()) {
    const std::string_view id = rows.TextView();
    while (parent != parents.end() && parent->id < id) ++parent;
    if (parent == parents.end() || parent->id != id) {
      return DataLoss(absl::StrFormat("database: a row belongs to %s, which is not there", id));
    }
    PXE_RETURN_IF_ERROR(add(*parent, rows));
  }
  return rows.status();
}

// Two text columns, key and value, into or from a map. Rows come in order of their keys.
using Pairs = std::map<std::string, std::string>;
void ReadPair(Pairs& pairs, Statement& row);
absl::Status InsertPairs(Database& db, Sql insert, std::string_view parent, const Pairs& pairs);

// The columns revision, created, updated.
core::Stamp ReadStamp(Statement& row);

// NOT_FOUND "hosts/n9 does not exist", ALREADY_EXISTS "hosts/n1 already exists".
absl::Status DoesNotExist(std::string_view collection, std::string_view id);
absl::Status ExistsAlready(std::string_view collection, std::string_view id);

// FAILED_PRECONDITION "host.profile: profiles/deb does not exist" unless `id` is empty or `find`
// has a row for it.
absl::Status RequireReference(Database& db, Sql find, std::string_view field,
                              std::string_view collection, std::string_view id);

// FAILED_PRECONDITION "profiles/deb is used by hosts/n1 (profile), rules/r (profile) and 7 more"
// when `users`, whose only column names one and its field, has a row.
absl::Status RefuseIfUsed(Statement users, std::string_view collection, std::string_view id);

// Erases the row that `erase` deletes by its id, and moves the revision on; NOT_FOUND when there is
// none.
absl::Status EraseRow(Database& db, Sql erase, std::string_view collection, std::string_view id);

// Whether a query finds a row, and the text of its first column.
absl::StatusOr<std::optional<std::string>> FirstText(Statement rows);

// The first column of every row.
absl::StatusOr<std::vector<std::string>> AllTexts(Statement rows);

// The one object of a load with OneId(), or NOT_FOUND.
template <typename T>
absl::StatusOr<T> OnlyOne(absl::StatusOr<std::vector<T>> loaded, std::string_view collection,
                          std::string_view id) {
  PXE_RETURN_IF_ERROR(loaded.status());
  if (loaded->empty()) return DoesNotExist(collection, id);
  return std::move(loaded->front());
}

}  // namespace pxe::store
