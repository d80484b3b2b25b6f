#include "tftp/upload_rules.h"

#include <variant>

#include "base/status.h"
#include "core/boot_path.h"

namespace pxe::tftp {
namespace {

bool LiesIn(std::string_view path, std::string_view folder) {
  if (folder.empty()) return true;
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

}  // namespace

const UploadFolder* UploadRules::FolderOf(std::string_view path) const {
  const UploadFolder* innermost = nullptr;
  for (const UploadFolder& folder : folders) {
    if (!LiesIn(path, folder.path)) continue;
    if (innermost == nullptr || folder.path.size() > innermost->path.size()) innermost = &folder;
  }
  return innermost;
}

absl::StatusOr<std::string> UploadPath(std::string_view requested) {
  const auto path = core::ParseBootPath(requested);
  if (!path.ok()) return PermissionDenied("access denied");
  const auto* file = std::get_if<core::FileBelowRoot>(&*path);
  if (file == nullptr) return PermissionDenied("this name is that of a boot config");
  return file->path;
}

absl::StatusOr<std::string> UploadFolderPath(std::string_view text) {
  if (text == "." || text == "/") return std::string();
  const auto path = core::ParseBootPath(text);
  if (!path.ok()) return path.status();
  return core::PathOf(*path);
}

}  // namespace pxe::tftp
