// Lists in slices: what a page of the API is put together from, at most kScanSlice objects looked
// at under one hold of the mutex, so that no list holds up a packet.
//
// Where the filter asks for something that is indexed, only what the index names is looked at. The
// order is that of ids (leases: of addresses), so a list goes on after any of them, whatever was
// created or deleted meanwhile. All need the mutex of the state held.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "core/filters.h"
#include "server/catalog.h"
#include "server/live_state.h"

namespace pxe::server {

inline constexpr size_t kScanSlice = 256;

template <typename Noun>
struct ListSlice {
  std::vector<Noun> found;
  std::string last;  // id of the last one looked at; go on after it
  bool more = false;
};

// What matches beyond the id `after`, at most `limit` of them.
ListSlice<core::Host> SliceOf(const Catalog& catalog, const core::HostFilter& filter,
                              std::string_view after, size_t limit);
ListSlice<core::Subnet> SliceOf(const Catalog& catalog, const core::SubnetFilter& filter,
                                std::string_view after, size_t limit);
ListSlice<core::Profile> SliceOf(const Catalog& catalog, const core::ProfileFilter& filter,
                                 std::string_view after, size_t limit);
ListSlice<core::Template> SliceOf(const Catalog& catalog, const core::TemplateFilter& filter,
                                  std::string_view after, size_t limit);
ListSlice<core::Rule> SliceOf(const Catalog& catalog, const core::RuleFilter& filter,
                              std::string_view after, size_t limit);

ListSlice<core::Quirk> SliceOf(const Catalog& catalog, const core::QuirkFilter& filter,
                               std::string_view after, size_t limit);

// The id of the host that the client of a lease belongs to now; empty for none.
std::string OwnerOf(const core::Lease& lease, const Catalog& catalog);

// A lease and its OwnerOf.
struct OwnedLease {
  core::Lease lease;
  std::string host_id;
};

struct LeaseSlice {
  std::vector<OwnedLease> found;
  Ipv4 last;
  bool more = false;
};

LeaseSlice SliceOf(const LiveState& state, const core::LeaseFilter& filter, Ipv4 after,
                   size_t limit, Seconds now);

}  // namespace pxe::server
