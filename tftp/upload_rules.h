// What clients may store beneath the TFTP root: nothing, unless a folder is named here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace pxe::tftp {

struct UploadFolder {
  std::string path;  // beneath the root, as UploadPath has it; empty: the root itself
  bool overwrite = false;

  bool operator==(const UploadFolder&) const = default;
};

struct UploadRules {
  std::vector<UploadFolder> folders;         // with all that lies in them
  uint64_t max_bytes = 64ull * 1024 * 1024;  // of one file
  size_t max_uploads = 64;                   // at once; beyond it requests are dropped

  // The innermost folder that the path lies in, or null.
  const UploadFolder* FolderOf(std::string_view path) const;
};

// The requested name, normalised. PERMISSION_DENIED for one that is never stored: what leads out
// of the root, and the configs that are made for machines.
absl::StatusOr<std::string> UploadPath(std::string_view requested);

// The same for a folder in a configuration, where "." and "/" are the root.
absl::StatusOr<std::string> UploadFolderPath(std::string_view text);

}  // namespace pxe::tftp
