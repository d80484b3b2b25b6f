#include "clients/pxeadm/bootfiles_list.h"

#include <algorithm>
#include <array>
#include <system_error>

namespace pxe::adm {
namespace {

namespace fs = std::filesystem;

struct KnownFile {
  std::string_view name;
  std::string_view source;
  std::string_view package;
};

constexpr std::string_view kPxelinux = "usr/lib/PXELINUX/pxelinux.0";
constexpr std::string_view kSyslinuxEfi = "usr/lib/SYSLINUX.EFI/efi64/syslinux.efi";
constexpr std::string_view kCoreOfBios = "usr/lib/syslinux/modules/bios/ldlinux.c32";
constexpr std::string_view kCoreOfEfi = "usr/lib/syslinux/modules/efi64/ldlinux.e64";
constexpr std::string_view kSignedNetGrub = "usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed";
constexpr std::string_view kModules = "syslinux-common";
constexpr std::string_view kModuleSuffix = ".c32";

constexpr std::array kKnownFiles{
    KnownFile{"pxelinux.0", kPxelinux, "pxelinux"},
    KnownFile{"ldlinux.c32", kCoreOfBios, kModules},
    KnownFile{"syslinux.efi", kSyslinuxEfi, "syslinux-efi"},
    KnownFile{"ldlinux.e64", kCoreOfEfi, kModules},
    KnownFile{"grubnetx64.efi", kSignedNetGrub, "grub-efi-amd64-signed"},
    KnownFile{"shimx64.efi", "usr/lib/shim/shimx64.efi.signed", "shim-signed"},
    // The name that shim asks for, beside itself.
    KnownFile{"grubx64.efi", kSignedNetGrub, "grub-efi-amd64-signed"},
    KnownFile{"undionly.kpxe", "usr/lib/ipxe/undionly.kpxe", "ipxe"},
    KnownFile{"snponly.efi", "usr/lib/ipxe/snponly.efi", "ipxe"},
    // usr/lib/ipxe/ipxe.efi is a link to it that leads out of an unpacked package.
    KnownFile{"ipxe.efi", "boot/ipxe.efi", "ipxe"},
    KnownFile{"memdisk", "usr/lib/syslinux/memdisk", kModules},
    KnownFile{"bios/pxelinux.0", kPxelinux, "pxelinux"},
    KnownFile{"bios/ldlinux.c32", kCoreOfBios, kModules},
    KnownFile{"efi64/syslinux.efi", kSyslinuxEfi, "syslinux-efi"},
    KnownFile{"efi64/ldlinux.e64", kCoreOfEfi, kModules},
};

struct ModuleFolder {
  std::string_view name;
  std::string_view source;
};

constexpr std::array kModuleFolders{
    ModuleFolder{"bios/", "usr/lib/syslinux/modules/bios/"},
    ModuleFolder{"efi64/", "usr/lib/syslinux/modules/efi64/"},
};

bool IsKnown(std::string_view name) {
  return std::ranges::find(kKnownFiles, name, &KnownFile::name) != kKnownFiles.end();
}

// In order of name, so that two runs say the same.
std::vector<std::string> ModulesIn(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.ends_with(kModuleSuffix)) names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace

std::string_view ToString(WayRole role) {
  switch (role) {
    case WayRole::kBuiltIn:
      return "built in";
    case WayRole::kLocalBoot:
      return "local boot";
    case WayRole::kByChoice:
      return "by choice";
  }
  return "";
}

std::vector<BootWay> BootWays() {
  using enum WayRole;
  return {
      {"bios", "pxelinux.0", kBuiltIn, {"pxelinux.0", "ldlinux.c32"}},
      {"bios", "bios/pxelinux.0", kByChoice, {"bios/pxelinux.0", "bios/ldlinux.c32"}},
      {"bios", "undionly.kpxe", kByChoice, {"undionly.kpxe"}},
      {"ipxe-bios", "pxelinux.0", kBuiltIn, {"pxelinux.0", "ldlinux.c32"}},
      {"ipxe-bios", "bios/pxelinux.0", kByChoice, {"bios/pxelinux.0", "bios/ldlinux.c32"}},
      {"uefi-x64", "syslinux.efi", kBuiltIn, {"syslinux.efi", "ldlinux.e64"}},
      {"uefi-x64", "grubnetx64.efi", kLocalBoot, {"grubnetx64.efi"}},
      {"uefi-x64", "efi64/syslinux.efi", kByChoice, {"efi64/syslinux.efi", "efi64/ldlinux.e64"}},
      {"uefi-x64", "shimx64.efi", kByChoice, {"shimx64.efi", "grubx64.efi"}},
      {"uefi-x64", "snponly.efi", kByChoice, {"snponly.efi"}},
      {"uefi-x64", "ipxe.efi", kByChoice, {"ipxe.efi"}},
      {"ipxe-uefi-x64", "grubnetx64.efi", kLocalBoot, {"grubnetx64.efi"}},
  };
}

std::optional<fs::path> SourceTrees::Find(std::string_view source) const {
  for (const fs::path& tree : trees_) {
    fs::path path = tree / source;
    std::error_code error;
    if (fs::is_regular_file(path, error)) return path;
  }
  return std::nullopt;
}

std::vector<BootFile> SourceTrees::Files() const {
  std::vector<BootFile> files;
  for (const KnownFile& known : kKnownFiles) {
    files.push_back(
        {std::string(known.name), std::string(known.source), std::string(known.package)});
  }
  for (const ModuleFolder& folder : kModuleFolders) {
    for (const fs::path& tree : trees_) {
      const std::vector<std::string> modules = ModulesIn(tree / folder.source);
      for (const std::string& module : modules) {
        const std::string name = std::string(folder.name) + module;
        if (IsKnown(name)) continue;
        files.push_back({name, std::string(folder.source) + module, std::string(kModules)});
      }
      if (!modules.empty()) break;
    }
  }
  return files;
}

std::string PackageOf(std::string_view name) {
  const auto known = std::ranges::find(kKnownFiles, name, &KnownFile::name);
  return std::string(known == kKnownFiles.end() ? std::string_view() : known->package);
}

}  // namespace pxe::adm
