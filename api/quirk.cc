#include "absl/strings/str_format.h"
#include "api/convert.h"
#include "api/fields.h"
#include "api/resource_name.h"
#include "base/status.h"
#include "core/dhcp_exchange.h"

namespace pxe::api {
namespace {

v1::QuirkVendorOptions ToProto(core::VendorOptions options) {
  switch (options) {
    case core::VendorOptions::kUsual:
      return v1::QUIRK_VENDOR_OPTIONS_USUAL;
    case core::VendorOptions::kOmitted:
      return v1::QUIRK_VENDOR_OPTIONS_OMITTED;
    case core::VendorOptions::kGiven:
      return v1::QUIRK_VENDOR_OPTIONS_GIVEN;
  }
  return v1::QUIRK_VENDOR_OPTIONS_UNSPECIFIED;
}

absl::StatusOr<std::optional<core::VendorOptions>> FromProto(v1::QuirkVendorOptions options) {
  if (options == v1::QUIRK_VENDOR_OPTIONS_UNSPECIFIED) return std::nullopt;
  if (options == v1::QUIRK_VENDOR_OPTIONS_USUAL) return core::VendorOptions::kUsual;
  if (options == v1::QUIRK_VENDOR_OPTIONS_OMITTED) return core::VendorOptions::kOmitted;
  if (options == v1::QUIRK_VENDOR_OPTIONS_GIVEN) return core::VendorOptions::kGiven;
  return InvalidArgument(absl::StrFormat("quirk.actions.vendor_options: %d is no known value",
                                         static_cast<int>(options)));
}

absl::StatusOr<core::QuirkMatch> FromProto(const v1::QuirkMatch& match) {
  core::QuirkMatch out{.vendor_class_prefix = match.vendor_class_prefix(),
                       .kinds = KindsOf(match.kinds())};
  if (!match.mac_prefix().empty()) {
    PXE_ASSIGN_OR_RETURN(out.mac_prefix,
                         ParseMacPrefix("quirk.match.mac_prefix", match.mac_prefix()));
  }
  return out;
}

v1::QuirkActions ToProto(const core::QuirkActions& actions) {
  v1::QuirkActions out;
  if (actions.vendor_options) out.set_vendor_options(ToProto(*actions.vendor_options));
  out.set_vendor_bytes(std::string(actions.vendor_bytes.begin(), actions.vendor_bytes.end()));
  if (actions.vendor_class) out.set_vendor_class(*actions.vendor_class);
  if (actions.omit_boot_option) out.set_omit_boot_option(*actions.omit_boot_option);
  if (actions.nul_in_length) out.set_nul_in_length(*actions.nul_in_length);
  if (actions.broadcast) out.set_broadcast(*actions.broadcast);
  if (actions.pad_to) out.set_pad_to(*actions.pad_to);
  if (actions.delay) {
    *out.mutable_delay() = ToDuration(std::chrono::duration_cast<Deciseconds>(*actions.delay));
  }
  return out;
}

absl::StatusOr<core::QuirkActions> FromProto(const v1::QuirkActions& actions) {
  core::QuirkActions out{
      .vendor_bytes = {actions.vendor_bytes().begin(), actions.vendor_bytes().end()}};
  PXE_ASSIGN_OR_RETURN(out.vendor_options, FromProto(actions.vendor_options()));
  if (actions.has_vendor_class()) out.vendor_class = actions.vendor_class();
  if (actions.has_omit_boot_option()) out.omit_boot_option = actions.omit_boot_option();
  if (actions.has_nul_in_length()) out.nul_in_length = actions.nul_in_length();
  if (actions.has_broadcast()) out.broadcast = actions.broadcast();
  if (actions.has_pad_to()) {
    if (actions.pad_to() > core::ReplyHabits::kMaxPadTo) {
      return InvalidArgument("quirk.actions.pad_to: is above 1472");
    }
    out.pad_to = static_cast<uint16_t>(actions.pad_to());
  }
  if (actions.has_delay()) {
    PXE_ASSIGN_OR_RETURN(out.delay, ParseDeciseconds("quirk.actions.delay", actions.delay()));
  }
  return out;
}

}  // namespace

v1::Quirk ToProto(const core::Quirk& quirk) {
  v1::Quirk out;
  out.set_name(NameOf(kQuirks, quirk.id));
  out.set_priority(quirk.priority);
  v1::QuirkMatch& match = *out.mutable_match();
  match.set_mac_prefix(MacPrefixText(quirk.match.mac_prefix));
  match.set_vendor_class_prefix(quirk.match.vendor_class_prefix);
  for (const std::string& kind : quirk.match.kinds) match.add_kinds(kind);
  *out.mutable_actions() = ToProto(quirk.actions);
  out.set_why(quirk.why);
  out.set_revision(quirk.stamp.revision);
  out.set_etag(EtagOf(quirk.stamp));
  *out.mutable_create_time() = ToTimestamp(quirk.stamp.created);
  *out.mutable_update_time() = ToTimestamp(quirk.stamp.updated);
  return out;
}

absl::StatusOr<core::Quirk> FromProto(std::string_view id, const v1::Quirk& quirk) {
  core::Quirk out;
  out.id = id;
  out.priority = quirk.priority();
  PXE_ASSIGN_OR_RETURN(out.match, FromProto(quirk.match()));
  PXE_ASSIGN_OR_RETURN(out.actions, FromProto(quirk.actions()));
  out.why = quirk.why();
  return out;
}

}  // namespace pxe::api
