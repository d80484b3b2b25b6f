#include "store/reader.h"

namespace pxe::store {

absl::StatusOr<std::unique_ptr<Reader>> Reader::Open(const Database& db) {
  PXE_ASSIGN_OR_RETURN(auto second, Database::Open(db.path(), Database::Mode::kExisting));
  // Not opened read-only: such a connection could not share the log's index after a crash.
  PXE_RETURN_IF_ERROR(second->Run("PRAGMA query_only = ON"));
  return std::unique_ptr<Reader>(new Reader(std::move(second)));
}

}  // namespace pxe::store
