#include "boot/render_config.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/hex.h"
#include "base/status.h"
#include "boot/config_text.h"
#include "boot/grub.h"
#include "boot/grub4dos.h"
#include "boot/ipxe.h"
#include "boot/pxelinux.h"
#include "boot/variables.h"
#include "core/text_rules.h"

namespace pxe::boot {
namespace {

absl::StatusOr<std::string> RenderEntries(core::Flavour flavour, const core::Profile& profile,
                                          const VariableLookup& lookup) {
  switch (flavour) {
    case core::Flavour::kPxelinux:
      return RenderPxelinux(profile, lookup);
    case core::Flavour::kGrub:
      return RenderGrub(profile, lookup);
    case core::Flavour::kIpxe:
      return RenderIpxe(profile, lookup);
    case core::Flavour::kGrub4dos:
      return RenderGrub4dos(profile, lookup);
  }
  return Internal("a flavour that has no name");
}

// A template's lines are its author's, but their length is the machine's variables' too.
absl::Status CheckLines(std::string_view text) {
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (line.size() > kMaxConfigLine) {
      return InvalidArgument(absl::StrFormat("makes a line %d of %d bytes; at most %d", number,
                                             line.size(), kMaxConfigLine));
    }
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> RenderWhole(const std::string& template_id,
                                        const VariableLookup& lookup,
                                        const PartialLookup& templates) {
  PXE_ASSIGN_OR_RETURN(std::string text, RenderTemplate(template_id, lookup, templates));
  // A loader that gets an empty file waits for more, and some need the last line's end.
  if (text.empty()) return InvalidArgument("makes an empty config");
  if (text.back() != '\n') text += '\n';
  PXE_RETURN_IF_ERROR(CheckLines(text));
  return text;
}

absl::Status CheckConfigs(const core::Profile& profile, const VariableLookup& lookup,
                          const PartialLookup& templates) {
  absl::Status first;
  std::vector<std::string> flavours;  // those that fail as the first does
  size_t applicable = 0;
  for (const core::Flavour flavour : core::kFlavours) {
    const absl::Status status = RenderConfig(flavour, profile, lookup, templates).status();
    if (status.code() == absl::StatusCode::kFailedPrecondition) continue;
    ++applicable;
    if (first.ok()) first = status;
    if (!status.ok() && status == first) flavours.emplace_back(core::NameOf(flavour));
  }
  if (first.ok() || flavours.size() == applicable) return first;
  return InvalidArgument(
      absl::StrFormat("%s (%s)", MessageOf(first), absl::StrJoin(flavours, ", ")));
}

}  // namespace

absl::StatusOr<std::string> RenderConfig(core::Flavour flavour, const core::Profile& profile,
                                         const VariableLookup& lookup,
                                         const PartialLookup& templates) {
  const std::string_view name = core::NameOf(flavour);
  const auto whole = profile.configs.find(std::string(name));
  if (whole == profile.configs.end()) return RenderEntries(flavour, profile, lookup);
  auto text = RenderWhole(whole->second, lookup, templates);
  if (text.ok()) return text;
  return Annotate(text.status(), absl::StrFormat("profile.configs[\"%s\"]", name));
}

std::string LocalBootConfig(core::Flavour flavour) {
  switch (flavour) {
    case core::Flavour::kPxelinux:
      return "default local\nprompt 0\n\nlabel local\n  localboot 0\n";
    case core::Flavour::kGrub:
      return GrubLocalBoot("");
    case core::Flavour::kIpxe:
      // UEFI firmware would try its other network entries first; GRUB looks for the disk's loader.
      return "#!ipxe\n\n"
             "iseq ${platform} pcbios && sanboot --no-describe --drive 0x80 ||\n"
             "iseq ${platform} efi && chain /grubnetx64.efi ||\n"
             "exit 1\n";
    case core::Flavour::kGrub4dos:
      return "default 0\ntimeout 0\n\n"
             "title local disk\nrootnoverify (hd0)\nchainloader (hd0)+1\n";
  }
  return {};
}

absl::StatusOr<std::string> RenderFile(const core::Profile& profile, const std::string& path,
                                       const VariableLookup& lookup,
                                       const PartialLookup& templates) {
  const std::string field = absl::StrFormat("profile.files[\"%s\"]", Printable(path));
  const auto file = profile.files.find(path);
  if (file == profile.files.end()) return NotFound(field + ": there is no such file");
  auto text = RenderTemplate(file->second, lookup, templates);
  if (text.ok()) return text;
  return Annotate(text.status(), field);
}

absl::Status CheckProfile(const core::Profile& profile, const PartialLookup& templates) {
  const VariableLookup lookup = KnowableVariables();
  PXE_RETURN_IF_ERROR(CheckConfigs(profile, lookup, templates));
  for (const auto& [path, template_id] : profile.files) {
    PXE_RETURN_IF_ERROR(RenderFile(profile, path, lookup, templates).status());
  }
  return absl::OkStatus();
}

}  // namespace pxe::boot
