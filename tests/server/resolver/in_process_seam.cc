#include "tests/server/resolver/seam.h"

namespace pxe::server {

struct Seam::Parts {
  core::Resolver& resolver;
};

Seam::Seam(TestPlane& plane) : parts_(new Parts{plane.resolver()}) {}
Seam::~Seam() = default;

core::Resolver& Seam::resolver() {
  return parts_->resolver;
}

}  // namespace pxe::server
