#include "boot/ipxe.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "boot/config_text.h"

namespace pxe::boot {
namespace {

// Expands to nothing, after words have been told from operators.
constexpr std::string_view kNothing = "${nothing}";
// A failed boot must not look like a finished one: UEFI stops in its menu after a success.
constexpr std::string_view kFailed =
    "\n:failed\n"
    "echo This machine could not boot from the network, see https://ipxe.org/${errno:hexraw}\n"
    "echo It goes on with its next boot device.\n"
    "sleep 10\n"
    "exit 1\n";
// BIOS is told which disk. UEFI tries its next boot entry by itself.
constexpr std::string_view kBiosDisk =
    "iseq ${platform} pcbios && sanboot --no-describe --drive 0x80 ||\n";
// It may walk through all network entries first, so where that GRUB comes to the same entry it is
// GRUB that looks for the disk's loader: its config has the same default.
constexpr std::string_view kGrub = "iseq ${platform} efi && chain /grubnetx64.efi ||\n";
constexpr std::string_view kLeave = "exit 1\n";

std::string_view WhyNotValue(std::string_view value) {
  const bool expands =
      value.find("${") != std::string_view::npos || value.starts_with('{') || value.ends_with('$');
  return expands ? "has a variable whose value iPXE could expand: \"${\", or a part of it" : "";
}

bool IsOperator(std::string_view word) {
  return word == "||" || word == "&&" || word == ";" || word.starts_with('#');
}

// Each word as it is, whatever iPXE would take it for.
std::string Words(std::string_view text) {
  std::string words;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    if (IsOperator(word)) words += kNothing;
    words += word;
    text.remove_prefix(word.size());
    const size_t blanks = std::min(text.find_first_not_of(' '), text.size());
    words += text.substr(0, blanks);
    text.remove_prefix(blanks);
  }
  return words;
}

// Words that stand where options could.
std::string Title(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return (text.starts_with('-') ? std::string(kNothing) : std::string()) + Words(text);
}

// RFC 3986: what is no letter, digit, mark or slash goes as %XX, and nothing is left to expand.
std::string PercentEncoded(std::string_view path) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  std::string encoded;
  for (const char c : path) {
    if (kPlain.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      encoded += absl::StrFormat("%%%02X", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

std::string_view WhyNot(const ExpandedEntry& entry) {
  return IsModule(entry.kernel) ? "COM32 modules are for pxelinux and syslinux" : "";
}

class Script {
 public:
  Script(const VariableLookup& lookup, const core::Profile& profile)
      : out_(lookup, WhyNotValue), profile_(profile) {}

  absl::StatusOr<std::string> Render() {
    PXE_ASSIGN_OR_RETURN(plan_, PlanMenu(out_, profile_, WhyNot));
    out_.AddFixed("#!ipxe\n");
    AddLeftOut(out_, plan_);
    if (plan_.shown) {
      PXE_RETURN_IF_ERROR(AddMenu());
      for (const ExpandedEntry& entry : plan_.entries) PXE_RETURN_IF_ERROR(AddEntry(entry));
    } else {
      PXE_RETURN_IF_ERROR(AddEntry(plan_.entries[plan_.default_index]));
    }
    out_.AddFixed(kFailed);
    return out_.Take();
  }

 private:
  static std::string LabelOf(const ExpandedEntry& entry) { return "entry_" + entry.name; }

  absl::Status AddMenu() {
    out_.AddFixed("\n");
    PXE_ASSIGN_OR_RETURN(const std::string title,
                         out_.Expand("profile.menu.title", profile_.menu.title));
    PXE_RETURN_IF_ERROR(
        out_.Add("profile.menu.title", title.empty() ? "menu" : "menu " + Title(title)));
    for (const ExpandedEntry& entry : plan_.entries) {
      PXE_RETURN_IF_ERROR(out_.Add(
          entry.field + ".title",
          absl::StrFormat("item %s %s", LabelOf(entry), Title(TitleWithoutHotkey(entry)))));
    }
    const std::string timeout =
        plan_.timeout_ds == 0 ? "" : absl::StrFormat("--timeout %d00 ", plan_.timeout_ds);
    out_.AddFixed(absl::StrFormat("choose %s--default %s selected || goto failed\n", timeout,
                                  LabelOf(plan_.entries[plan_.default_index])));
    out_.AddFixed("goto ${selected}\n");
    return absl::OkStatus();
  }

  absl::Status AddEntry(const ExpandedEntry& entry) {
    out_.AddFixed("\n");
    PXE_RETURN_IF_ERROR(out_.Add(entry.field + ".name", ":" + LabelOf(entry)));
    if (entry.local_boot) {
      const bool is_default = entry.field == plan_.entries[plan_.default_index].field;
      out_.AddFixed(kBiosDisk);
      if (is_default) out_.AddFixed(kGrub);
      out_.AddFixed(kLeave);
      return absl::OkStatus();
    }
    out_.AddFixed("imgfree\n");
    if (!entry.chain.empty()) {
      PXE_ASSIGN_OR_RETURN(const std::string uri, Uri(entry.field + ".chain", entry.chain));
      return out_.Add(entry.field + ".chain", absl::StrFormat("chain %s || goto failed", uri));
    }
    return entry.disk_image.empty() ? AddKernel(entry) : AddDiskImage(entry);
  }

  absl::Status AddKernel(const ExpandedEntry& entry) {
    PXE_RETURN_IF_ERROR(AddImage(entry, entry.kernel, NamesOfInitrds(entry)));
    for (size_t i = 0; i < entry.initrds.size(); ++i) {
      const std::string field = absl::StrFormat("%s.initrds[%d]", entry.field, i);
      PXE_ASSIGN_OR_RETURN(const std::string uri, Uri(field, entry.initrds[i]));
      PXE_RETURN_IF_ERROR(
          out_.Add(field, absl::StrFormat("initrd --name initrd%d %s || goto failed", i, uri)));
    }
    out_.AddFixed("boot || goto failed\n");
    return absl::OkStatus();
  }

  // As Syslinux does it: its memdisk finds the image where a kernel would find its initrd.
  absl::Status AddDiskImage(const ExpandedEntry& entry) {
    const std::string field = entry.field + ".disk_image";
    PXE_RETURN_IF_ERROR(AddImage(entry, "memdisk", ""));
    PXE_ASSIGN_OR_RETURN(const std::string uri, Uri(field, entry.disk_image));
    PXE_RETURN_IF_ERROR(out_.Add(field, absl::StrFormat("initrd %s || goto failed", uri)));
    out_.AddFixed("boot || goto failed\n");
    return absl::OkStatus();
  }

  // `kernel` with its command line: the arguments, what is appended, the names of the initrds.
  absl::Status AddImage(const ExpandedEntry& entry, const std::string& path,
                        const std::string& initrds) {
    PXE_ASSIGN_OR_RETURN(const std::string uri, Uri(entry.field + ".kernel", path));
    PXE_RETURN_IF_ERROR(
        CheckCommandLine(entry, absl::StrFormat("%s %s%s", path, entry.arguments, initrds)));
    std::string line = absl::StrFormat("kernel %s", uri);
    if (!entry.arguments.empty()) line += " " + Words(entry.arguments);
    if ((entry.sysappend & kAppendIp) != 0) {
      line += " ip=${netX/ip}:${next-server}:${netX/gateway}:${netX/netmask}";
    }
    if ((entry.sysappend & kAppendBootif) != 0) line += " BOOTIF=01-${netX/mac:hexhyp}";
    return out_.Add(entry.field + ".arguments", line + initrds + " || goto failed");
  }

  // On UEFI a kernel asks iPXE for its initrds by the names on its command line.
  static std::string NamesOfInitrds(const ExpandedEntry& entry) {
    std::string names;
    for (size_t i = 0; i < entry.initrds.size(); ++i) {
      names += absl::StrFormat(" initrd=initrd%d", i);
    }
    return names;
  }

  absl::StatusOr<std::string> Uri(std::string_view field, const std::string& path) const {
    PXE_ASSIGN_OR_RETURN(const std::string server, out_.Variable(field, "server.address"));
    return absl::StrFormat("tftp://%s/%s", server, PercentEncoded(path));
  }

  ConfigText out_;
  const core::Profile& profile_;
  MenuPlan plan_;
};

}  // namespace

absl::StatusOr<std::string> RenderIpxe(const core::Profile& profile, const VariableLookup& lookup) {
  return Script(lookup, profile).Render();
}

}  // namespace pxe::boot
