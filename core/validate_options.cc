#include "core/validate_options.h"

#include <algorithm>
#include <array>
#include <set>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "core/text_rules.h"
#include "core/validate.h"

namespace pxe::core {
namespace {

constexpr int kVendorOptions = 43;

// What a reply says of the lease, of its subnet, of the client and of where it boots from: each has
// a field of its own somewhere, or is nobody's to choose. 50 to 61 are refused as a whole.
constexpr std::array kOwnOptions = {
    0,    // padding
    1,    // subnet mask
    3,    // routers
    12,   // host name
    28,   // broadcast address
    66,   // TFTP server
    67,   // boot file
    77,   // user class
    80,   // rapid commit
    82,   // relay agent
    93,   // client architecture
    94,   // client interface
    97,   // client UUID
    118,  // subnet selection
    255,  // end
};

bool IsOwnOption(int code) {
  constexpr int kFirstOfLease = 50;
  constexpr int kLastOfLease = 61;
  return (code >= kFirstOfLease && code <= kLastOfLease) ||
         std::ranges::find(kOwnOptions, code) != kOwnOptions.end();
}

}  // namespace

absl::Status ValidateOptions(const std::string& list, const std::vector<DhcpOption>& options) {
  PXE_RETURN_IF_ERROR(AtMost(list, options.size(), kMaxOptions));
  std::set<uint8_t> codes;
  for (size_t i = 0; i < options.size(); ++i) {
    const std::string field = Indexed(list, i);
    const int code = options[i].code;
    if (IsOwnOption(code)) {
      return Refuse(field + ".code",
                    absl::StrFormat("%d is nobody's to set; the service does", code));
    }
    if (!codes.insert(options[i].code).second) {
      return Refuse(field + ".code", absl::StrFormat("%d is also that of another option", code));
    }
    if (options[i].value.empty()) return Refuse(field + ".value", "is empty");
    const size_t limit = code == kVendorOptions ? kMaxVendorOptionsLength : kMaxOptionLength;
    if (options[i].value.size() > limit) {
      return Refuse(field + ".value", absl::StrFormat("%d bytes are too many; at most %d",
                                                      options[i].value.size(), limit));
    }
  }
  return absl::OkStatus();
}

}  // namespace pxe::core
