// Which kind of client each set of options is, with the strings that real machines send.
#include "core/client_kind.h"

#include <gtest/gtest.h>

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
          .has_ipxe_options = has_ipxe_options};
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
        Row{"C108_OnieIsNoKindOfOurs", Facts("onie_vendor:x86_64-dell_s6000_c2538-r0"), "os"},
        Row{"C108_AppleIsNoKindOfOurs", Facts("AAPLBSDPC/i386/iMac14,2"), "os"},
        Row{"C108_UBootIsNoKindOfOurs", Facts("U-Boot.armv8", {22}), "os"},
        Row{"C108_PrefixIsMatchedWithCase", Facts("pxeclient:Arch:00007", {7}), "os"},
        Row{"C110_FlexBootWithoutUserClassIsKnownByOption175",
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
        Row{"C113_7IsX64Uefi", Facts("PXEClient", {7}), "uefi-x64"},
        Row{"C113_9OfVmwareIsX64Uefi", Facts("PXEClient:Arch:00009:UNDI:003010", {9}), "uefi-x64"},
        Row{"C113_10IsArm32Uefi", Facts("PXEClient", {10}), "uefi-arm32"},
        Row{"C113_11IsArm64Uefi", Facts("PXEClient", {11}), "uefi-arm64"},
        Row{"C113_15IsX86UefiHttp", Facts("HTTPClient", {15}), "http-uefi-x86"},
        Row{"C113_17IsX64UefiHttp", Facts("HTTPClient", {17}), "http-uefi-x64"},
        Row{"C113_18IsArm32UefiHttp", Facts("HTTPClient", {18}), "http-uefi-arm32"},
        Row{"C113_19IsArm64UefiHttp", Facts("HTTPClient:Arch:00019:UNDI:003000", {19}),
            "http-uefi-arm64"},
        Row{"C113_20IsBiosHttp", Facts("HTTPClient", {20}), "http-bios"},
        Row{"C114_UBootsUnsetArchitectureIsUnknown",
            Facts("PXEClient:Arch:00011:UNDI:003000", {0xffff}), "unknown"},
        Row{"C114_RiscVIsUnknown", Facts("PXEClient:Arch:00027:UNDI:003000", {27}), "unknown"},
        Row{"C114_UnknownPlatformUnderIpxe", Facts("PXEClient", {39}, {"iPXE"}), "ipxe-unknown"}),
    NameOfRow);

TEST(ClientKindTest, EveryNameIsReadBack) {
  for (const Agent agent : {Agent::kFirmware, Agent::kIpxe, Agent::kHttp}) {
    for (const Platform platform :
         {Platform::kUnknown, Platform::kBios, Platform::kUefiX86, Platform::kUefiX64,
          Platform::kUefiArm32, Platform::kUefiArm64}) {
      const ClientKind kind{platform, agent};
      EXPECT_THAT(ParseClientKind(ToString(kind)), IsOkAndHolds(kind)) << ToString(kind);
    }
  }
  EXPECT_THAT(ParseClientKind("os"), IsOkAndHolds(ClientKind{}));
}

TEST(ClientKindTest, OtherNamesAreRefusedWithTheKnownOnes) {
  for (const std::string text : {"", "BIOS", "uefi", "ipxe-", "ipxe-os", "http", "uefi-x64 "}) {
    EXPECT_THAT(ParseClientKind(text),
                StatusIs(absl::StatusCode::kInvalidArgument, "known are bios, uefi-x86, uefi-x64"))
        << text;
  }
}

TEST(ClientKindTest, C117_BuiltInLoaderDependsOnTheKind) {
  const auto loader = [](const std::string& kind) { return BuiltInLoader(*ParseClientKind(kind)); };
  EXPECT_EQ(loader("bios"), "pxelinux.0");
  EXPECT_EQ(loader("ipxe-bios"), "pxelinux.0");
  EXPECT_EQ(loader("uefi-x64"), "syslinux.efi");
  EXPECT_EQ(loader("ipxe-uefi-x64"), "syslinux.efi");
  for (const std::string kind :
       {"os", "unknown", "ipxe-unknown", "uefi-x86", "uefi-arm32", "uefi-arm64", "ipxe-uefi-arm64",
        "http-bios", "http-uefi-x64", "http-unknown"}) {
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
