#include "core/typical_facts.h"

#include <gtest/gtest.h>

namespace pxe::core {
namespace {

TEST(TypicalFacts, OfEveryPlatformAreReadAsWhatTheyAreOf) {
  for (const char* name :
       {"bios", "uefi-x86", "uefi-x64", "uefi-arm64", "ipxe-bios", "ipxe-uefi-x64", "http-uefi-x64",
        "http-uefi-arm64", "uboot", "onie", "petitboot", "os", "unknown", "uefi-riscv64"}) {
    const auto kind = ParseClientKind(name);
    ASSERT_TRUE(kind.ok()) << kind.status();
    EXPECT_EQ(NameOf(KindOf(TypicalFacts(*kind))), name);
  }
}

TEST(TypicalFacts, OfARaspberryPiNeedItsMac) {
  ClientFacts facts = TypicalFacts({Platform::kUnknown, Agent::kRaspberryPi});
  facts.mac = MacAddress{{0xb8, 0x27, 0xeb, 0, 0, 1}};
  EXPECT_EQ(KindOf(facts).agent, Agent::kRaspberryPi);
}

}  // namespace
}  // namespace pxe::core
