// What makes the options of an object legal, whichever noun they belong to.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/model.h"

namespace pxe::core {

// INVALID_ARGUMENT "subnet.options[1].code: ...": a code twice, one that the service sets itself, a
// value too long or none.
absl::Status ValidateOptions(const std::string& field, const std::vector<DhcpOption>& options);

}  // namespace pxe::core
