#include "tests/clients/control/remote_plane.h"
#include "tests/server/resolver/seam.h"

namespace pxe::server {

struct Seam::Parts {
  explicit Parts(core::Resolver& resolver)
      : control(resolver, "unix:" + folder.Path("pxed.sock")),
        remote("unix:" + folder.Path("pxed.sock"), Patient()) {}

  // What is said must not depend on how busy this computer is.
  static control::RemoteLimits Patient() {
    return {.questions = {.deadline = std::chrono::minutes{1}}};
  }

  TempDir folder;
  control::ControlEnd control;
  control::RemoteEnd remote;
};

Seam::Seam(TestPlane& plane) : parts_(std::make_unique<Parts>(plane.resolver())) {}
Seam::~Seam() = default;

core::Resolver& Seam::resolver() {
  return parts_->remote.resolver;
}

}  // namespace pxe::server
