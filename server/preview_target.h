// Whose boot config is to be shown, and who makes it.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "base/mac_address.h"
#include "core/flavour.h"

namespace pxe::server {

// A machine to render for, exactly one of the first two, and whose config.
struct PreviewTarget {
  std::string host_id;
  std::optional<MacAddress> mac;
  core::Flavour flavour = core::Flavour::kPxelinux;
};

// The boot config that machine would be given now. NOT_FOUND when there is no such host,
// FAILED_PRECONDITION saying why when it would be given none. Any thread.
using PreviewFn = std::function<absl::StatusOr<std::string>(const PreviewTarget&)>;

}  // namespace pxe::server
