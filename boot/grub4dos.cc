#include "boot/grub4dos.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "boot/config_text.h"

namespace pxe::boot {
namespace {

std::string FromRoot(std::string_view path) {
  return absl::StrFormat("(pd)/%s", path);
}

// Words of marks alone are operators, and variables stand between percent signs, ^ before either.
bool IsForTheShell(std::string_view text) {
  if (text.find_first_of("%^") != std::string_view::npos) return true;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    if (!word.empty() && word.find_first_not_of("&|;!<>") == std::string_view::npos) return true;
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return false;
}

std::string_view WhyNot(const ExpandedEntry& entry) {
  if (IsModule(entry.kernel)) return "COM32 modules are for pxelinux and syslinux";
  if (IsEfiProgram(entry.chain)) return "grub4dos starts BIOS programs only";
  std::vector<std::string> texts = entry.initrds;
  texts.insert(texts.end(), {TitleWithoutHotkey(entry), entry.kernel, entry.arguments, entry.chain,
                             entry.disk_image});
  if (std::ranges::any_of(texts, IsForTheShell)) {
    return "has something that grub4dos would take for its own";
  }
  return {};
}

absl::StatusOr<std::string> Appended(const ConfigText& out, const ExpandedEntry& entry) {
  const std::string field = entry.field + ".sysappend";
  std::string words;
  if ((entry.sysappend & kAppendIp) != 0) {
    PXE_ASSIGN_OR_RETURN(const std::string address, out.Variable(field, "host.address"));
    PXE_ASSIGN_OR_RETURN(const std::string server, out.Variable(field, "server.address"));
    words += absl::StrFormat(" ip=%s:%s::", address, server);
  }
  if ((entry.sysappend & kAppendBootif) != 0) {
    PXE_ASSIGN_OR_RETURN(const std::string interface, BootInterface(out, entry));
    words += " BOOTIF=" + interface;
  }
  return words;
}

absl::Status AddImage(ConfigText& out, const ExpandedEntry& entry, std::string_view kernel,
                      const std::string& initrds) {
  PXE_ASSIGN_OR_RETURN(const std::string appended, Appended(out, entry));
  std::string line = absl::StrFormat("kernel %s", FromRoot(kernel));
  if (!entry.arguments.empty()) line += " " + entry.arguments;
  PXE_RETURN_IF_ERROR(CheckCommandLine(entry, line));
  PXE_RETURN_IF_ERROR(out.Add(entry.field + ".arguments", line + appended));
  if (initrds.empty()) return absl::OkStatus();
  return out.Add(entry.field + ".initrds", "initrd" + initrds);
}

absl::Status AddEntry(ConfigText& out, const ExpandedEntry& entry) {
  out.AddFixed("\n");
  PXE_RETURN_IF_ERROR(out.Add(entry.field + ".title", "title " + TitleWithoutHotkey(entry)));
  if (entry.local_boot) {
    out.AddFixed("rootnoverify (hd0)\nchainloader (hd0)+1\n");
    return absl::OkStatus();
  }
  if (!entry.chain.empty()) {
    out.AddFixed("pxe keep\n");
    return out.Add(entry.field + ".chain", "chainloader --raw " + FromRoot(entry.chain));
  }
  if (!entry.disk_image.empty()) {
    return AddImage(out, entry, "memdisk", " " + FromRoot(entry.disk_image));
  }
  std::string initrds;
  for (const std::string& path : entry.initrds) initrds += " " + FromRoot(path);
  return AddImage(out, entry, entry.kernel, initrds);
}

}  // namespace

absl::StatusOr<std::string> RenderGrub4dos(const core::Profile& profile,
                                           const VariableLookup& lookup) {
  ConfigText out(lookup);
  PXE_ASSIGN_OR_RETURN(const MenuPlan plan, PlanMenu(out, profile, WhyNot));
  out.AddFixed(absl::StrFormat("default %d\n", plan.default_index));
  if (!plan.shown) {
    out.AddFixed("timeout 0\n");
  } else if (plan.timeout_ds > 0) {
    out.AddFixed(absl::StrFormat("timeout %d\n", (plan.timeout_ds + 9) / 10));
  }
  AddLeftOut(out, plan);
  for (const ExpandedEntry& entry : plan.entries) PXE_RETURN_IF_ERROR(AddEntry(out, entry));
  return out.Take();
}

}  // namespace pxe::boot
