// The formats of boot configs: one per family of loaders.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace pxe::core {

enum class Flavour {
  kPxelinux,  // pxelinux.0, syslinux.efi
  kGrub,      // GRUB 2
  kIpxe,      // a script
  kGrub4dos,  // menu.lst
};

inline constexpr std::array kFlavours = {Flavour::kPxelinux, Flavour::kGrub, Flavour::kIpxe,
                                         Flavour::kGrub4dos};

// "pxelinux", "grub", "ipxe", "grub4dos": the keys of a profile's `configs`.
std::string_view NameOf(Flavour flavour);

// The inverse; nothing for any other text.
std::optional<Flavour> ParseFlavour(std::string_view text);

}  // namespace pxe::core
