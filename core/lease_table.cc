#include "core/lease_table.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "absl/hash/hash.h"
#include "absl/strings/str_format.h"
#include "base/status.h"
#include "core/identity.h"

namespace pxe::core {
namespace {

absl::Status Missing(Ipv4 address, std::string_view index) {
  return Internal(
      absl::StrFormat("leases/%s is not once in the index by %s", address.ToString(), index));
}

// The hardware address that a client identifier spells, if it does (RFC 2132 section 9.14).
std::optional<HardwareAddress> SpelledBy(std::span<const uint8_t> client_id) {
  if (client_id.size() < 2 || client_id.size() > HardwareAddress::kMaxLength + 1) {
    return std::nullopt;
  }
  const auto bytes = client_id.subspan(1);
  HardwareAddress address{.type = client_id[0], .length = static_cast<uint8_t>(bytes.size())};
  std::ranges::copy(bytes, address.bytes.begin());
  return address;
}

// Of an address that answered a ping. There may be many, and nobody asks for them by client.
bool IsNobodys(const Lease& lease) {
  return lease.client.length == 0;
}

}  // namespace

void ClientIndex::Add(const HardwareAddress& client, Ipv4 address) {
  const auto several = several_.find(client);
  if (several != several_.end()) {
    several->second.push_back(address);
    return;
  }
  const auto [only, fresh] = only_.try_emplace(client, address);
  if (fresh) return;
  several_[client] = {only->second, address};
  only_.erase(only);
}

void ClientIndex::Remove(const HardwareAddress& client, Ipv4 address) {
  const auto only = only_.find(client);
  if (only != only_.end()) {
    if (only->second == address) only_.erase(only);
    return;
  }
  const auto several = several_.find(client);
  if (several == several_.end()) return;
  std::vector<Ipv4>& addresses = several->second;
  std::erase(addresses, address);
  if (addresses.size() > 1) return;
  if (addresses.size() == 1) only_.emplace(client, addresses.front());
  several_.erase(several);
}

std::span<const Ipv4> ClientIndex::Of(const HardwareAddress& client) const {
  const auto only = only_.find(client);
  if (only != only_.end()) return {&only->second, 1};
  const auto several = several_.find(client);
  if (several != several_.end()) return several->second;
  return {};
}

size_t ClientIndex::CountAddresses() const {
  size_t count = only_.size();
  for (const auto& [client, addresses] : several_) count += addresses.size();
  return count;
}

void LeaseTable::Put(Lease lease, AddressUse use) {
  const Ipv4 address = lease.address;
  const auto [it, fresh] = rows_.try_emplace(address);
  it->second.use = use;
  Lease& row = it->second.lease;
  if (fresh) addresses_.insert(addresses_.end(), address);
  if (row.client_id != lease.client_id || row.client != lease.client) {
    if (IsIndexed(row)) by_client_id_.erase({Fingerprint(row.client_id), address});
    if (IsIndexed(lease)) by_client_id_.insert({Fingerprint(lease.client_id), address});
  }
  if (fresh || KeyOf(row) != KeyOf(lease) || row.client != lease.client) {
    if (!fresh) UnindexClient(row);
    IndexClient(lease);
  }
  row = std::move(lease);
}

void LeaseTable::IndexClient(const Lease& lease) {
  if (IsNobodys(lease)) return;
  by_client_.Add(lease.client, lease.address);
  if (lease.by_client_id) by_client_.Add(KeyOf(lease), lease.address);
}

void LeaseTable::UnindexClient(const Lease& lease) {
  if (IsNobodys(lease)) return;
  by_client_.Remove(lease.client, lease.address);
  if (lease.by_client_id) by_client_.Remove(KeyOf(lease), lease.address);
}

void LeaseTable::Reserve(size_t leases) {
  rows_.reserve(leases);
  by_client_.Reserve(leases);
}

const LeaseTable::Row* LeaseTable::RowAt(Ipv4 address) const {
  const auto it = rows_.find(address);
  return it == rows_.end() ? nullptr : &it->second;
}

std::vector<Ipv4> LeaseTable::WithClientId(std::span<const uint8_t> client_id) const {
  std::vector<Ipv4> found;
  const auto add_if_equal = [&](Ipv4 address) {
    if (std::ranges::equal(At(address)->client_id, client_id)) found.push_back(address);
  };
  const uint64_t fingerprint = Fingerprint(client_id);
  for (auto it = by_client_id_.lower_bound({fingerprint, Ipv4{}});
       it != by_client_id_.end() && it->first == fingerprint; ++it) {
    add_if_equal(it->second);
  }
  if (const auto client = SpelledBy(client_id)) {
    for (const Ipv4 address : OfClient(*client)) add_if_equal(address);
  }
  std::ranges::sort(found);
  return found;
}

absl::Status LeaseTable::Verify() const {
  size_t identified = 0;
  size_t indexed = 0;
  // In the order of the addresses, which is that of the rows in memory after a start. As many rows
  // as addresses, each found by its own, are all of them.
  for (const Ipv4 address : addresses_) {
    const Row* row = RowAt(address);
    if (row == nullptr || row->lease.address != address) return Missing(address, "address");
    const Lease& lease = row->lease;
    if (IsNobodys(lease)) continue;
    if (std::ranges::count(by_client_.Of(lease.client), address) != 1) {
      return Missing(address, "client");
    }
    if (std::ranges::count(by_client_.Of(KeyOf(lease)), address) != 1) {
      return Missing(address, "key");
    }
    indexed += lease.by_client_id ? 2 : 1;
    if (!IsIndexed(lease)) continue;
    ++identified;
    if (!by_client_id_.contains({Fingerprint(lease.client_id), address})) {
      return Missing(address, "client identifier");
    }
  }
  const bool exact = addresses_.size() == rows_.size() && by_client_id_.size() == identified &&
                     by_client_.CountAddresses() == indexed;
  return exact ? absl::OkStatus() : Internal("an index of the leases names one that is not there");
}

bool LeaseTable::IsIndexed(const Lease& lease) {
  return !lease.client_id.empty() && SpelledBy(lease.client_id) != lease.client;
}

uint64_t LeaseTable::Fingerprint(std::span<const uint8_t> client_id) {
  return absl::HashOf(absl::Span<const uint8_t>(client_id.data(), client_id.size()));
}

}  // namespace pxe::core
