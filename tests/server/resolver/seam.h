// The resolver as a data plane meets it, for conversations that must run the same wherever the
// control plane is. Which seam it is, the file says that is linked in: in_process_seam.cc here,
// tests/clients/control/remote_seam.cc there.
#pragma once

#include <memory>

#include "core/resolver.h"
#include "tests/server/resolver/test_plane.h"

namespace pxe::server {

class Seam {
 public:
  // Ready when it returns. `plane` must outlive it.
  explicit Seam(TestPlane& plane);
  ~Seam();
  Seam(const Seam&) = delete;
  Seam& operator=(const Seam&) = delete;

  core::Resolver& resolver();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace pxe::server
