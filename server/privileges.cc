#include "server/privileges.h"

#include <cap-ng.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "absl/strings/str_format.h"
#include "base/status.h"

namespace pxe::server {
namespace {

// What serving may need. A container may have taken them from us; then the socket that needs them
// says so.
constexpr unsigned kServing[] = {CAP_NET_RAW, CAP_NET_BIND_SERVICE};

// The set of what is to be left: those of kServing that we have. Returns whether the bounding set
// can be made as small, which takes a capability too.
bool PrepareKept() {
  capng_get_caps_process();
  const bool may_bound = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP) != 0;
  bool has[std::size(kServing)];
  std::ranges::transform(kServing, has, [](unsigned capability) {
    return capng_have_capability(CAPNG_PERMITTED, capability) != 0;
  });
  capng_clear(may_bound ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS);
  for (size_t i = 0; i < std::size(kServing); ++i) {
    if (!has[i]) continue;
    capng_update(CAPNG_ADD, static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED),
                 kServing[i]);
  }
  return may_bound;
}

absl::Status Become(const passwd& account, bool may_bound) {
  const int flags = CAPNG_DROP_SUPP_GRP | (may_bound ? CAPNG_CLEAR_BOUNDING : CAPNG_NO_FLAG);
  const int changed =
      capng_change_id(static_cast<int>(account.pw_uid), static_cast<int>(account.pw_gid),
                      static_cast<capng_flags_t>(flags));
  if (changed == 0) return absl::OkStatus();
  return PermissionDenied(absl::StrFormat(
      "--user: cannot become %s; that takes CAP_SETUID and CAP_SETGID", account.pw_name));
}

}  // namespace

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
  const bool may_bound = PrepareKept();
  if (account != nullptr) return Become(*account, may_bound);
  if (capng_apply(may_bound ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS) != 0) {
    return PermissionDenied("cannot drop privileges");
  }
  return absl::OkStatus();
}

}  // namespace pxe::server
