#include "boot/pxelinux.h"

#include <string>
#include <string_view>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "boot/config_text.h"
#include "core/text_rules.h"

namespace pxe::boot {
namespace {

// Before a path: from the TFTP root, wherever the loader itself lies.
constexpr std::string_view kRoot = "::";
// Boots a disk image from memory; Syslinux brings it.
constexpr std::string_view kMemdisk = "memdisk";

std::string FromRoot(std::string_view path) {
  return std::string(kRoot) += path;
}

// Modules of BIOS and UEFI loaders are different files of one name, so a bare name is the module
// beside the loader that asks; with a folder it is a path like any other.
std::string ModuleName(const std::string& path) {
  return path.find('/') == std::string::npos ? path : FromRoot(path);
}

std::string_view WhyNot(const ExpandedEntry& entry) {
  // syslinux.efi boots Linux kernels only, pxelinux.0 is of the BIOS.
  if (IsEfiProgram(entry.chain)) return "no loader of Syslinux starts EFI programs";
  return {};
}

absl::Status Add(ConfigText& out, std::string_view field, std::string_view keyword,
                 std::string_view value) {
  return out.Add(field, std::string(keyword).append(" ").append(value));
}

absl::Status AddFile(ConfigText& out, std::string_view field, std::string_view keyword,
                     const std::string& text) {
  if (text.empty()) return absl::OkStatus();
  PXE_ASSIGN_OR_RETURN(const std::string path, out.Path(field, text));
  return Add(out, field, keyword, FromRoot(path));
}

absl::Status AddMenu(ConfigText& out, const core::Profile& profile) {
  const core::Menu& menu = profile.menu;
  const std::string& first = profile.entries.front().name;
  PXE_RETURN_IF_ERROR(Add(out, "profile.menu.default_entry", "default",
                          menu.default_entry.empty() ? first : menu.default_entry));
  if (!menu.ui.empty()) {
    PXE_ASSIGN_OR_RETURN(const std::string path, out.Path("profile.menu.ui", menu.ui));
    const std::string module = IsModule(path) ? ModuleName(path) : FromRoot(path);
    PXE_RETURN_IF_ERROR(Add(out, "profile.menu.ui", "ui", module));
  }
  PXE_RETURN_IF_ERROR(Add(out, "profile.menu.prompt", "prompt", menu.prompt ? "1" : "0"));
  if (menu.timeout_ds > 0) {
    PXE_RETURN_IF_ERROR(
        Add(out, "profile.menu.timeout", "timeout", std::to_string(menu.timeout_ds)));
  }
  if (!menu.on_timeout.empty()) {
    PXE_RETURN_IF_ERROR(Add(out, "profile.menu.on_timeout", "ontimeout", menu.on_timeout));
  }
  if (!menu.title.empty()) {
    PXE_ASSIGN_OR_RETURN(const std::string title, out.Expand("profile.menu.title", menu.title));
    PXE_RETURN_IF_ERROR(Add(out, "profile.menu.title", "menu title", title));
  }
  PXE_RETURN_IF_ERROR(AddFile(out, "profile.menu.display", "display", menu.display));
  for (size_t i = 0; i < menu.function_keys.size(); ++i) {
    PXE_RETURN_IF_ERROR(AddFile(out, core::Indexed("profile.menu.function_keys", i),
                                absl::StrFormat("F%d", i + 1), menu.function_keys[i]));
  }
  return absl::OkStatus();
}

// What makes an image boot: `linux` and its kind, the files loaded with it, its command line.
absl::Status AddImage(ConfigText& out, const ExpandedEntry& entry, std::string_view keyword,
                      const std::string& kernel, const std::string& initrds) {
  // The loader writes this before the kernel starts; longer, and it refuses to boot or cuts it.
  PXE_RETURN_IF_ERROR(
      CheckCommandLine(entry, absl::StrFormat("BOOT_IMAGE=%s %s%s%s", kernel, entry.arguments,
                                              initrds.empty() ? "" : " initrd=", initrds)));
  PXE_RETURN_IF_ERROR(Add(out, entry.field + ".kernel", keyword, kernel));
  if (!initrds.empty()) {
    PXE_RETURN_IF_ERROR(Add(out, entry.field + ".initrds", "  initrd", initrds));
  }
  if (!entry.arguments.empty()) {
    PXE_RETURN_IF_ERROR(Add(out, entry.field + ".arguments", "  append", entry.arguments));
  }
  if (entry.sysappend == 0) return absl::OkStatus();
  return Add(out, entry.field + ".sysappend", "  sysappend", std::to_string(entry.sysappend));
}

absl::Status AddKernel(ConfigText& out, const ExpandedEntry& entry) {
  std::string initrds;
  for (const std::string& path : entry.initrds) {
    initrds += (initrds.empty() ? "" : ",") + FromRoot(path);
  }
  if (IsModule(entry.kernel)) {
    return AddImage(out, entry, "  com32", ModuleName(entry.kernel), initrds);
  }
  // `kernel` would guess the type from the name: vmlinuz-5.10.0 ends like a boot loader.
  return AddImage(out, entry, "  linux", FromRoot(entry.kernel), initrds);
}

absl::Status AddEntry(ConfigText& out, const ExpandedEntry& entry) {
  out.AddFixed("\n");
  PXE_RETURN_IF_ERROR(Add(out, entry.field + ".name", "label", entry.name));
  if (entry.has_title) {
    PXE_RETURN_IF_ERROR(Add(out, entry.field + ".title", "  menu label", entry.title));
  }
  if (entry.local_boot) return Add(out, entry.field + ".local_boot", "  localboot", "0");
  if (!entry.chain.empty()) {
    return Add(out, entry.field + ".chain", "  pxe", FromRoot(entry.chain));
  }
  if (!entry.disk_image.empty()) {
    return AddImage(out, entry, "  linux", FromRoot(kMemdisk), FromRoot(entry.disk_image));
  }
  return AddKernel(out, entry);
}

}  // namespace

absl::StatusOr<std::string> RenderPxelinux(const core::Profile& profile,
                                           const VariableLookup& lookup) {
  ConfigText out(lookup);
  PXE_ASSIGN_OR_RETURN(const MenuPlan plan, PlanMenu(out, profile, WhyNot));
  PXE_RETURN_IF_ERROR(AddMenu(out, profile));
  AddLeftOut(out, plan);
  for (const ExpandedEntry& entry : plan.entries) PXE_RETURN_IF_ERROR(AddEntry(out, entry));
  return out.Take();
}

}  // namespace pxe::boot
