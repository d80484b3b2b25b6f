#include "server/privileges.h"

#include <cap-ng.h>
#include <pwd.h>
#include <unistd.h>

#include "base/status.h"

namespace pxe::server {

absl::Status DropPrivileges(const std::string& user) {
  const passwd* account = nullptr;
  if (!user.empty()) {
    account = getpwnam(user.c_str());
    if (account == nullptr) return NotFound("--user: there is no user " + user);
  }
  if (geteuid() != 0) {
    if (account != nullptr && account->pw_uid != geteuid()) {
      return PermissionDenied("--user: only root can become " + user);
    }
    return absl::OkStatus();
  }
  capng_clear(CAPNG_SELECT_BOTH);
  const int kept =
      capng_updatev(CAPNG_ADD, static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED),
                    CAP_NET_RAW, CAP_NET_BIND_SERVICE, -1);
  if (kept != 0) return Internal("cannot prepare the set of capabilities to keep");
  const int dropped =
      account == nullptr
          ? capng_apply(CAPNG_SELECT_BOTH)
          : capng_change_id(static_cast<int>(account->pw_uid), static_cast<int>(account->pw_gid),
                            static_cast<capng_flags_t>(CAPNG_DROP_SUPP_GRP | CAPNG_CLEAR_BOUNDING));
  if (dropped != 0) return PermissionDenied("cannot drop privileges");
  return absl::OkStatus();
}

}  // namespace pxe::server
