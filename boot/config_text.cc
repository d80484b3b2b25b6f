#include "boot/config_text.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"
#include "core/text_rules.h"

namespace pxe::boot {
namespace {

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

absl::StatusOr<std::string> OptionalPath(const ConfigText& out, std::string_view field,
                                         const std::string& text) {
  if (text.empty()) return std::string();
  return out.Path(field, text);
}

absl::StatusOr<ExpandedEntry> ExpandEntry(const ConfigText& out, const std::string& field,
                                          const core::Entry& entry) {
  ExpandedEntry expanded{.field = field,
                         .name = entry.name,
                         .title = entry.name,
                         .has_title = !entry.title.empty(),
                         .local_boot = entry.local_boot,
                         .sysappend = entry.sysappend};
  if (expanded.has_title) {
    PXE_ASSIGN_OR_RETURN(expanded.title, out.Expand(field + ".title", entry.title));
    if (expanded.title.find_first_not_of(' ') == std::string::npos) expanded.title = entry.name;
  }
  PXE_ASSIGN_OR_RETURN(expanded.kernel, OptionalPath(out, field + ".kernel", entry.kernel));
  PXE_ASSIGN_OR_RETURN(expanded.chain, OptionalPath(out, field + ".chain", entry.chain));
  PXE_ASSIGN_OR_RETURN(expanded.disk_image,
                       OptionalPath(out, field + ".disk_image", entry.disk_image));
  for (size_t i = 0; i < entry.initrds.size(); ++i) {
    PXE_ASSIGN_OR_RETURN(std::string path,
                         out.Path(core::Indexed(field + ".initrds", i), entry.initrds[i]));
    expanded.initrds.push_back(std::move(path));
  }
  PXE_ASSIGN_OR_RETURN(expanded.arguments, out.Expand(field + ".arguments", entry.arguments));
  return expanded;
}

const std::string& DefaultEntry(const core::Profile& profile) {
  const std::string& named = profile.menu.default_entry;
  return named.empty() ? profile.entries.front().name : named;
}

// The entry that boots when nobody chooses.
const std::string& UnattendedEntry(const core::Profile& profile) {
  const std::string& on_timeout = profile.menu.on_timeout;
  return on_timeout.empty() ? DefaultEntry(profile) : on_timeout;
}

// An entry that is left out although the menu leads to it: which field does; empty: none.
std::string_view FieldThatNeeds(const std::string& name, const core::Profile& profile) {
  if (name == profile.menu.on_timeout) return "profile.menu.on_timeout";
  if (name == profile.menu.default_entry) return "profile.menu.default_entry";
  return name == DefaultEntry(profile) ? "profile.entries[0]" : "";
}

}  // namespace

absl::StatusOr<std::string> ConfigText::Expand(std::string_view field,
                                               const std::string& text) const {
  std::string_view why;
  const auto checked = [&](std::string_view name) {
    const std::string* value = lookup_(name);
    if (value != nullptr && refusal_ != nullptr && why.empty()) why = refusal_(*value);
    return value;
  };
  auto value = RenderText(text, checked);
  if (!value.ok()) return Annotate(value.status(), field);
  if (!why.empty()) return core::RefuseText(field, *value, why);
  if (std::ranges::any_of(*value, IsControl)) {
    return core::RefuseText(field, *value, "has a control character");
  }
  return value;
}

absl::StatusOr<std::string> ConfigText::Path(std::string_view field,
                                             const std::string& text) const {
  PXE_ASSIGN_OR_RETURN(std::string path, Expand(field, text));
  if (path.empty()) return core::Refuse(field, "is empty");
  PXE_RETURN_IF_ERROR(core::ValidatePath(field, path));
  if (path.find(',') != std::string::npos) {
    return core::RefuseText(field, path, "has a comma, which separates initrds");
  }
  if (path.find("::") != std::string::npos) {
    return core::RefuseText(field, path, "names another server; a path lies below the TFTP root");
  }
  return path;
}

absl::StatusOr<std::string> ConfigText::Variable(std::string_view field,
                                                 std::string_view name) const {
  return Expand(field, absl::StrFormat("{{%s}}", name));
}

absl::Status ConfigText::Add(std::string_view field, std::string_view line) {
  if (std::ranges::any_of(line, IsControl)) {
    return core::RefuseText(field, line, "has a control character");
  }
  if (line.size() > kMaxConfigLine) {
    return core::Refuse(field, absl::StrFormat("makes a line of %d bytes; at most %d", line.size(),
                                               kMaxConfigLine));
  }
  text_ += line;
  text_ += '\n';
  return absl::OkStatus();
}

std::string TitleWithoutHotkey(const ExpandedEntry& entry) {
  std::string title = entry.title;
  std::erase(title, '^');
  return title.find_first_not_of(' ') == std::string::npos ? entry.name : title;
}

bool IsModule(std::string_view path) {
  return path.ends_with(".c32");
}

bool IsEfiProgram(std::string_view path) {
  constexpr std::string_view kSigned = ".signed";
  if (path.ends_with(kSigned)) path.remove_suffix(kSigned.size());
  return path.ends_with(".efi") || path.ends_with(".EFI");
}

absl::StatusOr<MenuPlan> PlanMenu(const ConfigText& out, const core::Profile& profile,
                                  EntryRefusal refusal) {
  if (profile.entries.empty()) {
    return core::Refuse("profile.entries", "at least one is required");
  }
  MenuPlan plan;
  for (size_t i = 0; i < profile.entries.size(); ++i) {
    PXE_ASSIGN_OR_RETURN(ExpandedEntry entry,
                         ExpandEntry(out, core::Indexed("profile.entries", i), profile.entries[i]));
    const std::string_view why = refusal(entry);
    if (why.empty()) {
      if (entry.name == UnattendedEntry(profile)) plan.default_index = plan.entries.size();
      plan.entries.push_back(std::move(entry));
      continue;
    }
    const std::string_view field = FieldThatNeeds(entry.name, profile);
    if (!field.empty()) {
      return FailedPrecondition(
          absl::StrFormat("%s: \"%s\" cannot boot here: %s", field, entry.name, why));
    }
    plan.left_out.push_back(absl::StrFormat("%s: %s", entry.name, why));
  }
  const core::Menu& menu = profile.menu;
  plan.shown = plan.entries.size() > 1 && (menu.prompt || menu.timeout_ds > 0 || !menu.ui.empty());
  plan.timeout_ds = menu.timeout_ds;
  return plan;
}

absl::Status CheckCommandLine(const ExpandedEntry& entry, std::string_view line) {
  const std::string field = entry.field + ".arguments";
  if (!entry.initrds.empty() && entry.arguments.find("initrd=") != std::string::npos) {
    return core::Refuse(field,
                        "\"initrd=\" would take the place of the initrds; name them there or here");
  }
  const size_t most = entry.sysappend == 0 ? kMaxKernelCommandLine : kMaxCommandLineBeforeAppend;
  if (line.size() <= most) return absl::OkStatus();
  return core::Refuse(
      field, absl::StrFormat("kernel, arguments and initrds make %d bytes; at most "
                             "%d%s",
                             line.size(), most, entry.sysappend == 0 ? "" : " with sysappend"));
}

absl::StatusOr<std::string> BootInterface(const ConfigText& out, const ExpandedEntry& entry) {
  PXE_ASSIGN_OR_RETURN(std::string mac, out.Variable(entry.field + ".sysappend", "nic.mac"));
  std::ranges::replace(mac, ':', '-');
  return "01-" + mac;
}

void AddLeftOut(ConfigText& out, const MenuPlan& plan) {
  for (const std::string& entry : plan.left_out) {
    out.AddFixed(absl::StrFormat("# left out: %s\n", entry));
  }
}

}  // namespace pxe::boot
