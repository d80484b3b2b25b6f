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

TEST_F(ConfigTest, TheTftpDataPlaneIsSetByFlagsAndByTheFile) {
  const auto read = ReadFile(
      "tftp-single-port: true\ntftp-max-window: 64\ntftp-remap: [tftpboot/=, a=b]\n"
      "tftp-upload: in\n",
      {"--tftp-mtu", "1400", "--tftp-ignore-case", "--tftp-dscp", "46"});
  ASSERT_THAT(read, IsOk());
  const TftpSettings& tftp = read->config->tftp;
  EXPECT_TRUE(tftp.single_port);
  EXPECT_TRUE(tftp.ignore_case);
  EXPECT_EQ(tftp.mtu, 1400);
  EXPECT_EQ(tftp.dscp, 46);
  EXPECT_EQ(tftp.max_window_blocks, 64);
  EXPECT_EQ(tftp.max_transfers, std::nullopt);
  EXPECT_EQ(tftp.remap, (std::vector<std::string>{"tftpboot/=", "a=b"}));
  EXPECT_EQ(tftp.upload, std::vector<std::string>{"in"});
  EXPECT_THAT(Read({"--tftp-max-window", "65"}), StatusIs(kInvalid, "--tftp-max-window"));
  EXPECT_THAT(Read({"--tftp-dscp", "64"}), StatusIs(kInvalid, "--tftp-dscp"));
  EXPECT_THAT(Read({"--roles", "control,dhcp", "--tftp-remap", "a=b"}),
              StatusIs(kInvalid, "--tftp-remap: is for role tftp"));
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

// --- roles ---

TEST_F(ConfigTest, OneProcessIsEverythingUnlessToldOtherwise) {
  EXPECT_EQ(Read({})->config->roles, (Roles{.control = true, .dhcp = true, .tftp = true}));
  EXPECT_EQ(Read({"--roles", "control"})->config->roles,
            (Roles{.control = true, .dhcp = false, .tftp = false}));
  const auto data =
      Read({"--roles=dhcp,tftp", "--control=unix:/run/pxed/pxed.sock", "--interface", "eth1"});
  ASSERT_THAT(data, IsOk());
  EXPECT_EQ(data->config->roles, (Roles{.control = false, .dhcp = true, .tftp = true}));
  EXPECT_EQ(data->config->control, "unix:/run/pxed/pxed.sock");
  EXPECT_TRUE(data->config->listen.empty()) << "a data plane has no API";
}

TEST_F(ConfigTest, TheFileListsRolesEitherWay) {
  const Roles tftp{.control = false, .dhcp = false, .tftp = true};
  const Roles both{.control = true, .dhcp = false, .tftp = true};
  const auto one = ReadFile("roles: tftp\ncontrol: 10.0.0.1:9000\ninterface: eth1\n");
  ASSERT_THAT(one, IsOk());
  EXPECT_EQ(one->config->roles, tftp);
  EXPECT_EQ(ReadFile("roles: [control, tftp]\n")->config->roles, both);
  EXPECT_EQ(ReadFile("roles: control,tftp\n")->config->roles, both);
}

TEST_F(ConfigTest, RolesThatMakeNoSenseAreRefusedWithTheReason) {
  const std::string to = "--control=unix:/c.sock";
  EXPECT_THAT(Read({"--roles=http"}), StatusIs(kInvalid, "--roles: there is no role \"http\""));
  EXPECT_THAT(Read({"--roles=dhcp", "--interface=eth1"}),
              StatusIs(kInvalid, "--control: is needed"));
  EXPECT_THAT(Read({"--roles=dhcp", to}), StatusIs(kInvalid, "--interface: is needed"));
  EXPECT_THAT(Read({to}), StatusIs(kInvalid, "--control: this process is the control plane"));
  EXPECT_THAT(Read({"--roles=control,dhcp", to}),
              StatusIs(kInvalid, "--control: this process is the control plane"));
  EXPECT_THAT(Read({"--roles=dhcp", "--interface=eth1", "--control=nowhere"}),
              StatusIs(kInvalid, "--control: \"nowhere\""));
  EXPECT_THAT(Read({"--roles=dhcp", "--interface=eth1", "--control=10.0.0.1:0"}),
              StatusIs(kInvalid, "--control: 10.0.0.1:0 has no port"));
}

TEST_F(ConfigTest, ASettingOfARoleThatIsLeftOutIsRefused) {
  EXPECT_THAT(Read({"--roles=control", "--interface=eth1"}),
              StatusIs(kInvalid, "--interface: is for role dhcp or tftp"));
  for (const char* flag : {"--state-dir=/x", "--listen=unix:/x", "--insecure-tcp",
                           "--advertise=10.0.0.1", "--tftp-port=6969", "--tftp-root=/x"}) {
    const std::string name = std::string(flag).substr(0, std::string(flag).find('='));
    EXPECT_THAT(Read({"--roles=dhcp", "--control=unix:/c.sock", "--interface=eth1", flag}),
                StatusIs(kInvalid, name + ": is for role"));
  }
  EXPECT_THAT(ReadFile("roles: tftp\ncontrol: unix:/c.sock\ninterface: eth1\ndhcp-port: 1067\n"),
              StatusIs(kInvalid, "--dhcp-port: is for role dhcp"));
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
