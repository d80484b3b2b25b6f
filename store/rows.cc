#include "store/rows.h"

#include "absl/strings/str_format.h"

namespace pxe::store {

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

absl::StatusOr<std::optional<std::string>> FirstText(Statement rows) {
  if (rows.Next()) return std::optional(rows.Text());
  PXE_RETURN_IF_ERROR(rows.status());
  return std::optional<std::string>();
}

}  // namespace pxe::store
