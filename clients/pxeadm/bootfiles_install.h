// Copies boot files into a TFTP root, each whole or not at all, and none that is not ours to
// replace.
//
// What was installed is written down in the root, in `bootfiles.sha256` (`sha256sum -c` reads it).
// A file that differs from what is written there, or that is newer than its source, belongs to
// somebody else: it is kept unless force is given.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/pxeadm/bootfiles_list.h"

namespace pxe::adm {

inline constexpr std::string_view kInstalledList = "bootfiles.sha256";

enum class BootFileOutcome {
  kInstalled,    // was not there
  kReplaced,     // by another version
  kUnchanged,    // has the same bytes already
  kKeptForeign,  // not what we installed
  kKeptNewer,    // what we installed, and newer than the source
  kNoSource,     // its package is not there
};

struct InstalledFile {
  BootFile file;
  BootFileOutcome outcome;
};

// Makes the root if only its last folder is missing. An error of the file system ends it, naming
// the file; what was installed before that stays.
absl::StatusOr<std::vector<InstalledFile>> InstallBootFiles(const SourceTrees& sources,
                                                            const std::filesystem::path& root,
                                                            bool force);

// What of `way.needs` is no file, or an empty one, below the root.
std::vector<std::string_view> Lacking(const BootWay& way, const std::filesystem::path& root);

}  // namespace pxe::adm
