// Which kind of client each set of options is, with the strings that real machines send.
#include "core/client_kind.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/support/status_matchers.h"

namespace pxe::core {
namespace {

struct Row {
  std::string name;
  ClientFacts facts;
  std::string kind;
};

std::string NameOfRow(const testing::TestParamInfo<Row>& row) {
  return row.param.name;
}

ClientFacts Facts(std::string vendor_class, std::vector<uint16_t> architectures = {},
                  std::vector<std::string> user_class = {}, bool has_ipxe_options = false) {
  return {.vendor_class = std::move(vendor_class),
          .user_class = std::move(user_class),
          .architectures = std::move(architectures),
          .uuid = std::nullopt,
          .has_ipxe_options = has_ipxe_options,
          .mac = std::nullopt};
}

ClientFacts From(const char* mac, ClientFacts facts) {
  facts.mac = *ParseMacAddress(mac);
  return facts;
}

class KindOfTest : public testing::TestWithParam<Row> {};

TEST_P(KindOfTest, IsTheKindOfTheRow) {
  EXPECT_EQ(ToString(KindOf(GetParam().facts)), GetParam().kind);
}

INSTANTIATE_TEST_SUITE_P(
    Agents, KindOfTest,
    testing::Values(
        Row{"C108_QemuBiosRomIsIpxe",
            Facts("PXEClient:Arch:00000:UNDI:002001", {0}, {"iPXE"}, true), "ipxe-bios"},
        Row{"C108_IpxeUnderUefiBeatsPxeClientAndHttpClient",
            Facts("HTTPClient:Arch:00016:UNDI:003010", {7}, {"iPXE"}, true), "ipxe-uefi-x64"},
        Row{"C108_GpxeIsIpxe", Facts("PXEClient:Arch:00000:UNDI:002001", {0}, {"gPXE"}),
            "ipxe-bios"},
        Row{"C108_XnbaIsIpxe", Facts("PXEClient:Arch:00000:UNDI:002001", {0}, {"xNBA"}),
            "ipxe-bios"},
        Row{"C108_IpxeMayBeOneOfSeveralUserClasses",
            Facts("PXEClient:Arch:00007:UNDI:003016", {7}, {"rack-a", "iPXE"}), "ipxe-uefi-x64"},
        Row{"C108_ForeignUserClassIsFirmware",
            Facts("PXEClient:Arch:00007:UNDI:003016", {7}, {"iPXE-ish"}), "uefi-x64"},
        Row{"C108_HttpClientIsHttpBoot", Facts("HTTPClient:Arch:00016:UNDI:003001", {16}),
            "http-uefi-x64"},
        Row{"C108_OvmfIsUefiFirmware", Facts("PXEClient:Arch:00007:UNDI:003001", {7}), "uefi-x64"},
        Row{"C108_PlainBiosRom", Facts("PXEClient:Arch:00000:UNDI:002001", {0}), "bios"},
        Row{"C108_DhclientIsAnOs", Facts(""), "os"},
        Row{"C108_WindowsIsAnOs", Facts("MSFT 5.0"), "os"},
        Row{"C108_UdhcpIsAnOs", Facts("udhcp 1.35.0", {7}), "os"},
        Row{"C108_AnythingButPxeIsAnOsWhateverItsMac", From("dc:a6:32:01:02:03", Facts("dhcpcd-9")),
            "os"},
        Row{"Q30_AppleIsAnOs", Facts("AAPLBSDPC/i386/iMac14,2"), "os"},
        Row{"Q40_Onie",
            Facts("onie_vendor:x86_64-dell_s6000_c2538-r0", {}, {"onie_dhcp_user_class"}), "onie"},
        Row{"Q39_Petitboot", Facts("udhcp 1.35.0", {14}), "petitboot"},
        Row{"Q39_PetitbootAsPxeClient", Facts("PXEClient:Arch:00014", {}), "petitboot"},
        Row{"Q19_UBootOnArm64", Facts("U-Boot.armv8", {22}), "uboot"},
        Row{"Q19_UBootWithoutArchitecture", Facts("U-Boot.armv7"), "uboot"},
        Row{"Q19_UBootWithAnUnsetArchitecture", Facts("U-Boot", {0xffff}), "uboot"},
        Row{"Q19_UBootThatTakesAUefiLoaderSaysSo", Facts("PXEClient:Arch:00011:UNDI:003000", {11}),
            "uefi-arm64"},
        Row{"C113_21AsPxeClientIsUBoot", Facts("PXEClient", {21}), "uboot"},
        Row{"C113_22AsPxeClientIsUBoot", Facts("PXEClient:Arch:00022:UNDI:003000"), "uboot"},
        Row{"C113_23IsUBootOverHttp", Facts("HTTPClient", {23}), "http-unknown"},
        Row{"C113_24IsUBootOverHttp", Facts("HTTPClient", {24}), "http-unknown"},
        Row{"Q12_RaspberryPi3",
            From("b8:27:eb:01:02:03", Facts("PXEClient:Arch:00000:UNDI:002001", {0})), "rpi"},
        Row{"Q12_RaspberryPi4",
            From("dc:a6:32:01:02:03", Facts("PXEClient:Arch:00000:UNDI:002001", {0})), "rpi"},
        Row{"Q12_RaspberryPi400", From("e4:5f:01:01:02:03", Facts("PXEClient", {0})), "rpi"},
        Row{"Q12_RaspberryPiPico", From("28:cd:c1:01:02:03", Facts("PXEClient")), "rpi"},
        Row{"Q12_RaspberryPi5", From("d8:3a:dd:01:02:03", Facts("PXEClient", {0})), "rpi"},
        Row{"Q12_AnotherMakersBios", From("d8:3a:de:01:02:03", Facts("PXEClient", {0})), "bios"},
        Row{"Q12_UefiOnARaspberryPi",
            From("dc:a6:32:01:02:03", Facts("PXEClient:Arch:00011:UNDI:003000", {11})),
            "uefi-arm64"},
        Row{"Q12_IpxeOnARaspberryPi",
            From("dc:a6:32:01:02:03", Facts("PXEClient:Arch:00011", {11}, {"iPXE"}, true)),
            "ipxe-uefi-arm64"},
        Row{"C113_41IsRpiBoot", Facts("PXEClient", {41}), "rpi"},
        Row{"C108_PrefixIsMatchedWithCase", Facts("pxeclient:Arch:00007", {7}), "os"},
        Row{"C110_Q36_FlexBootWithoutUserClassIsKnownByOption175",
            Facts("PXEClient:Arch:00007:UNDI:003010", {7}, {}, true), "ipxe-uefi-x64"}),
    NameOfRow);

INSTANTIATE_TEST_SUITE_P(
    Platforms, KindOfTest,
    testing::Values(
        Row{"C112_ArchitectureOfOption93WinsOver60", Facts("PXEClient:Arch:00000:UNDI:002001", {7}),
            "uefi-x64"},
        Row{"C112_WithoutOption93The60Counts", Facts("PXEClient:Arch:00011:UNDI:003000"),
            "uefi-arm64"},
        Row{"C112_WithoutAnyArchitectureItIsBios", Facts("PXEClient"), "bios"},
        Row{"C112_UnreadableArchIn60IsBios", Facts("PXEClient:Arch:x64:UNDI:003000"), "bios"},
        Row{"C112_OversizedArchIn60IsBios", Facts("PXEClient:Arch:99999:UNDI:003000"), "bios"},
        Row{"C112_FirstKnownOfSeveralCounts", Facts("PXEClient", {65000, 9, 0}), "uefi-x64"},
        Row{"C113_6IsX86Uefi", Facts("PXEClient", {6}), "uefi-x86"},
        Row{"C113_Q35_7IsX64Uefi", Facts("PXEClient", {7}), "uefi-x64"},
        Row{"C113_Q22_9OfVmwareIsX64Uefi", Facts("PXEClient:Arch:00009:UNDI:003010", {9}),
            "uefi-x64"},
        Row{"C113_10IsArm32Uefi", Facts("PXEClient", {10}), "uefi-arm32"},
        Row{"C113_11IsArm64Uefi", Facts("PXEClient", {11}), "uefi-arm64"},
        Row{"C113_15IsX86UefiHttp", Facts("HTTPClient", {15}), "http-uefi-x86"},
        Row{"C113_17IsX64UefiHttp", Facts("HTTPClient", {17}), "http-uefi-x64"},
        Row{"C113_18IsArm32UefiHttp", Facts("HTTPClient", {18}), "http-uefi-arm32"},
        Row{"C113_19IsArm64UefiHttp", Facts("HTTPClient:Arch:00019:UNDI:003000", {19}),
            "http-uefi-arm64"},
        Row{"C113_20IsBiosHttp", Facts("HTTPClient", {20}), "http-bios"},
        Row{"C113_2IsItanium", Facts("PXEClient:Arch:00002:UNDI:002001", {2}), "uefi-ia64"},
        Row{"C113_12IsOpenFirmware", Facts("PXEClient", {12}), "ppc-openfirmware"},
        Row{"C113_13IsEpapr", Facts("PXEClient", {13}), "ppc-epapr"},
        Row{"C113_16IsX64UefiHttp", Facts("HTTPClient:Arch:00016:UNDI:003001", {16}),
            "http-uefi-x64"},
        Row{"C113_25IsRiscV32", Facts("PXEClient", {25}), "uefi-riscv32"},
        Row{"C113_26IsRiscV32Http", Facts("HTTPClient", {26}), "http-uefi-riscv32"},
        Row{"C113_27IsRiscV64", Facts("PXEClient:Arch:00027:UNDI:003000", {27}), "uefi-riscv64"},
        Row{"C113_28IsRiscV64Http", Facts("HTTPClient", {28}), "http-uefi-riscv64"},
        Row{"C113_29IsRiscV128", Facts("PXEClient", {29}), "uefi-riscv128"},
        Row{"C113_30IsRiscV128Http", Facts("HTTPClient", {30}), "http-uefi-riscv128"},
        Row{"C113_31IsS390", Facts("PXEClient", {31}), "s390"},
        Row{"C113_32IsS390Extended", Facts("PXEClient", {32}), "s390-extended"},
        Row{"C113_33IsMips32", Facts("PXEClient", {33}), "uefi-mips32"},
        Row{"C113_34IsMips64", Facts("PXEClient", {34}), "uefi-mips64"},
        Row{"C113_35IsSunway32", Facts("PXEClient", {35}), "uefi-sunway32"},
        Row{"C113_36IsSunway64", Facts("PXEClient", {36}), "uefi-sunway64"},
        Row{"C113_37IsLoongArch32", Facts("PXEClient", {37}), "uefi-loongarch32"},
        Row{"C113_38IsLoongArch32Http", Facts("HTTPClient", {38}), "http-uefi-loongarch32"},
        Row{"C113_39IsLoongArch64", Facts("PXEClient:Arch:00039:UNDI:003000", {39}),
            "uefi-loongarch64"},
        Row{"C113_39UnderIpxe", Facts("PXEClient", {39}, {"iPXE"}), "ipxe-uefi-loongarch64"},
        Row{"C113_40IsLoongArch64Http", Facts("HTTPClient", {40}), "http-uefi-loongarch64"},
        Row{"C113_1OfNecIsObsolete", Facts("PXEClient", {1}), "unknown"},
        Row{"C113_3OfAlphaIsObsolete", Facts("PXEClient", {3}), "unknown"},
        Row{"C113_4OfArcIsObsolete", Facts("PXEClient", {4}), "unknown"},
        Row{"C113_5OfLeanClientIsObsolete", Facts("PXEClient", {5}), "unknown"},
        Row{"C113_8OfXscaleIsObsolete", Facts("PXEClient", {8}), "unknown"},
        Row{"C114_UnsetArchitectureIsUnknown", Facts("PXEClient:Arch:00011:UNDI:003000", {0xffff}),
            "unknown"},
        Row{"C114_ANumberOfTheFutureIsUnknown", Facts("PXEClient", {42}), "unknown"},
        Row{"C114_UnknownPlatformUnderIpxe", Facts("PXEClient", {14}, {"iPXE"}), "ipxe-unknown"}),
    NameOfRow);

TEST(ClientKindTest, EveryNameIsReadBackAndBelongsToOneKind) {
  std::set<std::string> names;
  for (int platform = 0; platform <= static_cast<int>(Platform::kS390Extended); ++platform) {
    for (const Agent agent : {Agent::kFirmware, Agent::kIpxe, Agent::kHttp}) {
      const ClientKind kind{static_cast<Platform>(platform), agent};
      EXPECT_THAT(ParseClientKind(NameOf(kind)), IsOkAndHolds(kind)) << NameOf(kind);
      names.insert(ToString(kind));
    }
  }
  for (const Agent agent :
       {Agent::kUBoot, Agent::kRaspberryPi, Agent::kOnie, Agent::kPetitboot, Agent::kOs}) {
    const ClientKind kind{Platform::kUnknown, agent};
    EXPECT_THAT(ParseClientKind(NameOf(kind)), IsOkAndHolds(kind)) << NameOf(kind);
    names.insert(ToString(kind));
  }
  EXPECT_EQ(names.size(), 65U);
}

TEST(ClientKindTest, OtherNamesAreRefusedWithTheKnownOnes) {
  for (const std::string text : {"", "BIOS", "uefi", "ipxe-", "ipxe-os", "http", "uefi-x64 "}) {
    EXPECT_THAT(ParseClientKind(text), StatusIs(absl::StatusCode::kInvalidArgument,
                                                "known are unknown, bios, uefi-x86, uefi-x64"))
        << text;
  }
}

TEST(ClientKindTest, C117_BuiltInLoaderDependsOnTheKind) {
  const auto loader = [](const std::string& kind) { return BuiltInLoader(*ParseClientKind(kind)); };
  EXPECT_EQ(loader("bios"), "pxelinux.0");
  EXPECT_EQ(loader("ipxe-bios"), "pxelinux.0");
  EXPECT_EQ(loader("uefi-x64"), "syslinux.efi");
  EXPECT_EQ(loader("ipxe-uefi-x64"), "boot.ipxe");
  for (const std::string kind :
       {"os", "unknown", "ipxe-unknown", "uefi-x86", "uefi-arm32", "uefi-arm64", "ipxe-uefi-arm64",
        "http-bios", "http-uefi-x64", "http-unknown", "uboot", "rpi", "onie", "petitboot"}) {
    EXPECT_EQ(loader(kind), std::nullopt) << kind;
  }
}

TEST(ClientKindTest, TheLocalDiskIsReachedByALoaderOfItsOwnForEachPlatform) {
  const auto loader = [](const std::string& kind) {
    return LocalBootLoader(*ParseClientKind(kind));
  };
  EXPECT_EQ(loader("bios"), "pxelinux.0");
  EXPECT_EQ(loader("ipxe-bios"), "pxelinux.0");
  EXPECT_EQ(loader("uefi-x64"), "grubnetx64.efi");
  EXPECT_EQ(loader("ipxe-uefi-x64"), "grubnetx64.efi");
  for (const std::string kind : {"os", "unknown", "uefi-arm64", "http-uefi-x64", "rpi", "uboot"}) {
    EXPECT_EQ(loader(kind), std::nullopt) << kind;
  }
}

TEST(ClientKindTest, OnlyAnOsDoesNotBootFromTheNetwork) {
  EXPECT_FALSE(ClientKind{}.BootsFromNetwork());
  EXPECT_TRUE(ParseClientKind("bios")->BootsFromNetwork());
  EXPECT_TRUE(ParseClientKind("http-uefi-x64")->BootsFromNetwork());
  EXPECT_TRUE(ParseClientKind("unknown")->BootsFromNetwork());
}

}  // namespace
}  // namespace pxe::core
