#include "server/host_batch.h"

#include <sys/random.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "base/uuid.h"
#include "server/api_write.h"

namespace pxe::server {
namespace {

// The refusal of one host, "host.nics[0].mac: ...", as that of a batch, "hosts[17].nics[0].mac:
// ...".
absl::Status AtPlace(const absl::Status& status, size_t place) {
  constexpr std::string_view kObject = "host.";
  constexpr std::string_view kId = "host_id: ";
  const std::string message = MessageOf(status);
  std::string placed = absl::StrFormat("hosts[%d]", place);
  if (message.starts_with(kObject)) {
    placed += "." + message.substr(kObject.size());
  } else if (message.starts_with(kId)) {
    placed += ".name: " + message.substr(kId.size());
  } else {
    placed += ": " + message;
  }
  return absl::Status(status.code(), placed);
}

absl::StatusOr<WantedHost> ParseHost(const v1::Host& message) {
  PXE_ASSIGN_OR_RETURN(const std::string id,
                       api::ParseName("host.name", api::kHosts, message.name()));
  PXE_ASSIGN_OR_RETURN(core::Host host, ParseObject(id, message));
  return WantedHost{std::move(host), message.etag()};
}

// Nothing of it is free for the others of the batch.
bool KeepsIdentity(const core::Host& stored, const core::Host& wanted) {
  return stored.nics == wanted.nics && stored.uuid == wanted.uuid;
}

absl::Status Upsert(ChangeWriter& writer, const std::optional<core::Host>& stored, core::Host host,
                    v1::Host* out) {
  if (stored) {
    KeepOutput(*stored, host);
  } else {
    host.uid = NewUid();
  }
  auto written = stored ? writer.Replace(*stored, std::move(host)) : writer.Create(std::move(host));
  PXE_RETURN_IF_ERROR(written.status());
  *out = api::ToProto(*written);
  return absl::OkStatus();
}

}  // namespace

std::string NewUid() {
  Uuid uuid;
  // So few bytes come whole, once the machine has collected any. std::random_device asks the
  // processor instead, which takes longer than all else a new host costs where it is a virtual one.
  [[maybe_unused]] const ssize_t filled = ::getrandom(uuid.bytes.data(), uuid.bytes.size(), 0);
  // The time goes first (RFC 9562, version 7), so that new uids are neighbours in their index. In
  // no order each would be a page of its own to write.
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  const int64_t ms = std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
  for (size_t i = 0; i < 6; ++i) uuid.bytes[i] = static_cast<uint8_t>(ms >> (40 - 8 * i));
  uuid.bytes[6] = static_cast<uint8_t>(0x70 | (uuid.bytes[6] & 0x0f));
  uuid.bytes[8] = static_cast<uint8_t>(0x80 | (uuid.bytes[8] & 0x3f));
  return uuid.ToString();
}

absl::StatusOr<std::vector<WantedHost>> ParseHosts(
    const google::protobuf::RepeatedPtrField<v1::Host>& hosts) {
  if (hosts.empty()) return InvalidArgument("hosts: at least one is required");
  if (hosts.size() > kMaxBatch) {
    return InvalidArgument(
        absl::StrFormat("hosts: %d are too many; at most %d", hosts.size(), kMaxBatch));
  }
  std::vector<WantedHost> wanted;
  absl::flat_hash_map<std::string, size_t> places;
  for (const v1::Host& message : hosts) {
    const size_t place = wanted.size();
    auto parsed = ParseHost(message);
    if (!parsed.ok()) return AtPlace(parsed.status(), place);
    const auto [first, fresh] = places.emplace(parsed->host.id, place);
    if (!fresh) {
      return InvalidArgument(absl::StrFormat("hosts[%d].name: hosts/%s is also that of hosts[%d]",
                                             place, parsed->host.id, first->second));
    }
    wanted.push_back(*std::move(parsed));
  }
  return wanted;
}

absl::Status UpsertHosts(ChangeWriter& writer, const std::vector<WantedHost>& wanted,
                         v1::BatchUpsertHostsResponse* out) {
  std::vector<std::optional<core::Host>> stored;
  stored.reserve(wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i) {
    const auto& [host, etag] = wanted[i];
    PXE_ASSIGN_OR_RETURN(auto found, writer.Find<core::Host>(host.id));
    const absl::Status unchanged = ChangeWriter::CheckEtag(found, host.id, "host.etag", etag);
    if (!unchanged.ok()) return AtPlace(unchanged, i);
    stored.push_back(std::move(found));
  }
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (!stored[i] || KeepsIdentity(*stored[i], wanted[i].host)) continue;
    PXE_RETURN_IF_ERROR(store::FreeIdentity(writer.db(), stored[i]->id));
  }
  for (size_t i = 0; i < wanted.size(); ++i) {
    const auto done = Upsert(writer, stored[i], wanted[i].host, out->add_hosts());
    if (!done.ok()) return AtPlace(done, i);
  }
  return absl::OkStatus();
}

}  // namespace pxe::server
