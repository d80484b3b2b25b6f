// What every spelling of a requested name means; accepted names first, then refused ones.
#include "core/boot_path.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/status_matchers.h"

namespace pxe::core {
namespace {

const std::string kUuidText = "085994b8-a6d6-a941-611d-74a6ab80b83d";
const MacAddress kMac = *ParseMacAddress("88:99:aa:bb:cc:dd");

struct Row {
  std::string name;
  std::string requested;
  BootPath meaning;
};

std::string NameOfRow(const testing::TestParamInfo<Row>& row) {
  return row.param.name;
}

class BootPathTest : public testing::TestWithParam<Row> {};

TEST_P(BootPathTest, MeansWhatTheRowSays) {
  EXPECT_THAT(ParseBootPath(GetParam().requested), IsOkAndHolds(GetParam().meaning));
}

struct ConfigRow {
  std::string name;
  std::string requested;
  ConfigOwner owner;
};

std::string NameOfConfigRow(const testing::TestParamInfo<ConfigRow>& row) {
  return row.param.name;
}

// A config of `flavour`, for the owner of the row.
void ExpectConfig(Flavour flavour, const ConfigRow& row) {
  const auto path = ParseBootPath(row.requested);
  ASSERT_THAT(path, IsOk());
  const auto* config = std::get_if<ConfigName>(&*path);
  ASSERT_NE(config, nullptr) << row.requested << " is read as a file";
  EXPECT_EQ(config->flavour, flavour);
  EXPECT_EQ(config->owner, row.owner);
}

class PxelinuxConfigTest : public testing::TestWithParam<ConfigRow> {};

TEST_P(PxelinuxConfigTest, BelongsToTheOwnerOfTheRow) {
  ExpectConfig(Flavour::kPxelinux, GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Names, PxelinuxConfigTest,
    testing::Values(
        ConfigRow{"UuidInLowerCase", "pxelinux.cfg/" + kUuidText,
                  ConfigForUuid{*ParseUuid(kUuidText)}},
        ConfigRow{"UuidInUpperCase", "pxelinux.cfg/085994B8-A6D6-A941-611D-74A6AB80B83D",
                  ConfigForUuid{*ParseUuid(kUuidText)}},
        ConfigRow{"MacOfEthernet", "pxelinux.cfg/01-88-99-aa-bb-cc-dd", ConfigForMac{kMac}},
        ConfigRow{"MacInUpperCase", "pxelinux.cfg/01-88-99-AA-BB-CC-DD", ConfigForMac{kMac}},
        ConfigRow{"InfiniBandIsNoMac", "pxelinux.cfg/20-80-00-02-08-fe-80-00-00-00-00-00-00",
                  ConfigForOtherHardware{}},
        ConfigRow{"SixBytesOfAnotherTypeAreNoMac", "pxelinux.cfg/06-88-99-aa-bb-cc-dd",
                  ConfigForOtherHardware{}},
        ConfigRow{"EthernetOfEightBytesIsNoMac", "pxelinux.cfg/01-88-99-aa-bb-cc-dd-ee-ff",
                  ConfigForOtherHardware{}},
        ConfigRow{"WholeAddress", "pxelinux.cfg/C000025B",
                  ConfigForAddress{*ParseIpv4("192.0.2.91")}},
        ConfigRow{"AddressInLowerCaseFromATftpProxy", "pxelinux.cfg/c000025b",
                  ConfigForAddress{*ParseIpv4("192.0.2.91")}},
        ConfigRow{"SevenDigits", "pxelinux.cfg/C000025",
                  ConfigForNetwork{*ParseIpv4Prefix("192.0.2.80/28")}},
        ConfigRow{"SixDigits", "pxelinux.cfg/0A4D00",
                  ConfigForNetwork{*ParseIpv4Prefix("10.77.0.0/24")}},
        ConfigRow{"FiveDigits", "pxelinux.cfg/0A4D0",
                  ConfigForNetwork{*ParseIpv4Prefix("10.77.0.0/20")}},
        ConfigRow{"FourDigits", "pxelinux.cfg/0A4D",
                  ConfigForNetwork{*ParseIpv4Prefix("10.77.0.0/16")}},
        ConfigRow{"ThreeDigits", "pxelinux.cfg/0A4",
                  ConfigForNetwork{*ParseIpv4Prefix("10.64.0.0/12")}},
        ConfigRow{"TwoDigits", "pxelinux.cfg/0A", ConfigForNetwork{*ParseIpv4Prefix("10.0.0.0/8")}},
        ConfigRow{"OneDigit", "pxelinux.cfg/C", ConfigForNetwork{*ParseIpv4Prefix("192.0.0.0/4")}},
        ConfigRow{"TheEndOfTheSearch", "pxelinux.cfg/default", ConfigForAnybody{}},
        ConfigRow{"BesideALoaderInAFolder", "boot/bios/pxelinux.cfg/default", ConfigForAnybody{}},
        ConfigRow{"T92_BehindLeadingSlashes", "//pxelinux.cfg//default", ConfigForAnybody{}},
        ConfigRow{"T94_BehindBackslashes", "boot\\pxelinux.cfg\\01-88-99-aa-bb-cc-dd",
                  ConfigForMac{kMac}}),
    NameOfConfigRow);

class GrubConfigTest : public testing::TestWithParam<ConfigRow> {};

TEST_P(GrubConfigTest, BelongsToTheOwnerOfTheRow) {
  ExpectConfig(Flavour::kGrub, GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Names, GrubConfigTest,
    testing::Values(
        ConfigRow{"OfDebiansSignedImage", "/grub/grub.cfg", ConfigForAnybody{}},
        ConfigRow{"InTheRoot", "grub.cfg", ConfigForAnybody{}},
        ConfigRow{"BesideADistributionsImage", "/EFI/debian/grub.cfg", ConfigForAnybody{}},
        ConfigRow{"InTheFolderOfItsModules", "grub/x86_64-efi/grub.cfg", ConfigForAnybody{}},
        ConfigRow{"MacWithItsType", "/grub/grub.cfg-01-88-99-aa-bb-cc-dd", ConfigForMac{kMac}},
        ConfigRow{"MacWithColons", "/grub/grub.cfg-88:99:aa:bb:cc:dd", ConfigForMac{kMac}},
        ConfigRow{"MacWithHyphens", "/grub/grub.cfg-88-99-aa-bb-cc-dd", ConfigForMac{kMac}},
        ConfigRow{"WholeAddress", "/grub/grub.cfg-C000025B",
                  ConfigForAddress{*ParseIpv4("192.0.2.91")}},
        ConfigRow{"SixDigits", "/grub/grub.cfg-0A4D00",
                  ConfigForNetwork{*ParseIpv4Prefix("10.77.0.0/24")}},
        ConfigRow{"OneDigit", "/grub/grub.cfg-0", ConfigForNetwork{*ParseIpv4Prefix("0.0.0.0/4")}},
        ConfigRow{"UuidOfRedHatsImages", "/grub/grub.cfg-" + kUuidText,
                  ConfigForUuid{*ParseUuid(kUuidText)}}),
    NameOfConfigRow);

class IpxeConfigTest : public testing::TestWithParam<ConfigRow> {};

TEST_P(IpxeConfigTest, BelongsToTheOwnerOfTheRow) {
  ExpectConfig(Flavour::kIpxe, GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Names, IpxeConfigTest,
    testing::Values(
        ConfigRow{"InTheRoot", "boot.ipxe", ConfigForAnybody{}},
        ConfigRow{"InAnyFolder", "/ipxe/x64/boot.ipxe", ConfigForAnybody{}},
        ConfigRow{"WithAQuery", "boot.ipxe?mac=88:99:aa:bb:cc:dd&arch=x86_64", ConfigForAnybody{}},
        ConfigRow{"WithAQueryThatLooksLikeAPath", "boot.ipxe?asset=a/../b\\c", ConfigForAnybody{}},
        ConfigRow{"MacAsHexRaw", "mac-8899aabbccdd.ipxe", ConfigForMac{kMac}},
        ConfigRow{"MacWithItsType", "ipxe/01-88-99-aa-bb-cc-dd.ipxe", ConfigForMac{kMac}},
        ConfigRow{"MacAsHexHyp", "88-99-aa-bb-cc-dd.ipxe", ConfigForMac{kMac}},
        ConfigRow{"Uuid", kUuidText + ".ipxe", ConfigForUuid{*ParseUuid(kUuidText)}},
        ConfigRow{"UuidOfAMachineWithoutOne", "00000000-0000-0000-0000-000000000000.ipxe",
                  ConfigForUuid{}}),
    NameOfConfigRow);

class Grub4dosConfigTest : public testing::TestWithParam<ConfigRow> {};

TEST_P(Grub4dosConfigTest, BelongsToTheOwnerOfTheRow) {
  ExpectConfig(Flavour::kGrub4dos, GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Names, Grub4dosConfigTest,
    testing::Values(ConfigRow{"TheFile", "/menu.lst", ConfigForAnybody{}},
                    ConfigRow{"TheFileInAFolder", "boot/grub/menu.lst", ConfigForAnybody{}},
                    ConfigRow{"TheEndOfTheSearch", "menu.lst/default", ConfigForAnybody{}},
                    ConfigRow{"Mac", "/menu.lst/01-88-99-aa-bb-cc-dd", ConfigForMac{kMac}},
                    ConfigRow{"WholeAddress", "menu.lst/C000025B",
                              ConfigForAddress{*ParseIpv4("192.0.2.91")}},
                    ConfigRow{"FourDigits", "menu.lst/0A4D",
                              ConfigForNetwork{*ParseIpv4Prefix("10.77.0.0/16")}}),
    NameOfConfigRow);

INSTANTIATE_TEST_SUITE_P(
    Files, BootPathTest,
    testing::Values(
        Row{"T92_PlainName", "pxelinux.0", FileBelowRoot{"pxelinux.0"}},
        Row{"T92_LeadingSlash", "/pxelinux.0", FileBelowRoot{"pxelinux.0"}},
        Row{"T92_LeadingSlashes", "//pxelinux.0", FileBelowRoot{"pxelinux.0"}},
        Row{"T92_RepeatedSlashes", "boot///x64//vmlinuz", FileBelowRoot{"boot/x64/vmlinuz"}},
        Row{"T94_Backslashes", "\\boot\\bcd", FileBelowRoot{"boot/bcd"}},
        Row{"T94_MixedSlashes", "/boot\\Fonts\\wgl4_boot.ttf",
            FileBelowRoot{"boot/Fonts/wgl4_boot.ttf"}},
        Row{"T91_PercentIsLiteral", "%2e%2e/x", FileBelowRoot{"%2e%2e/x"}},
        Row{"T91_FourDotsAreAName", "....//x", FileBelowRoot{"..../x"}},
        Row{"OneDotIsNothing", "./a/./b", FileBelowRoot{"a/b"}},
        Row{"T96_TrailingFf", "bootx64.efi\xff", FileBelowRoot{"bootx64.efi"}},
        Row{"T96_TrailingFfAndJunk", "bootx64.efi\xff\x01\x42", FileBelowRoot{"bootx64.efi"}},
        Row{"T96_TrailingBlanks", "pxelinux.0 \r", FileBelowRoot{"pxelinux.0"}},
        Row{"BlanksInsideStay", "a b/c", FileBelowRoot{"a b/c"}},
        Row{"ForeignLettersStay", "r\xc3\xa9seau/x", FileBelowRoot{"r\xc3\xa9seau/x"}},
        Row{"BesideALoaderNamedWithAnUnderscoreIsAnotherFolder", "my_pxelinux.cfg/default",
            FileBelowRoot{"my_pxelinux.cfg/default"}},
        Row{"GrubsModules", "/grub/x86_64-efi/normal.mod",
            FileBelowRoot{"grub/x86_64-efi/normal.mod"}},
        Row{"GrubsConfigForIpv6", "/grub/grub.cfg-fe80-0-0-0-8a99-aaff-febb-ccdd",
            FileBelowRoot{"grub/grub.cfg-fe80-0-0-0-8a99-aaff-febb-ccdd"}},
        Row{"ACopyOfGrubsConfig", "/grub/grub.cfg.old", FileBelowRoot{"grub/grub.cfg.old"}},
        Row{"AnUnfinishedNameOfGrubs", "/grub/grub.cfg-", FileBelowRoot{"grub/grub.cfg-"}},
        Row{"IpxesAutomaticScript", "autoexec.ipxe", FileBelowRoot{"autoexec.ipxe"}},
        Row{"AnotherScriptLosesItsQuery", "tools/wipe.ipxe?mac=x",
            FileBelowRoot{"tools/wipe.ipxe"}},
        Row{"OtherQuestionMarksStay", "what?.cfg", FileBelowRoot{"what?.cfg"}},
        Row{"AMacTooShortForIpxe", "mac-8899aabbcc.ipxe", FileBelowRoot{"mac-8899aabbcc.ipxe"}},
        Row{"OtherNamesInGrub4dosFolder", "menu.lst/fonts", FileBelowRoot{"menu.lst/fonts"}},
        Row{"TheConfigFolderItself", "pxelinux.cfg", FileBelowRoot{"pxelinux.cfg"}},
        Row{"OtherNamesInTheConfigFolder", "pxelinux.cfg/menu.inc",
            FileBelowRoot{"pxelinux.cfg/menu.inc"}},
        Row{"UBootsLongDefaults", "pxelinux.cfg/default-arm-bcm283x",
            FileBelowRoot{"pxelinux.cfg/default-arm-bcm283x"}},
        Row{"NineHexDigits", "pxelinux.cfg/C000025B0", FileBelowRoot{"pxelinux.cfg/C000025B0"}},
        Row{"MacWithoutItsType", "pxelinux.cfg/88:99:aa:bb:cc:dd",
            FileBelowRoot{"pxelinux.cfg/88:99:aa:bb:cc:dd"}},
        Row{"MacWithABadDigit", "pxelinux.cfg/01-88-99-aa-bb-cc-dg",
            FileBelowRoot{"pxelinux.cfg/01-88-99-aa-bb-cc-dg"}},
        Row{"UuidWithoutHyphens", "pxelinux.cfg/085994b8a6d6a941611d74a6ab80b83d",
            FileBelowRoot{"pxelinux.cfg/085994b8a6d6a941611d74a6ab80b83d"}},
        Row{"AConfigNameOutsideTheFolder", "01-88-99-aa-bb-cc-dd",
            FileBelowRoot{"01-88-99-aa-bb-cc-dd"}},
        Row{"TheFolderMustBeTheLast", "pxelinux.cfg/x/default",
            FileBelowRoot{"pxelinux.cfg/x/default"}}),
    NameOfRow);

struct RefusedRow {
  std::string name;
  std::string requested;
  std::string why;
};

std::string NameOfRefusedRow(const testing::TestParamInfo<RefusedRow>& row) {
  return row.param.name;
}

class RefusedPathTest : public testing::TestWithParam<RefusedRow> {};

TEST_P(RefusedPathTest, IsRefusedInTheWordsOfTheRow) {
  EXPECT_THAT(ParseBootPath(GetParam().requested),
              StatusIs(absl::StatusCode::kInvalidArgument, GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(
    Names, RefusedPathTest,
    testing::Values(
        RefusedRow{"T91_DotDot", "../etc/shadow", "has a \"..\" component"},
        RefusedRow{"T91_DotDotAfterASlash", "/../x", "has a \"..\" component"},
        RefusedRow{"T91_DotDotInTheMiddle", "a/../../x", "has a \"..\" component"},
        RefusedRow{"T91_DotDotThatStaysInside", "a/../b", "has a \"..\" component"},
        RefusedRow{"T91_DotDotBehindBackslashes", "..\\..\\x", "has a \"..\" component"},
        RefusedRow{"T91_DotDotBeforeAConfig", "../pxelinux.cfg/default", "has a \"..\" component"},
        RefusedRow{"T91_DotDotAtTheEnd", "a/..", "has a \"..\" component"},
        RefusedRow{"LineFeedInAQuery", "boot.ipxe?a\nb", "has a control character"},
        RefusedRow{"T91_DotDotBeforeAScript", "../boot.ipxe?a=b", "has a \"..\" component"},
        RefusedRow{"LineFeed", "a\nb", "\"a\\x0ab\" has a control character"},
        RefusedRow{"Escape", "a\x1b[2J", "has a control character"},
        RefusedRow{"Nul", std::string("a\0b", 3), "has a control character"},
        RefusedRow{"Delete", "a\x7f", "has a control character"},
        RefusedRow{"Empty", "", "names no file"}, RefusedRow{"OnlySlashes", "///", "names no file"},
        RefusedRow{"OnlyADot", "./", "names no file"},
        RefusedRow{"OnlyGarbage", "\xff\xff", "names no file"},
        RefusedRow{"LongComponent", std::string(256, 'a'), "is too long"},
        RefusedRow{"LongPath", std::string(257, '/') + std::string(256, 'b'), "is too long"}),
    NameOfRefusedRow);

TEST(BootPathTest, AConfigKeepsItsNameForAFileOfTheSameName) {
  for (const std::string requested : {"\\boot//grub.cfg", "boot/grub.cfg", "boot/grub.cfg\xff"}) {
    const auto path = ParseBootPath(requested);
    ASSERT_THAT(path, IsOk());
    EXPECT_EQ(PathOf(*path), "boot/grub.cfg");
  }
  EXPECT_EQ(PathOf(*ParseBootPath("/a/vmlinuz")), "a/vmlinuz");
}

TEST(FlavourTest, EveryNameIsReadBack) {
  for (const Flavour flavour : kFlavours) EXPECT_EQ(ParseFlavour(NameOf(flavour)), flavour);
  for (const std::string text : {"", "GRUB", "syslinux", "unknown"}) {
    EXPECT_EQ(ParseFlavour(text), std::nullopt) << text;
  }
}

TEST(BootPathTest, ALongestNameIsAccepted) {
  const std::string path = std::string(255, 'a') + "/" + std::string(255, 'b');
  EXPECT_THAT(ParseBootPath(path), IsOkAndHolds(BootPath(FileBelowRoot{path})));
}

}  // namespace
}  // namespace pxe::core
