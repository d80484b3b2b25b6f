#include "core/loader_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pxe::core {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const LoaderIdentity kMachine{.mac = {{0x52, 0x54, 0x00, 0xaa, 0xbb, 0xcc}},
                              .uuid = *ParseUuid("b8945908-d6a6-41a9-611d-74a6ab80b83d"),
                              .address = {0x0a4d0034}};

TEST(LoaderNamesTest, PxelinuxSearchesBesideItself) {
  EXPECT_THAT(
      NamesAskedBy("bios/pxelinux.0", kMachine),
      ElementsAre("bios/pxelinux.cfg/085994b8-a6d6-a941-611d-74a6ab80b83d",
                  "bios/pxelinux.cfg/01-52-54-00-aa-bb-cc", "bios/pxelinux.cfg/0A4D0034",
                  "bios/pxelinux.cfg/0A4D003", "bios/pxelinux.cfg/0A4D00",
                  "bios/pxelinux.cfg/0A4D0", "bios/pxelinux.cfg/0A4D", "bios/pxelinux.cfg/0A4",
                  "bios/pxelinux.cfg/0A", "bios/pxelinux.cfg/0", "bios/pxelinux.cfg/default"));
}

TEST(LoaderNamesTest, AMachineThatTellsNoUuidIsNotAskedForByIt) {
  LoaderIdentity machine = kMachine;
  machine.uuid.reset();
  EXPECT_EQ(NamesAskedBy("syslinux.efi", machine).front(), "pxelinux.cfg/01-52-54-00-aa-bb-cc");
}

TEST(LoaderNamesTest, GrubGoesToItsOwnFolder) {
  EXPECT_THAT(NamesAskedBy("grubnetx64.efi", kMachine), ElementsAre("grub/grub.cfg"));
  EXPECT_THAT(NamesAskedBy("efi/shimx64.efi", kMachine), ElementsAre("grub/grub.cfg"));
}

TEST(LoaderNamesTest, AScriptIsItsOwnConfig) {
  EXPECT_THAT(NamesAskedBy("x/boot.ipxe", kMachine), ElementsAre("x/boot.ipxe"));
}

TEST(LoaderNamesTest, IpxeAsksDhcpAndStrangersDoWhatTheyLike) {
  for (const char* loader : {"snponly.efi", "undionly.kpxe", "ipxe.efi", "wdsnbp.com"}) {
    EXPECT_THAT(NamesAskedBy(loader, kMachine), IsEmpty()) << loader;
  }
  EXPECT_EQ(FamilyOf("snponly.efi"), LoaderFamily::kIpxe);
  EXPECT_EQ(FamilyOf("ipxe/undionly.kpxe"), LoaderFamily::kIpxe);
  EXPECT_EQ(FamilyOf("wdsnbp.com"), LoaderFamily::kOther);
}

TEST(LoaderNamesTest, Grub4dosHasAFolderOfMenus) {
  const auto names = NamesAskedBy("grldr", kMachine);
  EXPECT_EQ(names.front(), "menu.lst/01-52-54-00-aa-bb-cc");
  EXPECT_EQ(names.back(), "menu.lst/default");
}

}  // namespace
}  // namespace pxe::core
