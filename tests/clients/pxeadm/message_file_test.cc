#include "clients/pxeadm/message_file.h"

#include <gmock/gmock.h>

#include "clients/pxeadm/exit_code.h"
#include "clients/pxeadm/output.h"
#include "pxe/v1/host.pb.h"
#include "pxe/v1/profile.pb.h"
#include "pxe/v1/rule.pb.h"
#include "pxe/v1/subnet.pb.h"
#include "pxe/v1/template.pb.h"
#include "tests/support/status_matchers.h"

namespace pxe::adm {
namespace {

using testing::ElementsAre;

constexpr char kMenu[] = R"(# the classic menu
loaders: {uefi-x64: efi/syslinux.efi}
entries:
  - name: 1
    kernel: rhel/vmlinuz
    initrds: [rhel/initrd.img]
    arguments: "ramdisk_size=8192 ks=http://install.test.com/x.cfg"
  - name: disk
    localBoot: true
menu:
  prompt: true
  timeout: 6s
  function_keys: [boot.msg, "", no]
)";

TEST(MessageFileTest, YamlIsReadByTheTypesOfTheFields) {
  v1::Profile profile;
  EXPECT_THAT(ReadMessage("f", kMenu, profile),
              IsOkAndHolds(std::vector<std::string>{"loaders", "entries", "menu"}));
  EXPECT_EQ(profile.loaders().at("uefi-x64"), "efi/syslinux.efi");
  EXPECT_EQ(profile.entries(0).name(), "1");
  EXPECT_TRUE(profile.entries(1).local_boot());
  EXPECT_EQ(profile.menu().timeout().seconds(), 6);
  EXPECT_EQ(profile.menu().function_keys(2), "no");
}

TEST(MessageFileTest, JsonIsYamlToo) {
  v1::Host host;
  EXPECT_THAT(
      ReadMessage("f", R"({"nics": [{"mac": "52:54:00:00:00:01", "hostName": "n1"}]})", host),
      IsOk());
  EXPECT_EQ(host.nics(0).host_name(), "n1");
}

TEST(MessageFileTest, WhatIsInTheFileReplacesWhatWasThere) {
  v1::Subnet subnet;
  subnet.add_routers("10.0.0.1");
  subnet.set_domain_name("old");
  subnet.set_always_broadcast(true);
  EXPECT_THAT(ReadMessage("f", "routers: [10.0.0.2]\ndomainName:\nauthoritative: false", subnet),
              IsOkAndHolds(std::vector<std::string>{"routers", "domain_name", "authoritative"}));
  EXPECT_THAT(subnet.routers(), ElementsAre("10.0.0.2"));
  EXPECT_EQ(subnet.domain_name(), "");
  EXPECT_TRUE(subnet.has_authoritative());
  EXPECT_TRUE(subnet.always_broadcast()) << "not in the file";
}

TEST(MessageFileTest, WhatPxeadmPrintsCanBeReadBack) {
  v1::Subnet subnet;
  subnet.set_name("subnets/lab");
  subnet.set_cidr("10.0.0.0/24");
  subnet.set_domain_name("true");
  subnet.set_unknown_machines(v1::UNKNOWN_MACHINES_IGNORE);
  subnet.mutable_default_lease()->set_seconds(60);
  subnet.mutable_create_time()->set_seconds(100);
  subnet.set_revision(12);
  const std::string json = *ToJson(subnet);
  for (const std::string& text : {json, JsonToYaml(json)}) {
    v1::Subnet read;
    EXPECT_THAT(ReadMessage("f", text, read), IsOk()) << text;
    EXPECT_EQ(read.SerializeAsString(), subnet.SerializeAsString()) << text;
  }
}

TEST(MessageFileTest, NumbersBytesAndMapsWithinMessagesAreRead) {
  v1::Rule rule;
  ASSERT_THAT(ReadMessage("f", "{priority: 7, match: {labels: {rack: a}, kinds: [bios]}}", rule),
              IsOk());
  EXPECT_EQ(rule.priority(), 7u);
  EXPECT_EQ(rule.match().labels().at("rack"), "a");
  v1::Profile profile;
  ASSERT_THAT(ReadMessage("f",
                          "options: [{code: 224, bytes: AQD/, always: true}, {code: 150, "
                          "addresses: {addresses: [10.0.0.1]}}]",
                          profile),
              IsOk());
  EXPECT_EQ(profile.options(0).code(), 224u);
  EXPECT_EQ(profile.options(0).bytes(), std::string("\x01\x00\xff", 3));
  EXPECT_EQ(profile.options(1).addresses().addresses(0), "10.0.0.1");
  EXPECT_THAT(ReadMessage("f", "priority: 4294967296", rule),
              StatusIs(absl::StatusCode::kInvalidArgument, "f:1:11: priority is a number below"));
  EXPECT_THAT(ReadMessage("f", "options: [{bytes: '*'}]", profile),
              StatusIs(absl::StatusCode::kInvalidArgument, "f:1:19: bytes is base64"));
}

TEST(MessageFileTest, ATextOfManyLinesComesBack) {
  v1::Template text;
  text.set_text("#!/bin/sh\necho \"{{host.mac}}\"\n\n  # end\n");
  const std::string json = *ToJson(text);
  for (const std::string& form : {json, JsonToYaml(json)}) {
    v1::Template read;
    EXPECT_THAT(ReadMessage("f", form, read), IsOk()) << form;
    EXPECT_EQ(read.text(), text.text()) << form;
  }
}

struct Row {
  const char* text;
  const char* says;
};

TEST(MessageFileTest, ErrorsNameFileLineAndColumn) {
  const Row rows[] = {
      {"colour: red", "f:1:1: \"colour\" is no field of a Profile"},
      {"entries:\n  - name: a\n    kernal: b", "f:3:5: \"kernal\" is no field of a Entry"},
      {"menu: {}\nmenu: {}", "f:2:1: menu is here twice"},
      {"entries: {name: a}", "f:1:10: entries is a list"},
      {"entries: [~]", "f:1:11: a map of fields is wanted here"},
      {"entries: [a]", "f:1:11: a map of fields is wanted here"},
      {"loaders: [a]", "f:1:10: loaders is a map"},
      {"name: [a]", "f:1:7: a single value is wanted here"},
      {"menu: {prompt: maybe}", "f:1:16: prompt is true or false"},
      {"menu: {timeout: soon}", "f:1:17: \"soon\" is no Duration; write it in seconds, like 3600s"},
      {"menu: {timeout: 'a\"b'}", "f:1:17: \"a\\x22b\" is no Duration"},
      {"createTime: now", "f:1:13: \"now\" is no Timestamp"},
      {"revision: x", "f:1:11: revision is a whole number"},
      {"- a", "f:1:1: a map of fields is wanted here"},
      {"menu: [", "f:1:"},
      {"", "f: holds 0 documents; one is wanted"},
      {"menu: {}\n---\nmenu: {}", "f: holds 2 documents; one is wanted"},
  };
  for (const Row& row : rows) {
    v1::Profile profile;
    const auto read = ReadMessage("f", row.text, profile);
    EXPECT_THAT(read, StatusIs(absl::StatusCode::kInvalidArgument, row.says)) << row.text;
    EXPECT_EQ(ExitCodeOf(read.status()), ExitCode::kUsage) << row.text;
  }
  v1::Subnet subnet;
  EXPECT_THAT(ReadMessage("f", "unknownMachines: ignore", subnet),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "f:1:18: \"ignore\" is no value of UnknownMachines; one of them is "
                       "UNKNOWN_MACHINES_IGNORE"));
}

TEST(OutputTest, TablesHaveAlignedColumnsAndNoEmptyCells) {
  EXPECT_EQ(
      RenderTable({"ID", "MAC", "X"}, {{"n1", "52:54:00:00:00:01", "a"}, {"long-id", "", ""}}),
      "ID       MAC                X\n"
      "n1       52:54:00:00:00:01  a\n"
      "long-id  -                  -\n");
  EXPECT_EQ(RenderTable({"ID", "MAC"}, {}), "ID  MAC\n");
}

TEST(OutputTest, YamlQuotesWhatItWouldMisread) {
  EXPECT_EQ(JsonToYaml(R"({"a": "true", "b": "12", "c": "plain text", "d": true, "e": ["x: y"],
                           "f": "", "g": "null", "h": "#x", "i": {"k": "v"}})"),
            "a: \"true\"\nb: \"12\"\nc: plain text\nd: true\ne:\n  - \"x: y\"\nf: \"\"\n"
            "g: \"null\"\nh: \"#x\"\ni:\n  k: v\n");
}

}  // namespace
}  // namespace pxe::adm
