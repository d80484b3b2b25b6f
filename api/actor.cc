#include "api/actor.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "api/request_id.h"
#include "base/status.h"

namespace pxe::api {
namespace {

// gRPC writes the brackets of an IPv6 address as in a URL.
std::string Unescaped(std::string_view address) {
  std::string text;
  for (size_t i = 0; i < address.size(); ++i) {
    const std::string_view code = address.substr(i, 3);
    if (code == "%5B" || code == "%5D") {
      text += code == "%5B" ? '[' : ']';
      i += 2;
    } else {
      text += address[i];
    }
  }
  return text;
}

}  // namespace

std::string ActorOf(std::string_view peer) {
  if (peer.starts_with("unix:")) return "unix";
  if (!peer.starts_with("ipv4:") && !peer.starts_with("ipv6:")) return std::string(peer);
  const std::string_view address = peer.substr(peer.find(':') + 1);
  return "tcp:" + Unescaped(address.substr(0, address.rfind(':')));
}

absl::StatusOr<std::string> ParseClaimedActor(std::string_view claim) {
  if (claim.size() <= kMaxClaimedActor && std::ranges::all_of(claim, IsPrintable)) {
    return std::string(claim);
  }
  return InvalidArgument(absl::StrFormat("metadata %s: at most %d printable characters",
                                         kActorMetadata, kMaxClaimedActor));
}

}  // namespace pxe::api
