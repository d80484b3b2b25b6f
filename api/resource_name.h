// Resource names ("hosts/n1") and the page tokens of lists.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace pxe::api {

inline constexpr std::string_view kSubnets = "subnets";
inline constexpr std::string_view kHosts = "hosts";
inline constexpr std::string_view kProfiles = "profiles";
inline constexpr std::string_view kTemplates = "templates";
inline constexpr std::string_view kRules = "rules";
inline constexpr std::string_view kQuirks = "quirks";
inline constexpr std::string_view kLeases = "leases";

inline constexpr size_t kDefaultPageSize = 100;
inline constexpr size_t kMaxPageSize = 1000;

// "hosts", "n1" -> "hosts/n1"
std::string NameOf(std::string_view collection, std::string_view id);

// The id in a name of that collection. INVALID_ARGUMENT names `field` and shows the right form. The
// id may be any text without a slash: whether such a resource exists is another question.
absl::StatusOr<std::string> ParseName(std::string_view field, std::string_view collection,
                                      std::string_view name);

// A token that means "after this id". It is bound to its collection and to the text of the filter,
// and needs no state on the server, so it stays good over restarts.
std::string PageTokenAfter(std::string_view collection, std::string_view last_id,
                           std::string_view filter = "");

// The id of a token; "" for "", which is the first page. INVALID_ARGUMENT for any other text that
// PageTokenAfter did not make for this collection and this filter.
absl::StatusOr<std::string> ParsePageToken(std::string_view collection, std::string_view token,
                                           std::string_view filter = "");

// How many to return for a request's page_size. INVALID_ARGUMENT when negative.
absl::StatusOr<size_t> PageSize(int32_t requested);

}  // namespace pxe::api
