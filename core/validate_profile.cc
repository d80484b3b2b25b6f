#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "core/client_kind.h"
#include "core/flavour.h"
#include "core/text_rules.h"
#include "core/validate.h"
#include "core/validate_options.h"

namespace pxe::core {
namespace {

constexpr uint32_t kMaxTimeoutDs = 35996;    // pxelinux's documented limit, just below an hour
constexpr uint32_t kAllSysappend = 0x7ffff;  // the bits that Syslinux 6.04 knows

// A field of an entry that stands for what it boots.
struct Target {
  std::string_view field;
  bool set;
};

// Exactly one of them.
absl::Status ValidateTarget(const std::string& field, const Entry& entry) {
  const std::array targets = {
      Target{"kernel", !entry.kernel.empty()}, Target{"chain", !entry.chain.empty()},
      Target{"disk_image", !entry.disk_image.empty()}, Target{"local_boot", entry.local_boot}};
  const Target* chosen = nullptr;
  for (const Target& target : targets) {
    if (!target.set) continue;
    if (chosen != nullptr) {
      return Refuse(absl::StrFormat("%s.%s", field, target.field),
                    absl::StrFormat("goes with no %s", chosen->field));
    }
    chosen = &target;
  }
  if (chosen != nullptr) return absl::OkStatus();
  return Refuse(field + ".kernel", "is required, unless chain, disk_image or local_boot is set");
}

// What is said beside the target must be something it can take.
absl::Status ValidateCompany(const std::string& field, const Entry& entry) {
  if (!entry.initrds.empty() && entry.kernel.empty()) {
    return Refuse(field + ".initrds", "go with a kernel only");
  }
  const bool takes_arguments = !entry.kernel.empty() || !entry.disk_image.empty();
  if (!entry.arguments.empty() && !takes_arguments) {
    return Refuse(field + ".arguments", "go with a kernel or a disk_image only");
  }
  if (entry.sysappend != 0 && !takes_arguments) {
    return Refuse(field + ".sysappend", "goes with a kernel or a disk_image only");
  }
  if ((entry.sysappend & ~kAllSysappend) != 0) {
    return Refuse(field + ".sysappend",
                  absl::StrFormat("0x%x has bits beyond 0x%x", entry.sysappend, kAllSysappend));
  }
  return absl::OkStatus();
}

absl::Status ValidateEntry(const std::string& field, const Entry& entry) {
  if (!IsWord(entry.name)) {
    return RefuseText(field + ".name", entry.name,
                      "is no name: one word of letters, digits, '_', '.', '-', at most 63");
  }
  PXE_RETURN_IF_ERROR(ValidateLine(field + ".title", entry.title, kMaxTextLength));
  PXE_RETURN_IF_ERROR(ValidateTarget(field, entry));
  PXE_RETURN_IF_ERROR(ValidateCompany(field, entry));
  PXE_RETURN_IF_ERROR(ValidateOptionalPath(field + ".kernel", entry.kernel));
  PXE_RETURN_IF_ERROR(ValidateOptionalPath(field + ".chain", entry.chain));
  PXE_RETURN_IF_ERROR(ValidateOptionalPath(field + ".disk_image", entry.disk_image));
  PXE_RETURN_IF_ERROR(AtMost(field + ".initrds", entry.initrds.size(), kMaxInitrds));
  for (size_t i = 0; i < entry.initrds.size(); ++i) {
    PXE_RETURN_IF_ERROR(ValidatePath(Indexed(field + ".initrds", i), entry.initrds[i]));
  }
  return ValidateLine(field + ".arguments", entry.arguments, kMaxArgumentsLength);
}

absl::Status ValidateEntries(const Profile& profile) {
  PXE_RETURN_IF_ERROR(AtMost("profile.entries", profile.entries.size(), kMaxEntries));
  std::set<std::string_view> names;
  for (size_t i = 0; i < profile.entries.size(); ++i) {
    const std::string field = Indexed("profile.entries", i);
    PXE_RETURN_IF_ERROR(ValidateEntry(field, profile.entries[i]));
    if (names.insert(profile.entries[i].name).second) continue;
    return RefuseText(field + ".name", profile.entries[i].name, "is also that of another entry");
  }
  return absl::OkStatus();
}

absl::Status ValidateMenuNames(const Profile& profile) {
  const Menu& menu = profile.menu;
  for (const auto& [field, name] : {std::pair{"profile.menu.default_entry", &menu.default_entry},
                                    std::pair{"profile.menu.on_timeout", &menu.on_timeout}}) {
    const auto& entries = profile.entries;
    const auto named = std::ranges::find(entries, *name, &Entry::name);
    if (name->empty() || named != entries.end()) continue;
    return RefuseText(field, *name, "names no entry of this profile");
  }
  return absl::OkStatus();
}

absl::Status ValidateMenu(const Menu& menu) {
  if (menu.timeout_ds > kMaxTimeoutDs) {
    return Refuse("profile.menu.timeout",
                  absl::StrFormat("%d.%d s are too long; at most 3599.6 s", menu.timeout_ds / 10,
                                  menu.timeout_ds % 10));
  }
  PXE_RETURN_IF_ERROR(ValidateOptionalPath("profile.menu.display", menu.display));
  for (size_t i = 0; i < menu.function_keys.size(); ++i) {
    PXE_RETURN_IF_ERROR(
        ValidateOptionalPath(Indexed("profile.menu.function_keys", i), menu.function_keys[i]));
  }
  PXE_RETURN_IF_ERROR(ValidateOptionalPath("profile.menu.ui", menu.ui));
  PXE_RETURN_IF_ERROR(ValidateLine("profile.menu.title", menu.title, kMaxTextLength));
  // They may be names of a parent's entries; ValidateEffective sees to that.
  PXE_RETURN_IF_ERROR(
      ValidateLine("profile.menu.default_entry", menu.default_entry, kMaxTextLength));
  return ValidateLine("profile.menu.on_timeout", menu.on_timeout, kMaxTextLength);
}

absl::Status ValidateLoaders(const Profile& profile) {
  for (const auto& [kind, path] : profile.loaders) {
    if (const auto parsed = ParseClientKind(kind); !parsed.ok()) {
      return Annotate(parsed.status(), "profile.loaders");
    }
    PXE_RETURN_IF_ERROR(ValidatePath(absl::StrFormat("profile.loaders[\"%s\"]", kind), path));
  }
  return absl::OkStatus();
}

absl::Status ValidateConfigs(const Profile& profile) {
  for (const auto& [flavour, id] : profile.configs) {
    if (!ParseFlavour(flavour)) {
      return RefuseText("profile.configs", flavour,
                        "is no flavour; known are pxelinux, grub, ipxe, grub4dos");
    }
    PXE_RETURN_IF_ERROR(ValidateId(absl::StrFormat("profile.configs[\"%s\"]", flavour), id));
  }
  return absl::OkStatus();
}

absl::Status ValidateFiles(const Profile& profile) {
  PXE_RETURN_IF_ERROR(AtMost("profile.files", profile.files.size(), kMaxFiles));
  for (const auto& [path, id] : profile.files) {
    PXE_RETURN_IF_ERROR(ValidatePath("profile.files", path));
    PXE_RETURN_IF_ERROR(ValidateId(absl::StrFormat("profile.files[\"%s\"]", path), id));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Validate(const Profile& profile) {
  PXE_RETURN_IF_ERROR(ValidateId("profile_id", profile.id));
  PXE_RETURN_IF_ERROR(ValidateOptionalId("profile.parent", profile.parent));
  PXE_RETURN_IF_ERROR(ValidateLoaders(profile));
  if (profile.next_server) {
    PXE_RETURN_IF_ERROR(ValidateHostAddress("profile.next_server", *profile.next_server));
  }
  PXE_RETURN_IF_ERROR(ValidateEntries(profile));
  PXE_RETURN_IF_ERROR(ValidateMenu(profile.menu));
  PXE_RETURN_IF_ERROR(ValidateMap("profile.variables", profile.variables));
  PXE_RETURN_IF_ERROR(ValidateOptions("profile.options", profile.options));
  PXE_RETURN_IF_ERROR(ValidateConfigs(profile));
  PXE_RETURN_IF_ERROR(ValidateFiles(profile));
  // Entries of its own are all it will have.
  const bool whole = profile.parent.empty() || !profile.entries.empty();
  return whole ? ValidateEffective(profile) : absl::OkStatus();
}

absl::Status ValidateEffective(const Profile& profile) {
  if (profile.entries.empty()) {
    return Refuse("profile.entries", "at least one is required, here or in a parent");
  }
  return ValidateMenuNames(profile);
}

}  // namespace pxe::core
