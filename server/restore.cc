#include "server/restore.h"

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "server/privileges.h"
#include "store/backup.h"

namespace pxe::server {

absl::StatusOr<std::string> Restore(const Config& config, Seconds now) {
  PXE_RETURN_IF_ERROR(DropPrivileges(config.user));
  PXE_ASSIGN_OR_RETURN(const store::Restored restored,
                       store::RestoreBackup(config.state_dir, config.restore, now));
  std::string said =
      absl::StrFormat("restored %s (revision %d, schema %d) to %s", config.restore,
                      restored.backup.revision, restored.backup.schema, config.state_dir);
  if (restored.now.schema != restored.backup.schema) {
    said += absl::StrFormat("; migrated to schema %d", restored.now.schema);
  }
  if (restored.now.revision != restored.backup.revision) {
    said += absl::StrFormat("; goes on from revision %d", restored.now.revision);
  }
  if (restored.replaced) {
    said += absl::StrFormat("; the database before is kept as %s", restored.replaced->string());
  }
  return said;
}

}  // namespace pxe::server
