// Flags, the YAML file, who wins, and the words of each refusal.
#include "server/config.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/support/status_matchers.h"

namespace pxe::server {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

class ConfigTest : public testing::Test {
 protected:
  ConfigTest() { path_ = testing::TempDir() + "pxed-" + std::to_string(getpid()) + ".yaml"; }
  ~ConfigTest() override { std::filesystem::remove(path_); }

  absl::StatusOr<ConfigOrMessage> Read(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "pxed");
    std::vector<const char*> argv;
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    return ReadConfig(static_cast<int>(argv.size()), argv.data());
  }
  absl::StatusOr<ConfigOrMessage> ReadFile(const std::string& text,
                                           std::vector<std::string> more = {}) {
    std::ofstream(path_) << text;
    more.insert(more.begin(), {"--config", path_});
    return Read(more);
  }

  std::string path_;
};

TEST_F(ConfigTest, RunsFromNothing) {
  const auto read = Read({});
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->config->state_dir, "/var/lib/pxed");
  EXPECT_EQ(read->config->dhcp_port, 67);
  EXPECT_TRUE(read->config->interfaces.empty());
  EXPECT_EQ(read->config->listen, std::vector<std::string>{"unix:/run/pxed/pxed.sock"});
}

TEST_F(ConfigTest, RepeatableFlagsAddUp) {
  const auto read = Read({"--interface", "eth1", "--interface", "eth2", "--insecure-tcp",
                          "--insecure-tcp=10.0.0.1:9000"});
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->config->interfaces, (std::vector<std::string>{"eth1", "eth2"}));
  EXPECT_EQ(read->config->insecure_tcp, (std::vector<std::string>{"loopback", "10.0.0.1:9000"}));
}

TEST_F(ConfigTest, TheFileSetsWhatNoFlagSets) {
  const auto read = ReadFile(
      "interface: [eth1, eth2]\ntftp-root: /boot files\ndhcp-port: 1067\nadvertise: 10.0.0.1\n",
      {"--dhcp-port", "2067", "--interface", "eth9"});
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->config->interfaces, std::vector<std::string>{"eth9"});
  EXPECT_EQ(read->config->tftp_root, "/boot files");
  EXPECT_EQ(read->config->dhcp_port, 2067);
  EXPECT_EQ(read->config->advertise->ToString(), "10.0.0.1");
}

TEST_F(ConfigTest, AnEmptyFileIsFine) {
  EXPECT_THAT(ReadFile("# nothing yet\n"), IsOk());
}

TEST_F(ConfigTest, EachMistakeInTheFileIsNamedWithItsLine) {
  EXPECT_THAT(ReadFile("tftp-root: /x\ntftproot: /y\n"),
              StatusIs(kInvalid, path_ + ":2: tftproot: no such setting"));
  EXPECT_THAT(ReadFile("\n\ndhcp-port: high\n"), StatusIs(kInvalid, path_ + ":3: "));
  EXPECT_THAT(ReadFile("log-format: xml\n"), StatusIs(kInvalid, "--log-format"));
  EXPECT_THAT(ReadFile("state-dir: {a: b}\n"),
              StatusIs(kInvalid, path_ + ":1: state-dir: expected"));
  EXPECT_THAT(ReadFile("- just\n- a list\n"), StatusIs(kInvalid, path_ + ":1: expected lines of"));
  EXPECT_THAT(ReadFile("interface: [eth1\n"), StatusIs(kInvalid, path_ + ":"));
  EXPECT_THAT(Read({"--config", "/nowhere.yaml"}),
              StatusIs(kInvalid, "/nowhere.yaml: cannot be read"));
}

TEST_F(ConfigTest, MistakesOnTheCommandLineNameTheFlag) {
  EXPECT_THAT(Read({"--dhcp-port", "70000"}), StatusIs(kInvalid, "--dhcp-port"));
  EXPECT_THAT(Read({"--advertise", "nowhere"}), StatusIs(kInvalid, "--advertise"));
  EXPECT_THAT(Read({"--advertise", "224.0.0.1"}), StatusIs(kInvalid, "--advertise"));
  EXPECT_THAT(Read({"--unknown"}), StatusIs(kInvalid, "--unknown"));
}

TEST_F(ConfigTest, HelpAndVersionStopWithAMessage) {
  const auto help = Read({"--help"});
  ASSERT_THAT(help, IsOk());
  EXPECT_FALSE(help->config.has_value());
  EXPECT_NE(help->message.find("--tftp-root"), std::string::npos);
  EXPECT_NE(Read({"--version"})->message.find("pxed "), std::string::npos);
}

TEST_F(ConfigTest, ARestoreIsAskedForOnTheCommandLineAlone) {
  const auto read = Read({"--restore", "backup.db", "--state-dir", "/s"});
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->config->restore, "backup.db");
  // A script whose variable is empty must not end up with a daemon.
  EXPECT_THAT(Read({"--restore", ""}), StatusIs(kInvalid, "--restore"));
  // From a file it would be done again at every start.
  EXPECT_THAT(ReadFile("restore: backup.db\n"), StatusIs(kInvalid, ":1: restore: no such setting"));
}

}  // namespace
}  // namespace pxe::server
