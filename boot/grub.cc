#include "boot/grub.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "boot/config_text.h"

namespace pxe::boot {
namespace {

// Loaders of operating systems on an EFI system partition, in the order they are looked for. The
// one that firmware takes from any medium comes last: it may be that of an installer in the drive,
// and on a disk it may be shim's fallback, which resets the machine.
constexpr std::string_view kLocalLoaders =
    "/EFI/debian/shimx64.efi /EFI/debian/grubx64.efi "
    "/EFI/ubuntu/shimx64.efi /EFI/ubuntu/grubx64.efi "
    "/EFI/redhat/shimx64.efi /EFI/redhat/grubx64.efi "
    "/EFI/centos/shimx64.efi /EFI/rocky/shimx64.efi /EFI/almalinux/shimx64.efi "
    "/EFI/fedora/shimx64.efi /EFI/opensuse/shim.efi /EFI/sles/shim.efi "
    "/EFI/systemd/systemd-bootx64.efi /EFI/Microsoft/Boot/bootmgfw.efi "
    "/EFI/BOOT/BOOTX64.EFI";

// A word of the script that stands for these characters and nothing else.
std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted += '\'';
}

// A title is an argument among options.
std::string Title(const std::string& title) {
  return Quoted(title.starts_with('-') ? " " + title : title);
}

std::string FromRoot(const std::string& path) {
  return Quoted("/" + path);
}

// The kernel's words, split as the kernel does: at blanks outside double quotes. GRUB puts quotes
// of its own around a word with a blank, so ours go.
std::string Words(std::string_view arguments) {
  std::string words;
  std::string word;
  bool quoted = false;
  const auto finish = [&] {
    if (!word.empty()) words += " " + Quoted(word);
    word.clear();
  };
  for (const char c : arguments) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ' ' && !quoted) {
      finish();
    } else {
      word += c;
    }
  }
  finish();
  return words;
}

std::string_view WhyNot(const ExpandedEntry& entry) {
  if (!entry.disk_image.empty()) return "disk images in memory are for BIOS loaders";
  if (IsModule(entry.kernel)) return "COM32 modules are for pxelinux and syslinux";
  if (!entry.chain.empty() && !IsEfiProgram(entry.chain)) return "GRUB here chains EFI programs";
  if (!entry.kernel.empty() && entry.arguments.find_first_of("\\'") != std::string::npos) {
    return "GRUB would put a backslash before each ' and \\ of the arguments";
  }
  return {};
}

absl::StatusOr<std::string> Appended(const ConfigText& out, const ExpandedEntry& entry) {
  std::string words;
  // GRUB knows no gateway and no mask.
  if ((entry.sysappend & kAppendIp) != 0) {
    words += " \"ip=${net_default_ip}:${net_default_server}::\"";
  }
  if ((entry.sysappend & kAppendBootif) != 0) {
    PXE_ASSIGN_OR_RETURN(const std::string interface, BootInterface(out, entry));
    words += " " + Quoted("BOOTIF=" + interface);
  }
  return words;
}

absl::Status AddKernel(ConfigText& out, const ExpandedEntry& entry) {
  PXE_RETURN_IF_ERROR(
      CheckCommandLine(entry, absl::StrFormat("BOOT_IMAGE=/%s %s", entry.kernel, entry.arguments)));
  PXE_ASSIGN_OR_RETURN(const std::string appended, Appended(out, entry));
  PXE_RETURN_IF_ERROR(out.Add(
      entry.field + ".arguments",
      absl::StrFormat("  linux %s%s%s", FromRoot(entry.kernel), Words(entry.arguments), appended)));
  if (entry.initrds.empty()) return absl::OkStatus();
  std::string line = "  initrd";
  for (const std::string& path : entry.initrds) line += " " + FromRoot(path);
  return out.Add(entry.field + ".initrds", line);
}

absl::Status AddCommands(ConfigText& out, const ExpandedEntry& entry) {
  if (entry.local_boot) {
    out.AddFixed(GrubLocalBoot("  "));
    return absl::OkStatus();
  }
  if (!entry.chain.empty()) {
    return out.Add(entry.field + ".chain",
                   absl::StrFormat("  chainloader %s", FromRoot(entry.chain)));
  }
  return AddKernel(out, entry);
}

absl::Status AddEntry(ConfigText& out, const ExpandedEntry& entry) {
  out.AddFixed("\n");
  PXE_RETURN_IF_ERROR(
      out.Add(entry.field + ".title",
              absl::StrFormat("menuentry %s --id=%s {", Title(TitleWithoutHotkey(entry)),
                              Quoted(entry.name))));
  PXE_RETURN_IF_ERROR(AddCommands(out, entry));
  out.AddFixed("}\n");
  return absl::OkStatus();
}

// Seconds, rounded up; -1 waits for ever.
int Timeout(const MenuPlan& plan) {
  if (!plan.shown) return 0;
  return plan.timeout_ds == 0 ? -1 : static_cast<int>((plan.timeout_ds + 9) / 10);
}

}  // namespace

absl::StatusOr<std::string> RenderGrub(const core::Profile& profile, const VariableLookup& lookup) {
  ConfigText out(lookup);
  PXE_ASSIGN_OR_RETURN(const MenuPlan plan, PlanMenu(out, profile, WhyNot));
  out.AddFixed("set root='(tftp)'\n");
  // By number: GRUB would take an entry named "1" for the second.
  out.AddFixed(absl::StrFormat("set default=%d\n", plan.default_index));
  out.AddFixed(absl::StrFormat("set timeout=%d\n", Timeout(plan)));
  AddLeftOut(out, plan);
  for (const ExpandedEntry& entry : plan.entries) PXE_RETURN_IF_ERROR(AddEntry(out, entry));
  return out.Take();
}

std::string GrubLocalBoot(std::string_view indent) {
  const std::string_view lines[] = {"  if search --no-floppy --file --set=root \"$loader\"; then",
                                    "    if chainloader \"$loader\"; then",
                                    "      boot",
                                    "    fi",
                                    "  fi",
                                    "done",
                                    "exit"};
  std::string text = absl::StrFormat("%sfor loader in %s; do\n", indent, kLocalLoaders);
  for (const std::string_view line : lines) text += absl::StrFormat("%s%s\n", indent, line);
  return text;
}

}  // namespace pxe::boot
