#include "tftp/static_files.h"

#include "base/status.h"
#include "tftp/beneath.h"

namespace pxe::tftp {

absl::StatusOr<Content> StaticFiles::Open(const std::string& path) {
  auto exact = Content::OpenFile(root_, path);
  if (!ignore_case_ || !absl::IsNotFound(exact.status())) return exact;
  PXE_ASSIGN_OR_RETURN(const net::UniqueFd root, OpenRoot(root_));
  const auto spelled = names_.Spell(root.get(), path);
  return spelled ? Content::OpenFile(root_, *spelled) : std::move(exact);
}

}  // namespace pxe::tftp
