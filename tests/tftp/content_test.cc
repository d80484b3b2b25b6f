#include "tftp/content.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <string>

#include "tests/support/status_matchers.h"
#include "tests/tftp/scratch_tree.h"
#include "tftp/netascii.h"

namespace pxe::tftp {
namespace {

using absl::StatusCode;
using namespace std::string_literals;

class ContentTest : public testing::Test {
 protected:
  StatusCode Open(const std::string& path) {
    return Content::OpenFile(tree_.root(), path).status().code();
  }
  std::string ReadWhole(const std::string& path) {
    const auto content = Content::OpenFile(tree_.root(), path);
    if (!content.ok()) return "ERROR " + MessageOf(content.status());
    return *content->ReadAll(1 << 20);
  }

  ScratchTree tree_;  // root/ beneath, and secret.txt beside it
};

TEST_F(ContentTest, ReadsAFileAndKnowsItsSize) {
  tree_.Write("dir/kernel", "12345");
  const auto content = Content::OpenFile(tree_.root(), "dir/kernel");
  ASSERT_THAT(content, IsOk());
  EXPECT_EQ(content->size(), 5u);
  EXPECT_EQ(ReadWhole("dir/kernel"), "12345");
}

TEST_F(ContentTest, T92_LeadingAndRepeatedSlashesDoNotCount) {
  tree_.Write("dir/kernel", "k");
  EXPECT_EQ(ReadWhole("/dir/kernel"), "k");
  EXPECT_EQ(ReadWhole("//dir///kernel"), "k");
}

TEST_F(ContentTest, T91_NothingLeadsOutOfTheRoot) {
  tree_.Write("a/file", "x");
  for (const std::string path :
       {"../secret.txt", "/../secret.txt", "a/../../secret.txt", "a/./../../root/../secret.txt"}) {
    EXPECT_EQ(Open(path), StatusCode::kPermissionDenied) << path;
  }
  for (const std::string path :
       {"..\\..\\secret.txt", "%2e%2e/secret.txt", "....//secret.txt", "/etc/passwd"}) {
    EXPECT_EQ(Open(path), StatusCode::kNotFound) << path;
  }
  EXPECT_EQ(Open("a/file\0.txt"s), StatusCode::kPermissionDenied);
}

TEST_F(ContentTest, T97_LinksAreFollowedWithinTheRootAndNotOutOfIt) {
  tree_.Write("dir/kernel", "k");
  tree_.Link("dir/kernel", "inside");
  tree_.Link("../secret.txt", "outside");
  tree_.Link(tree_.root() + "/dir/kernel", "absolute");
  tree_.Link("/proc/self/root/etc/passwd", "magic");
  tree_.Link("loop", "loop");
  EXPECT_EQ(ReadWhole("inside"), "k");
  for (const std::string path : {"outside", "absolute", "magic", "loop"}) {
    EXPECT_EQ(Open(path), StatusCode::kPermissionDenied) << path;
  }
}

TEST_F(ContentTest, T98_OnlyRegularFilesAreServedAndAFifoDoesNotBlock) {
  tree_.Write("dir/kernel", "k");
  ASSERT_EQ(::mkfifo((tree_.root() + "/fifo").c_str(), 0600), 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string socket_path = tree_.root() + "/socket";
  socket_path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const net::UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM, 0));
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);

  EXPECT_EQ(Open("dir"), StatusCode::kNotFound);
  EXPECT_EQ(Open("dir/"), StatusCode::kNotFound);
  EXPECT_EQ(Open("dir/kernel/"), StatusCode::kNotFound);
  EXPECT_EQ(Open("fifo"), StatusCode::kPermissionDenied);
  EXPECT_EQ(Open("socket"), StatusCode::kPermissionDenied);
  EXPECT_EQ(Open("/"), StatusCode::kNotFound);
}

TEST_F(ContentTest, T10_ATooLongNameIsNotFound) {
  EXPECT_EQ(Open(std::string(300, 'x')), StatusCode::kNotFound);
  EXPECT_EQ(Open(std::string(9000, 'x')), StatusCode::kNotFound);
}

TEST_F(ContentTest, T110_ARootThatIsGoneIsNoAnswerRatherThanNoFile) {
  EXPECT_EQ(Content::OpenFile(tree_.root() + "/gone", "f").status().code(),
            StatusCode::kUnavailable);
}

TEST_F(ContentTest, T42_AFileReplacedMeanwhileKeepsItsOldBytes) {
  tree_.Write("kernel", "old");
  const auto content = Content::OpenFile(tree_.root(), "kernel");
  ASSERT_THAT(content, IsOk());
  ASSERT_EQ(::unlink((tree_.root() + "/kernel").c_str()), 0);
  tree_.Write("kernel", "new and longer");
  EXPECT_EQ(*content->ReadAll(100), "old");
}

TEST_F(ContentTest, T42_AFileCutShortIsAnErrorAndNeverPadded) {
  tree_.Write("kernel", "123456");
  const auto content = Content::OpenFile(tree_.root(), "kernel");
  ASSERT_THAT(content, IsOk());
  ASSERT_EQ(::truncate((tree_.root() + "/kernel").c_str(), 3), 0);
  EXPECT_THAT(content->ReadAll(100), StatusIs(StatusCode::kDataLoss, "truncated"));
}

TEST_F(ContentTest, ReadsIntoPiecesFromAnOffset) {
  tree_.Write("f", "0123456789");
  const auto file = Content::OpenFile(tree_.root(), "f");
  const auto text = Content::OfText("0123456789");
  for (const Content* content : {&*file, &text}) {
    std::string first(3, ' ');
    std::string second(4, ' ');
    std::array<iovec, 2> pieces = {iovec{first.data(), 3}, iovec{second.data(), 4}};
    ASSERT_THAT(content->Read(2, pieces), IsOk());
    EXPECT_EQ(first + "|" + second, "234|5678");
  }
}

TEST(ToNetascii, T15_EndsOfLinesBecomeTwoBytesAndSoDoBareReturns) {
  EXPECT_EQ(ToNetascii("a\nb\r\nc"), "a\r\nb\r\0\r\nc"s);
  EXPECT_EQ(ToNetascii(""), "");
}

}  // namespace
}  // namespace pxe::tftp
