#include "boot/pxelinux.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"
#include "boot/variables.h"

namespace pxe::boot {
namespace {

// Before a path: from the TFTP root, wherever the loader itself lies.
constexpr std::string_view kRoot = "::";
constexpr std::string_view kModuleSuffix = ".c32";

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

absl::Status Refuse(std::string_view field, std::string_view reason) {
  return InvalidArgument(absl::StrFormat("%s: %s", field, reason));
}

// A profile's text with its variables in, and lines of config that hold it.
class ConfigText {
 public:
  explicit ConfigText(const VariableLookup& lookup) : lookup_(lookup) {}

  // The text with its variables in.
  absl::StatusOr<std::string> Expand(std::string_view field, const std::string& text) const {
    auto value = RenderTemplate(text, lookup_);
    if (!value.ok()) return Annotate(value.status(), field);
    return value;
  }

  // A file below the TFTP root, in the loader's spelling.
  absl::StatusOr<std::string> Path(std::string_view field, const std::string& text) const {
    PXE_ASSIGN_OR_RETURN(const std::string path, Expand(field, text));
    const auto refuse = [&](std::string_view why) {
      return Refuse(field, absl::StrFormat("\"%s\" %s", Printable(path), why));
    };
    if (path.empty()) return Refuse(field, "is empty");
    if (path.find(' ') != std::string::npos) return refuse("has a blank; the name would end there");
    if (path.find(',') != std::string::npos) return refuse("has a comma, which separates initrds");
    if (path.find(kRoot) != std::string::npos || path.find("://") != std::string::npos) {
      return refuse("names another server; a path lies below the TFTP root");
    }
    if (path.size() + kRoot.size() > kMaxPxelinuxFileName) {
      return refuse(
          absl::StrFormat("is longer than %d characters", kMaxPxelinuxFileName - kRoot.size()));
    }
    return std::string(kRoot) + path;
  }

  // Every line of the config is made here, and so no value can end one and begin another.
  absl::Status Add(std::string_view field, std::string_view keyword, std::string_view value) {
    if (std::ranges::any_of(value, IsControl)) {
      return Refuse(field, absl::StrFormat("\"%s\" has a control character", Printable(value)));
    }
    const size_t size = keyword.size() + 1 + value.size();
    if (size > kMaxPxelinuxLine) {
      return Refuse(
          field, absl::StrFormat("makes a line of %d bytes; at most %d", size, kMaxPxelinuxLine));
    }
    text_ += absl::StrFormat("%s %s\n", keyword, value);
    return absl::OkStatus();
  }

  void EmptyLine() { text_ += '\n'; }
  std::string Take() { return std::move(text_); }

