#include "api/resource_name.h"

#include <algorithm>
#include <span>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"

namespace pxe::api {

std::string NameOf(std::string_view collection, std::string_view id) {
  return absl::StrFormat("%s/%s", collection, id);
}

absl::StatusOr<std::string> ParseName(std::string_view field, std::string_view collection,
                                      std::string_view name) {
  const bool ours = name.starts_with(collection) && name.substr(collection.size()).starts_with('/');
  const std::string_view id = ours ? name.substr(collection.size() + 1) : "";
  if (!id.empty() && id.find('/') == std::string_view::npos) return std::string(id);
  return InvalidArgument(
      absl::StrFormat("%s: \"%s\" is not of the form %s/{id}", field, Printable(name), collection));
}

std::string PageTokenAfter(std::string_view collection, std::string_view last_id) {
  const std::string name = NameOf(collection, last_id);
  return ToHex(std::span(reinterpret_cast<const uint8_t*>(name.data()), name.size()));
}

absl::StatusOr<std::string> ParsePageToken(std::string_view collection, std::string_view token) {
  if (token.empty()) return std::string();
  const auto bytes = ParseHex(token);
  const std::string name = bytes ? std::string(bytes->begin(), bytes->end()) : std::string();
  auto id = ParseName("page_token", collection, name);
  if (id.ok()) return id;
  return InvalidArgument(absl::StrFormat("page_token: is not one of a list of %s", collection));
}

absl::StatusOr<size_t> PageSize(int32_t requested) {
  if (requested < 0) return InvalidArgument("page_size: must not be negative");
  if (requested == 0) return kDefaultPageSize;
  return std::min(static_cast<size_t>(requested), kMaxPageSize);
}

}  // namespace pxe::api
