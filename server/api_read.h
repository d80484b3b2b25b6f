// Get and List of the resources in the catalog: once for all nouns.
//
// Reads see memory only, which is what has been committed. Objects are copied under the mutex and
// turned into messages outside of it, so that a long list does not hold up a packet.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "api/convert.h"
#include "api/resource_name.h"
#include "base/hex.h"
#include "base/status.h"
#include "server/live_state.h"

namespace pxe::server {

// A collection of the API and where it lies in the catalog.
template <typename Noun>
struct Collection {
  std::string_view name;
  const Catalog::Table<Noun>& (Catalog::*table)() const;
};

// Fills `out` with the resource of that name. INVALID_ARGUMENT for a name of another collection,
// NOT_FOUND when there is no such resource.
template <typename Noun, typename Message>
absl::Status GetInto(const LiveState& state, const Collection<Noun>& collection,
                     const std::string& name, Message* out) {
  PXE_ASSIGN_OR_RETURN(const std::string id, api::ParseName("name", collection.name, name));
  const std::lock_guard lock(state.mutex);
  const auto& table = (state.catalog.*collection.table)();
  const auto found = table.find(id);
  if (found == table.end()) return NotFound(Printable(name) + " does not exist");
  *out = api::ToProto(found->second);
  return absl::OkStatus();
}

// Fills `out` with the page that `request` asks for, and the token of the next one.
template <typename Noun, typename Request, typename Messages>
absl::Status ListInto(const LiveState& state, const Collection<Noun>& collection,
                      const Request& request, Messages* out, std::string* next_page_token) {
  PXE_ASSIGN_OR_RETURN(const size_t limit, api::PageSize(request.page_size()));
  PXE_ASSIGN_OR_RETURN(const std::string after,
                       api::ParsePageToken(collection.name, request.page_token()));
  std::vector<Noun> page;
  bool more = false;
  {
    const std::lock_guard lock(state.mutex);
    const auto& table = (state.catalog.*collection.table)();
    auto next = table.upper_bound(after);
    for (; next != table.end() && page.size() < limit; ++next) page.push_back(next->second);
    more = next != table.end();
  }
  for (const Noun& noun : page) *out->Add() = api::ToProto(noun);
  if (more) *next_page_token = api::PageTokenAfter(collection.name, page.back().id);
  return absl::OkStatus();
}

}  // namespace pxe::server