 private:
  const VariableLookup& lookup_;
  std::string text_;
};

bool IsModule(std::string_view path) {
  return path.ends_with(kModuleSuffix);
}

// Modules of BIOS and UEFI loaders are different files of one name, so a bare name is the module
// beside the loader that asks; with a folder it is a path like any other.
std::string ModuleName(const std::string& path) {
  return path.find('/') == std::string::npos ? path.substr(kRoot.size()) : path;
}

absl::Status AddFile(ConfigText& out, std::string_view field, std::string_view keyword,
                     const std::string& text) {
  if (text.empty()) return absl::OkStatus();
  PXE_ASSIGN_OR_RETURN(const std::string path, out.Path(field, text));
  return out.Add(field, keyword, path);
}

absl::Status AddTitle(ConfigText& out, std::string_view field, std::string_view keyword,
                      const std::string& text) {
  if (text.empty()) return absl::OkStatus();
  PXE_ASSIGN_OR_RETURN(const std::string title, out.Expand(field, text));
  return out.Add(field, keyword, title);
}

absl::Status AddMenu(ConfigText& out, const core::Profile& profile) {
  const core::Menu& menu = profile.menu;
  const std::string& first = profile.entries.front().name;
  PXE_RETURN_IF_ERROR(out.Add("profile.menu.default_entry", "default",
                              menu.default_entry.empty() ? first : menu.default_entry));
  if (!menu.ui.empty()) {
    PXE_ASSIGN_OR_RETURN(const std::string path, out.Path("profile.menu.ui", menu.ui));
    PXE_RETURN_IF_ERROR(out.Add("profile.menu.ui", "ui", ModuleName(path)));
  }
  PXE_RETURN_IF_ERROR(out.Add("profile.menu.prompt", "prompt", menu.prompt ? "1" : "0"));
  if (menu.timeout_ds > 0) {
    PXE_RETURN_IF_ERROR(
        out.Add("profile.menu.timeout", "timeout", std::to_string(menu.timeout_ds)));
  }
  if (!menu.on_timeout.empty()) {
    PXE_RETURN_IF_ERROR(out.Add("profile.menu.on_timeout", "ontimeout", menu.on_timeout));
  }
  PXE_RETURN_IF_ERROR(AddTitle(out, "profile.menu.title", "menu title", menu.title));
  PXE_RETURN_IF_ERROR(AddFile(out, "profile.menu.display", "display", menu.display));
  for (size_t i = 0; i < menu.function_keys.size(); ++i) {
    PXE_RETURN_IF_ERROR(AddFile(out, absl::StrFormat("profile.menu.function_keys[%d]", i),
                                absl::StrFormat("F%d", i + 1), menu.function_keys[i]));
  }
  return absl::OkStatus();
}

// "::a,::b"
absl::StatusOr<std::string> Initrds(const ConfigText& out, const std::string& field,
                                    const core::Entry& entry) {
  std::string list;
  for (size_t i = 0; i < entry.initrds.size(); ++i) {
    PXE_ASSIGN_OR_RETURN(const std::string path,
                         out.Path(absl::StrFormat("%s.initrds[%d]", field, i), entry.initrds[i]));
    list += (list.empty() ? "" : ",") + path;
  }
  return list;
}

// The loader writes this before the kernel starts; longer, and it refuses to boot or cuts it.
absl::Status CheckCommandLine(const std::string& field, const std::string& kernel,
                              const std::string& initrds, const std::string& arguments) {
  const bool has_initrds = !initrds.empty();
  if (has_initrds && arguments.find("initrd=") != std::string::npos) {
    return Refuse(field + ".arguments",
                  "\"initrd=\" would take the place of the initrds; name them there or here");
  }
  const size_t size = absl::StrFormat("BOOT_IMAGE=%s %s%s%s", kernel, arguments,
                                      has_initrds ? " initrd=" : "", initrds)
                          .size();
  if (size <= kMaxKernelCommandLine) return absl::OkStatus();
  return Refuse(field + ".arguments",
                absl::StrFormat("kernel, arguments and initrds make %d bytes; at most %d", size,
                                kMaxKernelCommandLine));
}

absl::Status AddKernel(ConfigText& out, const std::string& field, const core::Entry& entry) {
  PXE_ASSIGN_OR_RETURN(const std::string path, out.Path(field + ".kernel", entry.kernel));
  const std::string kernel = IsModule(path) ? ModuleName(path) : path;
  PXE_ASSIGN_OR_RETURN(const std::string initrds, Initrds(out, field, entry));
  PXE_ASSIGN_OR_RETURN(const std::string arguments,
                       out.Expand(field + ".arguments", entry.arguments));
  PXE_RETURN_IF_ERROR(CheckCommandLine(field, kernel, initrds, arguments));
  // `kernel` would guess the type from the name: vmlinuz-5.10.0 ends like a boot loader.
  PXE_RETURN_IF_ERROR(out.Add(field + ".kernel", IsModule(path) ? "  com32" : "  linux", kernel));
  if (!initrds.empty()) {
    PXE_RETURN_IF_ERROR(out.Add(field + ".initrds", "  initrd", initrds));
  }
  if (arguments.empty()) return absl::OkStatus();
  return out.Add(field + ".arguments", "  append", arguments);
}

absl::Status AddEntry(ConfigText& out, const std::string& field, const core::Entry& entry) {
  out.EmptyLine();
  PXE_RETURN_IF_ERROR(out.Add(field + ".name", "label", entry.name));
  PXE_RETURN_IF_ERROR(AddTitle(out, field + ".title", "  menu label", entry.title));
  if (entry.local_boot) return out.Add(field + ".local_boot", "  localboot", "0");
  return AddKernel(out, field, entry);
}

}  // namespace

absl::StatusOr<std::string> RenderPxelinux(const core::Profile& profile,
                                           const VariableLookup& lookup) {
  if (profile.entries.empty()) return Refuse("profile.entries", "at least one is required");
  ConfigText out(lookup);
  PXE_RETURN_IF_ERROR(AddMenu(out, profile));
  for (size_t i = 0; i < profile.entries.size(); ++i) {
    PXE_RETURN_IF_ERROR(
        AddEntry(out, absl::StrFormat("profile.entries[%d]", i), profile.entries[i]));
  }
  return out.Take();
}

absl::Status CheckPxelinux(const core::Profile& profile) {
  const std::string stand_in = "x";
  return RenderPxelinux(
             profile,
             [&](std::string_view name) { return IsKnowableVariable(name) ? &stand_in : nullptr; })
      .status();
}

}  // namespace pxe::boot
