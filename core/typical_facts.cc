#include "core/typical_facts.h"

#include "absl/strings/str_format.h"

namespace pxe::core {
namespace {

constexpr uint16_t kUnsetArchitecture = 0xffff;  // what U-Boot sends that was built without one
constexpr uint16_t kPetitbootArchitecture = 14;

// The first number of C113 that means this platform.
uint16_t ArchitectureOf(Platform platform) {
  switch (platform) {
    case Platform::kBios:
      return 0;
    case Platform::kUefiItanium:
      return 2;
    case Platform::kUefiX86:
      return 6;
    case Platform::kUefiX64:
      return 7;
    case Platform::kUefiArm32:
      return 10;
    case Platform::kUefiArm64:
      return 11;
    case Platform::kPowerOpenFirmware:
      return 12;
    case Platform::kPowerEpapr:
      return 13;
    case Platform::kUefiRiscV32:
      return 25;
    case Platform::kUefiRiscV64:
      return 27;
    case Platform::kUefiRiscV128:
      return 29;
    case Platform::kS390Basic:
      return 31;
    case Platform::kS390Extended:
      return 32;
    case Platform::kUefiMips32:
      return 33;
    case Platform::kUefiMips64:
      return 34;
    case Platform::kUefiSunway32:
      return 35;
    case Platform::kUefiSunway64:
      return 36;
    case Platform::kUefiLoongArch32:
      return 37;
    case Platform::kUefiLoongArch64:
      return 39;
    case Platform::kUnknown:
      break;
  }
  return kUnsetArchitecture;
}

ClientFacts FactsOfFirmware(const char* program, uint16_t architecture) {
  return {.vendor_class = absl::StrFormat("%s:Arch:%05d:UNDI:003000", program, architecture),
          .architectures = {architecture}};
}

}  // namespace

ClientFacts TypicalFacts(const ClientKind& kind) {
  ClientFacts facts;
  switch (kind.agent) {
    case Agent::kFirmware:
      return FactsOfFirmware("PXEClient", ArchitectureOf(kind.platform));
    case Agent::kHttp:
      return FactsOfFirmware("HTTPClient", ArchitectureOf(kind.platform));
    case Agent::kIpxe:
      facts = FactsOfFirmware("PXEClient", ArchitectureOf(kind.platform));
      facts.user_class = {"iPXE"};
      facts.has_ipxe_options = true;
      return facts;
    case Agent::kRaspberryPi:
      return FactsOfFirmware("PXEClient", ArchitectureOf(Platform::kBios));
    case Agent::kPetitboot:
      return {.architectures = {kPetitbootArchitecture}};
    case Agent::kUBoot:
      return {.vendor_class = "U-Boot.armv8"};
    case Agent::kOnie:
      return {.vendor_class = "onie_vendor:x86_64-kvm_x86_64-r0"};
    case Agent::kOs:
      break;
  }
  return facts;
}

}  // namespace pxe::core
