#include "core/flavour.h"

namespace pxe::core {

std::string_view NameOf(Flavour flavour) {
  switch (flavour) {
    case Flavour::kPxelinux:
      return "pxelinux";
    case Flavour::kGrub:
      return "grub";
    case Flavour::kIpxe:
      return "ipxe";
    case Flavour::kGrub4dos:
      return "grub4dos";
  }
  return "unknown";
}

std::optional<Flavour> ParseFlavour(std::string_view text) {
  for (const Flavour flavour : kFlavours) {
    if (NameOf(flavour) == text) return flavour;
  }
  return std::nullopt;
}

}  // namespace pxe::core
