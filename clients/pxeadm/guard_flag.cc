#include "clients/pxeadm/guard_flag.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/ipv4.h"
#include "base/status.h"
#include "clients/pxeadm/exit_code.h"

namespace pxe::adm {
namespace {

using GuardList = google::protobuf::RepeatedPtrField<v1::PoolGuard>;

absl::Status AddCondition(std::string_view text, v1::PoolGuard& guard) {
  constexpr std::string_view kKind = "kind:";
  constexpr std::string_view kVendor = "vendor:";
  if (text == "known" || text == "unknown") {
    guard.set_clients(text == "known" ? v1::POOL_CLIENTS_KNOWN : v1::POOL_CLIENTS_UNKNOWN);
  } else if (text.starts_with(kKind)) {
    guard.add_kinds(std::string(text.substr(kKind.size())));
  } else if (text.starts_with(kVendor)) {
    guard.set_vendor_class_prefix(std::string(text.substr(kVendor.size())));
  } else {
    return UsageError(absl::StrFormat(
        "--guard: \"%s\" is none of known, unknown, kind:KIND, vendor:PREFIX", Printable(text)));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::PoolGuard> ParseGuard(std::string_view pool, std::string_view conditions) {
  v1::PoolGuard guard;
  guard.set_pool(std::string(pool));
  size_t comma = conditions.find(',');
  for (; comma != std::string_view::npos; comma = conditions.find(',')) {
    PXE_RETURN_IF_ERROR(AddCondition(conditions.substr(0, comma), guard));
    conditions.remove_prefix(comma + 1);
  }
  PXE_RETURN_IF_ERROR(AddCondition(conditions, guard));
  return guard;
}

}  // namespace

absl::Status ApplyGuards(const std::vector<std::string>& flags, GuardList* guards,
                         google::protobuf::FieldMask& mask) {
  if (flags.empty()) return absl::OkStatus();
  mask.add_paths("pool_guards");
  for (const std::string& flag : flags) {
    const size_t equals = flag.find('=');
    const bool removes = equals == std::string::npos && flag.ends_with('-');
    if (equals == std::string::npos && !removes) {
      return UsageError(
          absl::StrFormat("--guard: \"%s\" is neither POOL=WHOSE nor POOL-", Printable(flag)));
    }
    const auto pool = ParseIpv4Range(flag.substr(0, removes ? flag.size() - 1 : equals));
    if (!pool.ok()) return UsageError("--guard: " + MessageOf(pool.status()));
    const std::string name = pool->ToString();
    const auto same = [&name](const v1::PoolGuard& guard) { return guard.pool() == name; };
    guards->erase(std::remove_if(guards->begin(), guards->end(), same), guards->end());
    if (removes) continue;
    PXE_ASSIGN_OR_RETURN(*guards->Add(), ParseGuard(name, flag.substr(equals + 1)));
  }
  return absl::OkStatus();
}

}  // namespace pxe::adm
