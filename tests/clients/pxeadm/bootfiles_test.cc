// pxeadm bootfiles: what is copied into a TFTP root, what is left alone, and what is missed.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "clients/pxeadm/bootfiles_install.h"
#include "clients/pxeadm/bootfiles_list.h"
#include "clients/pxeadm/exit_code.h"
#include "clients/pxeadm/run.h"
#include "core/client_kind.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace pxe::adm {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kBiosModules = "usr/lib/syslinux/modules/bios/";
constexpr std::string_view kEfiModules = "usr/lib/syslinux/modules/efi64/";

std::string Read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void Write(const fs::path& path, std::string_view content) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

struct Ended {
  ExitCode code;
  std::string out;
  std::string err;
};

class BootfilesTest : public testing::Test {
 protected:
  // All of Debian's packages, unpacked; a file's content is its source's name.
  void UnpackAll() {
    for (const BootFile& file : SourceTrees({}).Files()) Write(Source(file.source), file.source);
    for (const std::string_view folder : {kBiosModules, kEfiModules}) {
      for (const char* module : {"menu.c32", "libutil.c32"}) {
        const std::string source = std::string(folder) + module;
        Write(Source(source), source);
      }
    }
  }

  Ended Pxeadm(std::vector<std::string> words) {
    std::istringstream in;
    std::ostringstream out, err;
    const int code = adm::Run(words, in, out, err);
    return {static_cast<ExitCode>(code), out.str(), err.str()};
  }
  Ended Install(std::vector<std::string> more = {}) {
    std::vector<std::string> words{"bootfiles", "install", "--root", Root(), "--from", Source()};
    words.insert(words.end(), more.begin(), more.end());
    return Pxeadm(std::move(words));
  }
  Ended Check(std::vector<std::string> more = {}) {
    std::vector<std::string> words{"bootfiles", "check", "--root", Root()};
    words.insert(words.end(), more.begin(), more.end());
    return Pxeadm(std::move(words));
  }

  // The package has another version of a file, built so much later.
  void Upgrade(std::string_view source, std::chrono::hours later) {
    const auto built = fs::last_write_time(Source(source));
    Write(Source(source), "another version");
    fs::last_write_time(Source(source), built + later);
  }

  fs::path Source(std::string_view name = "") { return dir_.path() / "packages" / name; }
  fs::path Root(std::string_view name = "") {
    return name.empty() ? dir_.path() / "tftp" : dir_.path() / "tftp" / name;
  }

  TempDir dir_;
};

constexpr std::string_view kGrub = "usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed";

TEST_F(BootfilesTest, EveryLoaderGetsItsBuiltInName) {
  UnpackAll();
  const Ended ended = Install();
  EXPECT_EQ(ended.code, ExitCode::kDone) << ended.err;
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(Read(Root("pxelinux.0")), "usr/lib/PXELINUX/pxelinux.0");
  EXPECT_EQ(Read(Root("syslinux.efi")), "usr/lib/SYSLINUX.EFI/efi64/syslinux.efi");
  EXPECT_EQ(Read(Root("grubnetx64.efi")), kGrub);
  EXPECT_EQ(Read(Root("shimx64.efi")), "usr/lib/shim/shimx64.efi.signed");
  EXPECT_EQ(Read(Root("grubx64.efi")), kGrub) << "shim asks for it under this name";
  EXPECT_EQ(Read(Root("ipxe.efi")), "boot/ipxe.efi");
  for (const char* name : {"undionly.kpxe", "snponly.efi", "memdisk"}) {
    EXPECT_TRUE(fs::is_regular_file(Root(name))) << name;
  }
}

TEST_F(BootfilesTest, ModulesOfBiosAndEfiDoNotMeet) {
  UnpackAll();
  Install();
  EXPECT_EQ(Read(Root("bios/menu.c32")), std::string(kBiosModules) + "menu.c32");
  EXPECT_EQ(Read(Root("efi64/menu.c32")), std::string(kEfiModules) + "menu.c32");
  EXPECT_FALSE(fs::exists(Root("menu.c32")));
  EXPECT_EQ(Read(Root("ldlinux.c32")), Read(Root("bios/ldlinux.c32")));
  EXPECT_EQ(Read(Root("ldlinux.e64")), Read(Root("efi64/ldlinux.e64")));
  EXPECT_EQ(Read(Root("bios/pxelinux.0")), Read(Root("pxelinux.0")));
}

TEST_F(BootfilesTest, FilesCanBeReadByEverybodyAndNoPartIsLeftBehind) {
  UnpackAll();
  fs::permissions(Source("usr/lib/PXELINUX/pxelinux.0"), fs::perms(0600));
  Install();
  for (const auto& entry : fs::recursive_directory_iterator(Root())) {
    const auto wanted = fs::perms(entry.is_directory() ? 0755 : 0644);
    EXPECT_EQ(entry.status().permissions(), wanted) << entry.path();
    EXPECT_THAT(entry.path().string(), Not(HasSubstr("partial")));
  }
}

