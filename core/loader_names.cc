#include "core/loader_names.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_format.h"

namespace pxe::core {
namespace {

constexpr size_t kHexDigitsOfAddress = 8;

std::string_view BaseName(std::string_view path) {
  return path.substr(path.find_last_of('/') + 1);  // npos + 1: all of it
}

std::string_view FolderOf(std::string_view path) {
  return path.substr(0, path.size() - BaseName(path).size());
}

// "01-52-54-00-aa-bb-cc"
std::string HardwareName(const MacAddress& mac) {
  return "01-" + mac.Hyphened();
}

// "0A4D0034", "0A4D003", ... "0"
void AddAddressNames(const std::string& before, Ipv4 address, std::vector<std::string>& names) {
  const std::string hex = absl::StrFormat("%08X", address.value);
  for (size_t digits = kHexDigitsOfAddress; digits > 0; --digits) {
    names.push_back(before + hex.substr(0, digits));
  }
}

std::vector<std::string> PxelinuxNames(std::string_view loader, const LoaderIdentity& identity) {
  const std::string folder = std::string(FolderOf(loader)) + "pxelinux.cfg/";
  std::vector<std::string> names;
  // It writes the bytes as the firmware has them, which is not the order of the text form.
  if (identity.uuid) names.push_back(folder + identity.uuid->Swapped().ToString());
  names.push_back(folder + HardwareName(identity.mac));
  AddAddressNames(folder, identity.address, names);
  names.push_back(folder + "default");
  return names;
}

std::vector<std::string> Grub4dosNames(std::string_view loader, const LoaderIdentity& identity) {
  const std::string folder = std::string(FolderOf(loader)) + "menu.lst/";
  std::vector<std::string> names = {folder + HardwareName(identity.mac)};
  AddAddressNames(folder, identity.address, names);
  names.push_back(folder + "default");
  return names;
}

}  // namespace

LoaderFamily FamilyOf(std::string_view loader) {
  static constexpr std::array<std::pair<std::string_view, LoaderFamily>, 8> kMarks = {{
      {"pxelinux", LoaderFamily::kPxelinux},
      {"syslinux", LoaderFamily::kPxelinux},
      {"shim", LoaderFamily::kShim},
      {"grldr", LoaderFamily::kGrub4dos},
      {"grub", LoaderFamily::kGrub},
      {"undionly", LoaderFamily::kIpxe},
      {"snponly", LoaderFamily::kIpxe},
      {"ipxe", LoaderFamily::kIpxe},
  }};
  const std::string_view name = BaseName(loader);
  if (name.ends_with(".ipxe")) return LoaderFamily::kIpxeScript;
  const auto* mark = std::ranges::find_if(
      kMarks, [name](const auto& one) { return name.find(one.first) != std::string_view::npos; });
  return mark == kMarks.end() ? LoaderFamily::kOther : mark->second;
}

std::vector<std::string> NamesAskedBy(std::string_view loader, const LoaderIdentity& identity) {
  switch (FamilyOf(loader)) {
    case LoaderFamily::kPxelinux:
      return PxelinuxNames(loader, identity);
    case LoaderFamily::kGrub:
    case LoaderFamily::kShim:
      return {"grub/grub.cfg"};  // Debian's images have this path built in, wherever they lie
    case LoaderFamily::kIpxeScript:
      return {std::string(loader)};
    case LoaderFamily::kGrub4dos:
      return Grub4dosNames(loader, identity);
    case LoaderFamily::kIpxe:
    case LoaderFamily::kOther:
      break;
  }
  return {};
}

}  // namespace pxe::core
