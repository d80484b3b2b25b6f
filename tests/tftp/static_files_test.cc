#include "tftp/static_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/support/status_matchers.h"
#include "tests/tftp/scratch_tree.h"

namespace pxe::tftp {
namespace {

using absl::StatusCode;

class StaticFilesTest : public testing::Test {
 protected:
  std::string Read(const std::string& path) {
    const auto content = files_.Open(path);
    return content.ok() ? *content->ReadAll(1000) : "ERROR " + MessageOf(content.status());
  }
  // As if the last change had been made long ago, when the clock of files has moved on since.
  void Settle(const std::string& folder) {
    std::filesystem::last_write_time(
        tree_.root() + "/" + folder,
        std::filesystem::file_time_type::clock::now() - std::chrono::hours(ages_--));
  }

  ScratchTree tree_;
  StaticFiles files_{tree_.root(), /*ignore_case=*/true};
  int ages_ = 100;
};

TEST_F(StaticFilesTest, T95_WindowsLoadersFindTheirFilesInWhateverCaseTheyAsk) {
  for (const std::string file : {"Boot/BCD", "Boot/Fonts/wgl4_boot.ttf", "boot.d/x64/WDSNBP.COM",
                                 "BOOTMGR.EXE", "grldr", "StartROM.n12"}) {
    tree_.Write(file, file);
  }
  EXPECT_EQ(Read("boot/bcd"), "Boot/BCD");
  EXPECT_EQ(Read("BOOT/fonts/WGL4_BOOT.TTF"), "Boot/Fonts/wgl4_boot.ttf");
  EXPECT_EQ(Read("Boot.D/X64/wdsnbp.com"), "boot.d/x64/WDSNBP.COM");
  EXPECT_EQ(Read("bootmgr.exe"), "BOOTMGR.EXE");
  EXPECT_EQ(Read("GRLDR"), "grldr");
  EXPECT_EQ(Read("startrom.n12"), "StartROM.n12");
  EXPECT_EQ(Read("boot/none"), "ERROR file not found");
}

TEST_F(StaticFilesTest, T95_TheExactNameWinsAndAnAmbiguousOneIsNotFound) {
  tree_.Write("Kernel", "upper");
  tree_.Write("kernel", "lower");
  EXPECT_EQ(Read("Kernel"), "upper");
  EXPECT_EQ(Read("kernel"), "lower");
  EXPECT_EQ(Read("KERNEL"), "ERROR file not found");
}

TEST_F(StaticFilesTest, T95_AChangeOfTheFolderShowsAtOnce) {
  tree_.Write("dir/One", "1");
  EXPECT_EQ(Read("dir/one"), "1");
  EXPECT_EQ(Read("dir/two"), "ERROR file not found");
  tree_.Write("dir/Two", "2");
  EXPECT_EQ(Read("dir/two"), "2") << "changed a moment ago, and so read again";
  Settle("dir");
  EXPECT_EQ(Read("dir/TWO"), "2");
  EXPECT_EQ(Read("dir/three"), "ERROR file not found") << "kept";
  tree_.Write("dir/Three", "3");
  EXPECT_EQ(Read("dir/three"), "3");
}

TEST_F(StaticFilesTest, T90_T97_NothingLeadsOutOfTheRootByAnotherCase) {
  tree_.Link("../secret.txt", "Link");
  tree_.Link("..", "Up");
  tree_.Write("Dir/f", "f");
  EXPECT_EQ(Read("link"), "ERROR access denied");
  EXPECT_EQ(Read("up/secret.txt"), "ERROR file not found");
  EXPECT_EQ(Read("dir/../../SECRET.TXT"), "ERROR file not found");
}

TEST_F(StaticFilesTest, T95_UnlessItIsWantedLettersAreLetters) {
  tree_.Write("Boot/BCD", "x");
  StaticFiles strict(tree_.root(), /*ignore_case=*/false);
  EXPECT_EQ(strict.Open("boot/bcd").status().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace pxe::tftp
