// Uploads over real sockets: what is allowed, what is stored, and what is left of what is not.
#include "tftp/uploads.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/tftp/serve_fixture.h"

namespace pxe::tftp {
namespace {

using namespace std::string_literals;

class UploadsTest : public ServeTest {
 protected:
  UploadsTest() {
    std::filesystem::create_directories(tree_.root() + "/in/deeper");
    std::filesystem::create_directories(tree_.root() + "/log");
    config_.uploads.folders = {{"in", false}, {"log", true}};
  }

  std::string Stored(const std::string& path) const {
    std::ifstream file(tree_.root() + "/" + path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::vector<std::string> Files() const {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(tree_.root())) {
      if (!entry.is_directory()) files.push_back(entry.path().filename());
    }
    return files;
  }
};

TEST_F(UploadsTest, T103_AFileIsStoredInTheFolderThatAllowsItAndReported) {
  const std::string bytes = RandomBytes(5000);
  StartServer();
  EXPECT_EQ(Client().Store("/in/deeper\\report", bytes), "");
  EXPECT_EQ(Stored("in/deeper/report"), bytes);
  EXPECT_EQ(Client().Fetch("in/deeper/report"), bytes);
  const auto events = resolver_.WaitForEvents(2);
  EXPECT_EQ(Count(Outcome::kUploaded), 1u);
  EXPECT_THAT(events, testing::Contains(
                          testing::Field(&core::BootEvent::step, core::BootEvent::Step::kStored)));
}

TEST_F(UploadsTest, T44_T57_WithEveryOptionAndTheSizeEchoed) {
  const std::string bytes = RandomBytes(100'000);
  StartServer();
  TestClient client = Client();
  client.WriteRequest("in/a", {{"tsize", "100000"}, {"blksize", "1024"}, {"windowsize", "4"}});
  EXPECT_EQ(client.ReceiveText(), "OACK tsize=100000 blksize=1024 windowsize=4");
  EXPECT_EQ(Client().Store("in/b", bytes, {{"blksize", "1024"}, {"windowsize", "8"}}), "");
  EXPECT_EQ(Stored("in/b"), bytes);
  EXPECT_EQ(Client().Store("in/c", bytes, {{"blksize", "65464"}, {"tsize", "enable"}}), "");
  EXPECT_EQ(Stored("in/c"), bytes);
}

TEST_F(UploadsTest, T16_NetasciiIsConvertedAcrossBlocksAndWindows) {
  StartServer();
  // CR at the end of a block, its second byte in the next: of 8 bytes each.
  EXPECT_EQ(Client().Store("in/text", "1234567\r\nabcdef\r\0x\ry\r"s, {{"blksize", "8"}},
                           wire::Mode::kNetascii),
            "");
  EXPECT_EQ(Stored("in/text"), "1234567\nabcdef\rx\ry\r");
}

TEST_F(UploadsTest, T102_T103_WhatIsNotAllowedIsRefusedAndTouchesNothing) {
  tree_.Write("in/there", "old");
  tree_.Write("other", "old");
  tree_.Link("../../secret.txt", "in/link");
  std::filesystem::create_directory_symlink("../..", tree_.root() + "/log/up");
  ASSERT_EQ(::mkfifo((tree_.root() + "/log/fifo").c_str(), 0600), 0);
  StartServer();
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"new", "ERROR 2 uploads to this folder are refused"},
      {"other", "ERROR 2 uploads to this folder are refused"},
      {"in", "ERROR 2 uploads to this folder are refused"},
      {"in/there", "ERROR 6 file exists"},
      {"in/link", "ERROR 2 access denied"},
      {"in/../other", "ERROR 2 access denied"},
      {"../secret.txt", "ERROR 2 access denied"},
      {"in/\nlog", "ERROR 2 access denied"},
      {"in/none/file", "ERROR 1 file not found"},
      {"in/pxelinux.cfg/default", "ERROR 2 this name is that of a boot config"},
      {"log/up/secret.txt", "ERROR 2 access denied"},
      {"log/fifo", "ERROR 2 access denied"},
      {"log/../../secret.txt", "ERROR 2 access denied"}};
  for (const auto& [name, answer] : rows) {
    EXPECT_EQ(Client().Store(name, "evil"), answer) << name;
  }
  EXPECT_EQ(Stored("in/there"), "old");
  EXPECT_EQ(Stored("../secret.txt"), "secret");
  TestClient client = Client();
  ExpectServing(client);
  EXPECT_EQ(Count(Outcome::kWriteRefused), rows.size());
}

TEST_F(UploadsTest, T103_OverwritingTakesItsOwnPermissionAndHappensAtOnce) {
  tree_.Write("log/boot", "old");
  StartServer();
  TestClient client = Client();
  client.WriteRequest("log/boot");
  EXPECT_EQ(client.ReceiveText(), "ACK 0");
  client.Data(1, std::string(512, 'n'));
  EXPECT_EQ(client.ReceiveText(), "ACK 1");
  EXPECT_EQ(Stored("log/boot"), "old") << "until it is whole";
  client.Data(2, "ew");
  EXPECT_EQ(client.ReceiveText(), "ACK 2");
  EXPECT_EQ(Stored("log/boot"), std::string(512, 'n') + "ew");
  EXPECT_THAT(Files(), testing::ElementsAre("boot"));
}

TEST_F(UploadsTest, T44_T103_TooLargeIsDiskFullBeforeOrMeanwhile) {
  config_.uploads.max_bytes = 1000;
  StartServer();
  EXPECT_EQ(Client().Store("in/a", "x", {{"tsize", "1001"}}), "ERROR 3 file is too large");
  EXPECT_EQ(Client().Store("in/b", std::string(1001, 'x')), "ERROR 3 file is too large");
  EXPECT_EQ(Client().Store("in/c", std::string(1000, 'x')), "");
  EXPECT_THAT(Files(), testing::ElementsAre("c"));
}

TEST_F(UploadsTest, T103_NothingIsLeftOfAnUploadThatBreaksOff) {
  StartServer();
  TestClient client = Client();
  client.WriteRequest("in/part");
  client.Receive();
  client.Data(1, std::string(512, 'x'));
  EXPECT_EQ(client.ReceiveText(), "ACK 1");
  client.SendTo(client.session(), wire::Serialize(wire::Error{.code = 0, .message = "stop"}));
  const auto events = resolver_.WaitForEvents(1);
  EXPECT_EQ(events[0].detail, "upload ended by the client: stop");
  EXPECT_THAT(Files(), testing::IsEmpty());

  client.WriteRequest("in/part");
  client.Receive();
  StopServer();
  EXPECT_EQ(client.ReceiveText(), "ERROR 0 server stops");
  EXPECT_THAT(Files(), testing::IsEmpty());
}

TEST_F(UploadsTest, T103_TwoNeverWriteOneName) {
  StartServer();
  TestClient one = Client();
  one.WriteRequest("in/f");
  EXPECT_EQ(one.ReceiveText(), "ACK 0");
  EXPECT_EQ(Client().Store("in/f", "2"), "ERROR 6 file is being written by another");
  tree_.Write("in/f", "by hand");
  one.Data(1, "1");
  EXPECT_EQ(one.ReceiveText(), "ERROR 6 file exists") << "somebody was quicker";
  EXPECT_EQ(Stored("in/f"), "by hand");
}

TEST_F(UploadsTest, T86_TheSameRequestAgainIsAnsweredBySameUpload) {
  StartServer();
  TestClient client = Client();
  client.WriteRequest("in/f");
  EXPECT_EQ(client.ReceiveText(), "ACK 0");
  const auto session = client.session();
  client.WriteRequest("in/f");
  EXPECT_EQ(client.ReceiveText(), "ACK 0");
  EXPECT_EQ(client.session(), session);
}

TEST_F(UploadsTest, T87_AnotherRequestFromTheSamePortEndsTheUploadAndOneThatIsWholeStays) {
  StartServer();
  TestClient client = Client();
  client.WriteRequest("in/part");
  client.Receive();
  EXPECT_EQ(client.Store("in/whole", "w"), "");
  EXPECT_EQ(client.Fetch("in/whole"), "w");
  EXPECT_THAT(Files(), testing::ElementsAre("whole"));
  EXPECT_EQ(Count(Outcome::kUploaded), 1u) << "counted without waiting any longer";
}

TEST_F(UploadsTest, T106_UploadsBeyondTheLimitAreDroppedSilently) {
  config_.uploads.max_uploads = 1;
  StartServer();
  TestClient one = Client();
  one.WriteRequest("in/one");
  one.Receive();
  TestClient two = Client();
  two.WriteRequest("in/two");
  ExpectServing(one);
  EXPECT_EQ(Count(Outcome::kOverLimit), 1u);
}

TEST_F(UploadsTest, T104_T106_OneThatIsWholeIsReportedAtOnceAndHoldsNoPlaceOfAnother) {
  config_.uploads.max_uploads = 1;
  StartServer();
  EXPECT_EQ(Client().Store("in/one", "1"), "");
  EXPECT_EQ(Client().Store("in/two", "2"), "");
  const auto events = resolver_.WaitForEvents(2);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].file, "in/one");
  EXPECT_LT(events[0].milliseconds, 5000u)
      << "without the time that its ACK may be asked for again";
  EXPECT_EQ(Count(Outcome::kUploaded), 2u);
}

