#include "core/quirks.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace pxe::core {
namespace {

constexpr uint8_t kVendorOptionsCode = 43;
constexpr uint8_t kVendorClassCode = 60;

// Discovery control, then a prompt that waits for nobody and a menu with the one item that the ROM
// looks for by its name (Q12); no other firmware can be shown such a menu (C127).
constexpr std::array<uint8_t, 32> kRaspberryPiBoot = {
    6,   1,   3,                                  // no broadcast, no multicast
    10,  4,   0,   'P', 'X', 'E',                 // prompt
    9,   20,  0,   0,   17,                       // menu, item of type 0
    'R', 'a', 's', 'p', 'b', 'e', 'r', 'r', 'y',  //
    ' ', 'P', 'i', ' ', 'B', 'o', 'o', 't', 255};

Quirk RaspberryPi() {
  return {.id = "raspberry_pi",
          .match = {.kinds = {"rpi"}},
          .actions = {.vendor_options = VendorOptions::kGiven,
                      .vendor_bytes = {kRaspberryPiBoot.begin(), kRaspberryPiBoot.end()},
                      .vendor_class = "PXEClient"},
          .why = "its ROM boots only from an offer with the menu item \"Raspberry Pi Boot\""};
}

bool BeginsWith(const std::optional<MacAddress>& mac, std::span<const uint8_t> prefix) {
  if (prefix.empty()) return true;
  return mac && std::ranges::equal(prefix, std::span(mac->bytes).first(prefix.size()));
}

// C116: an offer that says one to the other is discarded.
bool IsForeign(std::string_view vendor_class, const ClientKind& kind) {
  return vendor_class.starts_with(kind.agent == Agent::kHttp ? "PXEClient" : "HTTPClient");
}

// Collects what rows say, each thing once.
class Ruler {
 public:
  Ruler(const ClientKind& kind, bool boots) : kind_(kind), boots_(boots) {}

  void Hear(const Quirk& row) {
    spoke_ = false;
    const QuirkActions& says = row.actions;
    Take(says.broadcast, ruling_.actions.broadcast);
    Take(says.pad_to, ruling_.actions.pad_to);
    Take(says.delay, ruling_.actions.delay);
    if (boots_) HearOfBooting(says);
    if (spoke_) ruling_.rows.push_back(&row);
  }

  QuirkRuling Ruling() && { return std::move(ruling_); }

 private:
  void HearOfBooting(const QuirkActions& says) {
    QuirkActions& rules = ruling_.actions;
    Take(says.omit_boot_option, rules.omit_boot_option);
    Take(says.nul_in_length, rules.nul_in_length);
    if (Take(says.vendor_options, rules.vendor_options)) rules.vendor_bytes = says.vendor_bytes;
    if (says.vendor_class && !IsForeign(*says.vendor_class, kind_)) {
      Take(says.vendor_class, rules.vendor_class);
    }
  }

  template <typename T>
  bool Take(const std::optional<T>& said, std::optional<T>& rules) {
    if (!said || rules) return false;
    rules = said;
    spoke_ = true;
    return true;
  }

  const ClientKind kind_;
  const bool boots_;
  QuirkRuling ruling_;
  bool spoke_ = false;
};

bool Has(const DhcpGrant& grant, uint8_t code) {
  return std::ranges::find(grant.options, code, &DhcpOption::code) != grant.options.end();
}

void ObeyVendorOptions(const QuirkActions& actions, DhcpGrant& grant) {
  if (!actions.vendor_options || Has(grant, kVendorOptionsCode)) return;
  switch (*actions.vendor_options) {
    case VendorOptions::kUsual:
      return;
    case VendorOptions::kOmitted:
      grant.habits.omit_vendor_options = true;
      return;
    case VendorOptions::kGiven:
      grant.options.push_back(
          {.code = kVendorOptionsCode, .value = actions.vendor_bytes, .always = true});
      return;
  }
}

}  // namespace

std::span<const Quirk> BuiltInQuirks() {
  static const std::array kRows = {RaspberryPi()};
  return kRows;
}

bool Matches(const QuirkMatch& match, const ClientFacts& facts, const ClientKind& kind) {
  const auto& kinds = match.kinds;
  if (!kinds.empty() && std::ranges::find(kinds, NameOf(kind)) == kinds.end()) return false;
  return BeginsWith(facts.mac, match.mac_prefix) &&
         facts.vendor_class.starts_with(match.vendor_class_prefix);
}

QuirkRuling RuleOnQuirks(const ClientFacts& facts, const ClientKind& kind, bool boots,
                         std::span<const Quirk* const> operators) {
  Ruler ruler(kind, boots);
  for (const Quirk* row : operators) {
    if (Matches(row->match, facts, kind)) ruler.Hear(*row);
  }
  for (const Quirk& row : BuiltInQuirks()) {
    if (Matches(row.match, facts, kind)) ruler.Hear(row);
  }
  return std::move(ruler).Ruling();
}

void Obey(const QuirkRuling& ruling, DhcpGrant& grant) {
  const QuirkActions& actions = ruling.actions;
  ObeyVendorOptions(actions, grant);
  if (const auto& text = actions.vendor_class; text && !text->empty()) {
    grant.options.push_back(
        {.code = kVendorClassCode, .value = {text->begin(), text->end()}, .always = true});
  }
  grant.habits.omit_boot_option = actions.omit_boot_option.value_or(false);
  grant.habits.nul_in_length = actions.nul_in_length.value_or(false);
  grant.habits.pad_to = actions.pad_to.value_or(0);
  grant.habits.delay = actions.delay.value_or(std::chrono::milliseconds{0});
  grant.broadcast = actions.broadcast.value_or(grant.broadcast);
}

}  // namespace pxe::core
