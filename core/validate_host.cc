#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "core/text_rules.h"
#include "core/validate.h"
#include "core/validate_options.h"

namespace pxe::core {
namespace {

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

absl::Status ValidateNicsDiffer(const std::vector<Nic>& nics) {
  std::map<MacAddress, size_t> macs;
  std::map<Ipv4, size_t> addresses;
  for (size_t i = 0; i < nics.size(); ++i) {
    const std::string field = Indexed("host.nics", i);
    const auto [mac, new_mac] = macs.emplace(nics[i].mac, i);
    if (!new_mac) {
      return Refuse(field + ".mac", absl::StrFormat("%s is also that of nics[%d]",
                                                    nics[i].mac.ToString(), mac->second));
    }
    if (!nics[i].address) continue;
    const auto [address, new_address] = addresses.emplace(*nics[i].address, i);
    if (!new_address) {
      return Refuse(field + ".address",
                    absl::StrFormat("%s is also that of nics[%d]", address->first.ToString(),
                                    address->second));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Validate(const Host& host) {
  PXE_RETURN_IF_ERROR(ValidateId("host_id", host.id));
  if (host.nics.empty() && !host.uuid) {
    return Refuse("host.nics", "a host needs a NIC or a UUID to be recognised by");
  }
  PXE_RETURN_IF_ERROR(AtMost("host.nics", host.nics.size(), kMaxNics));
  for (size_t i = 0; i < host.nics.size(); ++i) {
    PXE_RETURN_IF_ERROR(ValidateNic(Indexed("host.nics", i), host.nics[i]));
  }
  PXE_RETURN_IF_ERROR(ValidateNicsDiffer(host.nics));
  if (host.uuid && !host.uuid->IsIdentity()) {
    return Refuse("host.uuid", "all zeros and all ones identify no machine");
  }
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
