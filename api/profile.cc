#include <algorithm>
#include <limits>

#include "absl/strings/str_format.h"
#include "api/convert.h"
#include "api/dhcp_option.h"
#include "api/fields.h"
#include "api/resource_name.h"
#include "base/status.h"

namespace pxe::api {
namespace {

v1::Entry ToProto(const core::Entry& entry) {
  v1::Entry out;
  out.set_name(entry.name);
  out.set_title(entry.title);
  out.set_kernel(entry.kernel);
  for (const std::string& initrd : entry.initrds) out.add_initrds(initrd);
  out.set_arguments(entry.arguments);
  out.set_local_boot(entry.local_boot);
  out.set_chain(entry.chain);
  out.set_disk_image(entry.disk_image);
  out.set_sysappend(entry.sysappend);
  return out;
}

core::Entry FromProto(const v1::Entry& entry) {
  return {.name = entry.name(),
          .title = entry.title(),
          .kernel = entry.kernel(),
          .initrds = {entry.initrds().begin(), entry.initrds().end()},
          .arguments = entry.arguments(),
          .chain = entry.chain(),
          .disk_image = entry.disk_image(),
          .local_boot = entry.local_boot(),
          .sysappend = entry.sysappend()};
}

v1::Menu ToProto(const core::Menu& menu) {
  v1::Menu out;
  out.set_default_entry(menu.default_entry);
  out.set_prompt(menu.prompt);
  if (menu.timeout_ds > 0) *out.mutable_timeout() = ToDuration(Deciseconds{menu.timeout_ds});
  out.set_on_timeout(menu.on_timeout);
  out.set_display(menu.display);
  size_t keys = menu.function_keys.size();
  while (keys > 0 && menu.function_keys[keys - 1].empty()) --keys;
  for (size_t i = 0; i < keys; ++i) out.add_function_keys(menu.function_keys[i]);
  out.set_ui(menu.ui);
  out.set_title(menu.title);
  return out;
}

absl::StatusOr<core::Menu> FromProto(const v1::Menu& menu) {
  core::Menu out{.default_entry = menu.default_entry(),
                 .prompt = menu.prompt(),
                 .on_timeout = menu.on_timeout(),
                 .display = menu.display(),
                 .ui = menu.ui(),
                 .title = menu.title()};
  PXE_ASSIGN_OR_RETURN(const Deciseconds timeout,
                       ParseDeciseconds("profile.menu.timeout", menu.timeout()));
  // What the field cannot hold is too long as well; core::Validate says so.
  out.timeout_ds = static_cast<uint32_t>(
      std::min<int64_t>(timeout.count(), std::numeric_limits<uint32_t>::max()));
  if (static_cast<size_t>(menu.function_keys_size()) > out.function_keys.size()) {
    return InvalidArgument(
        absl::StrFormat("profile.menu.function_keys: %d are too many; at most %d",
                        menu.function_keys_size(), out.function_keys.size()));
  }
  std::ranges::copy(menu.function_keys(), out.function_keys.begin());
  return out;
}

}  // namespace

v1::Profile ToProto(const core::Profile& profile) {
  v1::Profile out;
  out.set_name(NameOf(kProfiles, profile.id));
  out.set_parent(Reference(kProfiles, profile.parent));
  PutMap(profile.loaders, out.mutable_loaders());
  for (const core::Entry& entry : profile.entries) *out.add_entries() = ToProto(entry);
  *out.mutable_menu() = ToProto(profile.menu);
  PutMap(profile.variables, out.mutable_variables());
  PutOptions(profile.options, out.mutable_options());
  PutReferences(kTemplates, profile.configs, out.mutable_configs());
  PutReferences(kTemplates, profile.files, out.mutable_files());
  PutAddress(profile.next_server, out.mutable_next_server());
  out.set_revision(profile.stamp.revision);
  out.set_etag(EtagOf(profile.stamp));
  *out.mutable_create_time() = ToTimestamp(profile.stamp.created);
  *out.mutable_update_time() = ToTimestamp(profile.stamp.updated);
  return out;
}

v1::EffectiveProfile ToProto(const core::EffectiveProfile& effective) {
  v1::EffectiveProfile out;
  *out.mutable_profile() = ToProto(effective.profile);
  PutReferences(kProfiles, effective.sources, out.mutable_sources());
  return out;
}

absl::StatusOr<core::Profile> FromProto(std::string_view id, const v1::Profile& profile) {
  core::Profile out;
  out.id = id;
  PXE_ASSIGN_OR_RETURN(out.parent, ParseReference("profile.parent", kProfiles, profile.parent()));
  out.loaders = FromMap(profile.loaders());
  for (const v1::Entry& entry : profile.entries()) out.entries.push_back(FromProto(entry));
  PXE_ASSIGN_OR_RETURN(out.menu, FromProto(profile.menu()));
  out.variables = FromMap(profile.variables());
  PXE_ASSIGN_OR_RETURN(out.options, ParseOptions("profile.options", profile.options()));
  PXE_ASSIGN_OR_RETURN(out.configs,
                       ParseReferences("profile.configs", kTemplates, profile.configs()));
  PXE_ASSIGN_OR_RETURN(out.files, ParseReferences("profile.files", kTemplates, profile.files()));
  PXE_ASSIGN_OR_RETURN(out.next_server,
                       ParseOptionalAddress("profile.next_server", profile.next_server()));
  return out;
}

}  // namespace pxe::api
