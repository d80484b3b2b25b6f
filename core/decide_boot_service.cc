#include "core/decide_boot_service.h"

#include <cstdint>
#include <string_view>
#include <utility>

namespace pxe::core {
namespace {

// Options that are about booting: vendors', and those beyond the classic ones. 60 is here for
// clients that must be told another than their own kind's (core/quirks.h).
bool IsAboutBooting(const DhcpOption& option) {
  constexpr uint8_t kVendorOptions = 43;
  constexpr uint8_t kVendorClass = 60;
  constexpr uint8_t kFirstOfPxe = 128;
  return option.code == kVendorOptions || option.code == kVendorClass || option.code >= kFirstOfPxe;
}

// Whether the client waits for such an answer at all.
bool IsNetworkBoot(const ClientFacts& facts) {
  const std::string_view text = facts.vendor_class;
  return text.starts_with("PXEClient") || text.starts_with("HTTPClient");
}

DhcpVerdict BootOnly(const Case& c, GrantKind kind) {
  if (c.facts.boot.file.empty()) return Silence(SilenceReason::kNothingToBoot);
  DhcpGrant grant = Grant(c, kind, c.question.ciaddr, {});
  grant.address = {};
  std::erase_if(grant.options, [](const DhcpOption& option) { return !IsAboutBooting(option); });
  return {.answer = std::move(grant)};
}

}  // namespace

DhcpVerdict DecideProxy(const Case& c) {
  if (c.question.message == DhcpMessage::kBootServer) return DecideBootServer(c);
  const ClientFacts& facts = c.question.facts;
  const bool asks = c.question.message == DhcpMessage::kDiscover && IsNetworkBoot(facts) &&
                    !facts.architectures.empty();
  return asks ? BootOnly(c, GrantKind::kProxyOffer) : Silence(SilenceReason::kProxyOnly);
}

DhcpVerdict DecideBootServer(const Case& c) {
  if (c.question.server_id && !NamesUs(c.question)) return Silence(SilenceReason::kOtherServer);
  if (!IsNetworkBoot(c.question.facts)) return Silence(SilenceReason::kNothingToBoot);
  return BootOnly(c, GrantKind::kBootServer);
}

}  // namespace pxe::core