TEST_F(UploadsTest, T85_UploadsWorkByTheServicePortAlone) {
  const std::string bytes = RandomBytes(9000);
  config_.single_port = true;
  StartServer();
  TestClient client = Client();
  EXPECT_EQ(client.Store("in/f", bytes, {{"blksize", "65464"}, {"windowsize", "2"}}), "");
  EXPECT_EQ(client.session().port, server_->port());
  EXPECT_EQ(Stored("in/f"), bytes);
}

TEST(UploadRules, T103_TheInnermostFolderCounts) {
  const UploadRules rules{.folders = {{"a", false}, {"a/b", true}}};
  EXPECT_EQ(rules.FolderOf("a/x"), &rules.folders[0]);
  EXPECT_EQ(rules.FolderOf("a/b/x"), &rules.folders[1]);
  EXPECT_EQ(rules.FolderOf("a/bx"), &rules.folders[0]);
  EXPECT_EQ(rules.FolderOf("ab/x"), nullptr);
  EXPECT_EQ(*UploadFolderPath("."), "");
  EXPECT_EQ(*UploadFolderPath("/srv//in/"), "srv/in");
  EXPECT_FALSE(UploadFolderPath("../in").ok());
  const UploadRules everywhere{.folders = {{"", false}}};
  EXPECT_NE(everywhere.FolderOf("x"), nullptr);
}

}  // namespace
}  // namespace pxe::tftp
