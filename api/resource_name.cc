#include "api/resource_name.h"

#include <algorithm>
#include <span>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"

namespace pxe::api {
namespace {

constexpr char kMark = '?';  // in no id

// What ties a token to its filter; nothing for none. FNV-1a: the same in every run and every build.
std::string FilterMark(std::string_view filter) {
  if (filter.empty()) return "";
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : filter) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return absl::StrFormat("%c%016x", kMark, hash);
}

}  // namespace

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

std::string PageTokenAfter(std::string_view collection, std::string_view last_id,
                           std::string_view filter) {
  const std::string name = NameOf(collection, last_id) + FilterMark(filter);
  return ToHex(std::span(reinterpret_cast<const uint8_t*>(name.data()), name.size()));
}

absl::StatusOr<std::string> ParsePageToken(std::string_view collection, std::string_view token,
                                           std::string_view filter) {
  if (token.empty()) return std::string();
  const auto bytes = ParseHex(token);
  const std::string text = bytes ? std::string(bytes->begin(), bytes->end()) : std::string();
  const size_t mark = std::min(text.find(kMark), text.size());
  auto id = ParseName("page_token", collection, text.substr(0, mark));
  if (!id.ok()) {
    return InvalidArgument(absl::StrFormat("page_token: is not one of a list of %s", collection));
  }
  if (text.substr(mark) == FilterMark(filter)) return id;
  return InvalidArgument("page_token: is one of a list with another filter");
}

absl::StatusOr<size_t> PageSize(int32_t requested) {
  if (requested < 0) return InvalidArgument("page_size: must not be negative");
  if (requested == 0) return kDefaultPageSize;
  return std::min(static_cast<size_t>(requested), kMaxPageSize);
}

}  // namespace pxe::api