TEST_F(BootfilesTest, ASecondRunChangesNothing) {
  UnpackAll();
  Install();
  const std::string list = Read(Root(kInstalledList));
  const Ended ended = Install();
  EXPECT_EQ(ended.code, ExitCode::kDone) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("unchanged"), Not(HasSubstr("installed"))));
  EXPECT_EQ(Read(Root(kInstalledList)), list);
}

TEST_F(BootfilesTest, ANewVersionOfThePackageReplacesWhatWeInstalled) {
  UnpackAll();
  Install();
  Upgrade(kGrub, std::chrono::hours(24));
  const Ended ended = Install();
  EXPECT_EQ(ended.code, ExitCode::kDone) << ended.err;
  EXPECT_EQ(Read(Root("grubnetx64.efi")), "another version");
  EXPECT_THAT(ended.out, HasSubstr("replaced"));
}

TEST_F(BootfilesTest, AnOlderVersionIsNotInstalledOverANewerOne) {
  UnpackAll();
  Install();
  Upgrade(kGrub, std::chrono::hours(-24));
  const Ended kept = Install();
  EXPECT_EQ(kept.code, ExitCode::kRefused);
  EXPECT_THAT(kept.out, HasSubstr("kept, newer"));
  EXPECT_THAT(kept.err, HasSubstr("2 files are not ours or newer and were kept; --force"));
  EXPECT_EQ(Read(Root("grubnetx64.efi")), kGrub);
  EXPECT_EQ(Install({"--force"}).code, ExitCode::kDone);
  EXPECT_EQ(Read(Root("grubnetx64.efi")), "another version");
}

TEST_F(BootfilesTest, AFileOfSomebodyElseIsKept) {
  UnpackAll();
  Write(Root("snponly.efi"), "built by the operator");
  const Ended kept = Install();
  EXPECT_EQ(kept.code, ExitCode::kRefused);
  EXPECT_THAT(kept.out, HasSubstr("kept, not ours"));
  EXPECT_EQ(Read(Root("snponly.efi")), "built by the operator");
  EXPECT_EQ(Read(Root("undionly.kpxe")), "usr/lib/ipxe/undionly.kpxe") << "the others go on";
  EXPECT_EQ(Install({"--force"}).code, ExitCode::kDone);
  EXPECT_EQ(Read(Root("snponly.efi")), "usr/lib/ipxe/snponly.efi");
}

TEST_F(BootfilesTest, WhatWasChangedAfterItWasInstalledIsKept) {
  UnpackAll();
  Install();
  Write(Root("pxelinux.0"), "with options of its own");
  EXPECT_EQ(Install().code, ExitCode::kRefused);
  EXPECT_EQ(Read(Root("pxelinux.0")), "with options of its own");
}

TEST_F(BootfilesTest, AFileThatWasCopiedByHandIsTakenOver) {
  UnpackAll();
  Write(Root("pxelinux.0"), "usr/lib/PXELINUX/pxelinux.0");
  const auto copied = fs::last_write_time(Root("pxelinux.0"));
  fs::last_write_time(Root("pxelinux.0"), copied + std::chrono::hours(48));
  EXPECT_EQ(Install().code, ExitCode::kDone);
  Upgrade("usr/lib/PXELINUX/pxelinux.0", std::chrono::hours(24));
  EXPECT_EQ(Install().code, ExitCode::kDone);
  EXPECT_EQ(Read(Root("pxelinux.0")), "another version");
}

TEST_F(BootfilesTest, ALinkIsReplacedOnlyByForceAndWhatItNamesNever) {
  UnpackAll();
  Write(Root("elsewhere"), "the operator's");
  fs::create_symlink("elsewhere", Root("memdisk"));
  EXPECT_EQ(Install().code, ExitCode::kRefused);
  EXPECT_TRUE(fs::is_symlink(Root("memdisk")));
  EXPECT_EQ(Install({"--force"}).code, ExitCode::kDone);
  EXPECT_FALSE(fs::is_symlink(Root("memdisk")));
  EXPECT_EQ(Read(Root("elsewhere")), "the operator's");
}

TEST_F(BootfilesTest, AListThatCannotBeReadMakesEveryFileForeign) {
  UnpackAll();
  Install();
  Write(Root(kInstalledList), std::string("\0\xff garbage\n\n", 12));
  Upgrade(kGrub, std::chrono::hours(24));
  EXPECT_EQ(Install().code, ExitCode::kRefused);
  EXPECT_EQ(Read(Root("grubnetx64.efi")), kGrub);
}

