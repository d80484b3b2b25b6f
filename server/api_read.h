// Get and List of the resources in the catalog: once for all nouns.
//
// Reads see memory only, which is what has been committed. Objects are copied under the mutex and
// turned into messages outside of it, so that a long list does not hold up a packet.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "api/convert.h"
#include "api/filter.h"
#include "api/resource_name.h"
#include "base/hex.h"
#include "base/status.h"
#include "server/list_slice.h"
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

// Slices that one call puts together; what they do not reach is left to the next page, which the
// caller asks for as for any other.
inline constexpr size_t kMaxSlices = 64;

// A page ends behind the object that takes it beyond this size, whatever was asked for: clients
// take no message beyond 4 MB.
inline constexpr size_t kMaxPageBytes = 1 << 20;

// Adds what was found, up to the object that fills the page; the rest is left to the next one.
template <typename Noun, typename Messages>
void AddSlice(ListSlice<Noun>& slice, Messages* out, size_t& bytes) {
  for (const Noun& noun : slice.found) {
    *out->Add() = api::ToProto(noun);
    bytes += out->rbegin()->ByteSizeLong();
    if (bytes <= kMaxPageBytes || noun.id == slice.found.back().id) continue;
    slice.last = noun.id;
    slice.more = true;
    return;
  }
}

// Fills `out` with the page that `request` asks for, and the token of the next one. Between two
// slices packets have their turn; a page for which kMaxSlices were not enough comes back short.
template <typename Noun, typename Request, typename Messages>
absl::Status ListInto(const LiveState& state, const Collection<Noun>& collection,
                      const Request& request, Messages* out, std::string* next_page_token) {
  PXE_ASSIGN_OR_RETURN(const size_t limit, api::PageSize(request.page_size()));
  PXE_ASSIGN_OR_RETURN(const auto filter, api::ParseFilter<Noun>(request.filter()));
  PXE_ASSIGN_OR_RETURN(std::string after, api::ParsePageToken(collection.name, request.page_token(),
                                                              request.filter()));
  size_t bytes = 0;
  const auto full = [&] {
    return static_cast<size_t>(out->size()) == limit || bytes > kMaxPageBytes;
  };
  ListSlice<Noun> slice;
  for (size_t i = 0; i == 0 || (i < kMaxSlices && slice.more && !full()); ++i) {
    if (i > 0) std::this_thread::yield();
    {
      const std::lock_guard lock(state.mutex);
      slice = SliceOf(state.catalog, filter, after, limit - static_cast<size_t>(out->size()));
    }
    AddSlice(slice, out, bytes);
    after = slice.last;
  }
  if (slice.more) {
    *next_page_token = api::PageTokenAfter(collection.name, after, request.filter());
  }
  return absl::OkStatus();
}

}  // namespace pxe::server
