#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"
#include "core/text_rules.h"
#include "core/validate.h"
#include "core/validate_options.h"

namespace pxe::core {
namespace {

// Option 61; a shorter one is none (C39).
constexpr size_t kMinClientIdLength = 2;
constexpr size_t kMaxClientIdLength = 255;

absl::Status ValidateNic(std::string_view field, const Nic& nic) {
  if (!nic.mac.IsUnicast()) {
    return Refuse(absl::StrFormat("%s.mac", field),
                  nic.mac.ToString() + " is no unicast address; it names no single machine");
  }
  if (nic.address) {
    PXE_RETURN_IF_ERROR(ValidateHostAddress(absl::StrFormat("%s.address", field), *nic.address));
  }
  if (!nic.host_name.empty() && (!IsDnsName(nic.host_name) || nic.host_name.size() > 63)) {
    return RefuseText(absl::StrFormat("%s.host_name", field), nic.host_name,
                      "is no host name (RFC 1123) of at most 63 characters");
  }
  return absl::OkStatus();
}

// They may share an address, of which one NIC at a time makes use (C106).
absl::Status ValidateNicsDiffer(const std::vector<Nic>& nics) {
  std::map<MacAddress, size_t> macs;
  for (size_t i = 0; i < nics.size(); ++i) {
    const std::string field = Indexed("host.nics", i);
    const auto [mac, new_mac] = macs.emplace(nics[i].mac, i);
    if (!new_mac) {
      return Refuse(field + ".mac", absl::StrFormat("%s is also that of nics[%d]",
                                                    nics[i].mac.ToString(), mac->second));
    }
  }
  return absl::OkStatus();
}

absl::Status ValidateClientIds(const std::vector<std::vector<uint8_t>>& client_ids) {
  PXE_RETURN_IF_ERROR(AtMost("host.client_ids", client_ids.size(), kMaxClientIds));
  for (size_t i = 0; i < client_ids.size(); ++i) {
    const std::string field = Indexed("host.client_ids", i);
    const size_t size = client_ids[i].size();
    if (size < kMinClientIdLength || size > kMaxClientIdLength) {
      return Refuse(field, absl::StrFormat("%d bytes; a client sends %d to %d", size,
                                           kMinClientIdLength, kMaxClientIdLength));
    }
    const auto before = client_ids.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(client_ids.begin(), before, client_ids[i]) == before) continue;
    return Refuse(field, ToHex(client_ids[i]) + " is here twice");
  }
  return absl::OkStatus();
}

bool CanBeFound(const Host& host) {
  return !host.nics.empty() || host.uuid || !host.client_ids.empty() || !host.circuit_id.empty() ||
         !host.remote_id.empty();
}

}  // namespace

absl::Status Validate(const Host& host) {
  PXE_RETURN_IF_ERROR(ValidateId("host_id", host.id));
  if (!CanBeFound(host)) {
    return Refuse("host.nics",
                  "a host needs a NIC or a UUID to be recognised by, or an id of its client or its "
                  "relay");
  }
  PXE_RETURN_IF_ERROR(AtMost("host.nics", host.nics.size(), kMaxNics));
  for (size_t i = 0; i < host.nics.size(); ++i) {
    PXE_RETURN_IF_ERROR(ValidateNic(Indexed("host.nics", i), host.nics[i]));
  }
  PXE_RETURN_IF_ERROR(ValidateNicsDiffer(host.nics));
  if (host.uuid && !host.uuid->IsIdentity()) {
    return Refuse("host.uuid", "all zeros and all ones identify no machine");
  }
  PXE_RETURN_IF_ERROR(ValidateClientIds(host.client_ids));
  PXE_RETURN_IF_ERROR(ValidateLine("host.circuit_id", host.circuit_id, kMaxCircuitIdLength));
  PXE_RETURN_IF_ERROR(ValidateLine("host.remote_id", host.remote_id, kMaxCircuitIdLength));
  PXE_RETURN_IF_ERROR(ValidateMap("host.labels", host.labels));
  PXE_RETURN_IF_ERROR(ValidateMap("host.variables", host.variables));
  PXE_RETURN_IF_ERROR(ValidateLine("host.serial", host.serial, kMaxSerialLength));
  if (host.next_server) {
    PXE_RETURN_IF_ERROR(ValidateHostAddress("host.next_server", *host.next_server));
  }
  PXE_RETURN_IF_ERROR(ValidateOptionalId("host.profile", host.profile));
  return ValidateOptions("host.options", host.options);
}

}  // namespace pxe::core