TEST_F(BootfilesTest, AMissingPackageIsNamedForEachKind) {
  UnpackAll();
  fs::remove_all(Source("usr/lib/grub"));
  fs::remove_all(Source("usr/lib/shim"));
  const Ended ended = Install();
  EXPECT_EQ(ended.code, ExitCode::kRefused);
  EXPECT_THAT(ended.out, HasSubstr("no source"));
  EXPECT_THAT(ended.err, HasSubstr("uefi-x64, local boot: grubnetx64.efi lacks grubnetx64.efi: "
                                   "apt-get install grub-efi-amd64-signed\n"));
  EXPECT_THAT(ended.err, HasSubstr("uefi-x64, by choice: shimx64.efi lacks "
                                   "shimx64.efi,grubx64.efi: apt-get install shim-signed "
                                   "grub-efi-amd64-signed\n"));
  EXPECT_THAT(ended.err, HasSubstr("can boot: uefi-x64,ipxe-uefi-x64"));
  EXPECT_TRUE(fs::exists(Root("pxelinux.0"))) << "what is there is installed";
}

TEST_F(BootfilesTest, WhatOnlyAProfileCanNameMayBeMissing) {
  UnpackAll();
  fs::remove_all(Source("usr/lib/ipxe"));
  const Ended ended = Install();
  EXPECT_EQ(ended.code, ExitCode::kDone) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("apt-get install ipxe"));
}

TEST_F(BootfilesTest, PackagesMayLieInSeveralFolders) {
  UnpackAll();
  const fs::path other = dir_.path() / "other";
  Write(other / kGrub, "from the other folder");
  fs::remove(Source(kGrub));
  EXPECT_EQ(Install({"--from", other.string()}).code, ExitCode::kDone);
  EXPECT_EQ(Read(Root("grubnetx64.efi")), "from the other folder");
}

TEST_F(BootfilesTest, ARootWhoseParentIsMissingIsATypingError) {
  UnpackAll();
  const std::string root = Root("no/such");
  const Ended ended = Pxeadm({"bootfiles", "install", "--root", root, "--from", Source()});
  EXPECT_NE(ended.code, ExitCode::kDone);
  EXPECT_THAT(ended.err, HasSubstr(root));
  EXPECT_FALSE(fs::exists(Root()));
}

TEST_F(BootfilesTest, CheckIsContentWithWhatInstallLeaves) {
  UnpackAll();
  Install();
  const Ended ended = Check();
  EXPECT_EQ(ended.code, ExitCode::kDone) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("KIND           LOADER              ROLE        LACKS\n"
                                   "bios           pxelinux.0          built in    -\n"));
  EXPECT_EQ(Check({"-o", "name"}).out, "");
}

TEST_F(BootfilesTest, CheckNamesAnEmptyFileAndFailsForABuiltInKind) {
  UnpackAll();
  Install();
  Write(Root("ldlinux.e64"), "");
  for (const char* name : {"shimx64.efi", "grubx64.efi"}) fs::remove(Root(name));
  const Ended ended = Check();
  EXPECT_EQ(ended.code, ExitCode::kRefused);
  EXPECT_THAT(ended.err, HasSubstr("uefi-x64, built in: syslinux.efi lacks ldlinux.e64: apt-get "
                                   "install syslinux-common\n"));
  EXPECT_THAT(ended.err, HasSubstr("can boot: uefi-x64 ("));
  EXPECT_EQ(Check({"-o", "name"}).out, "ldlinux.e64\nshimx64.efi\ngrubx64.efi\n");
}

TEST_F(BootfilesTest, CheckOfAnEmptyRootLacksEverythingInEveryFormat) {
  EXPECT_EQ(Check().code, ExitCode::kRefused);
  EXPECT_THAT(Check({"-o", "json"}).out, HasSubstr("\"lacks\": \"pxelinux.0,ldlinux.c32\""));
  EXPECT_THAT(Check({"-o", "yaml"}).out, HasSubstr("lacks: \"pxelinux.0,ldlinux.c32\"\n"));
}

TEST(BootWaysTest, EveryNeedIsAFileThatSomePackageBrings) {
  for (const BootWay& way : BootWays()) {
    for (const std::string_view name : way.needs) EXPECT_NE(PackageOf(name), "") << name;
    EXPECT_THAT(way.needs, testing::Contains(way.loader));
  }
}

TEST(BootWaysTest, BuiltInLoadersAreThoseOfTheDecision) {
  for (const BootWay& way : BootWays()) {
    if (way.role != WayRole::kBuiltIn) continue;
    const auto kind = core::ParseClientKind(way.kind);
    ASSERT_THAT(kind, IsOk());
    EXPECT_EQ(core::BuiltInLoader(*kind), std::string(way.loader)) << way.kind;
  }
}

}  // namespace
}  // namespace pxe::adm
