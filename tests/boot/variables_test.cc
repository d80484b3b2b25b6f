// Which variables each machine has, and which no machine can have.
#include "boot/variables.h"

#include <gtest/gtest.h>

#include <string>

namespace pxe::boot {
namespace {

class VariablesTest : public testing::Test {
 protected:
  VariablesTest() {
    host_.id = "n1";
    host_.nics = {{.mac = *ParseMacAddress("52:54:00:00:00:01"), .address = {}, .host_name = ""},
                  {.mac = *ParseMacAddress("52:54:00:00:00:02"), .address = {}, .host_name = ""}};
    host_.labels = {{"rack", "a"}, {"example.com.row", "7"}};
    host_.variables = {{"console", "ttyS1"}};
    profile_.variables = {{"console", "ttyS0"}, {"release", "bookworm"}};
    machine_ = {.host = &host_,
                .nic = *ParseMacAddress("52:54:00:00:00:02"),
                .address = *ParseIpv4("10.0.0.20"),
                .server = *ParseIpv4("10.0.0.1")};
  }

  std::string Value(std::string_view name) {
    const Variables variables(profile_, machine_);
    const std::string* value = variables.Find(name);
    return value == nullptr ? "(unknown)" : *value;
  }

  core::Host host_;
  core::Profile profile_;
  Machine machine_;
};

TEST_F(VariablesTest, AHostHasThemAll) {
  host_.uuid = *ParseUuid("b8945908-d6a6-41a9-611d-74a6ab80b83d");
  EXPECT_EQ(Value("host.id"), "n1");
  EXPECT_EQ(Value("host.mac"), "52:54:00:00:00:01");
  EXPECT_EQ(Value("nic.mac"), "52:54:00:00:00:02");
  EXPECT_EQ(Value("host.uuid"), "b8945908-d6a6-41a9-611d-74a6ab80b83d");
  EXPECT_EQ(Value("host.address"), "10.0.0.20");
  EXPECT_EQ(Value("host.labels.rack"), "a");
  EXPECT_EQ(Value("host.labels.example.com.row"), "7");
  EXPECT_EQ(Value("server.address"), "10.0.0.1");
  EXPECT_EQ(Value("vars.release"), "bookworm");
}

TEST_F(VariablesTest, TheSerialIsTheInventorys) {
  EXPECT_EQ(Value("host.serial"), "(unknown)");
  host_.serial = "ABC 123/4";
  EXPECT_EQ(Value("host.serial"), "ABC 123/4");
}

TEST_F(VariablesTest, TheSerialOfADiscoveredHostCameFromPackets) {
  host_.discovery = core::Discovery{};
  host_.serial = "ABC-123";
  EXPECT_EQ(Value("host.serial"), "ABC-123");
  host_.serial = "ABC 123; reboot";
  EXPECT_EQ(Value("host.serial"), "(unknown)");
}

TEST_F(VariablesTest, AHostsVariableWinsOverItsProfiles) {
  EXPECT_EQ(Value("vars.console"), "ttyS1");
  host_.variables.clear();
  EXPECT_EQ(Value("vars.console"), "ttyS0");
}

TEST_F(VariablesTest, AnEmptyValueOfTheHostWinsToo) {
  host_.variables["console"] = "";
  EXPECT_EQ(Value("vars.console"), "");
}

TEST_F(VariablesTest, WhatThisMachineLacksIsUnknown) {
  machine_.address.reset();
  for (const std::string_view name : {"host.uuid", "host.address", "host.labels.row",
                                      "vars.nothing", "host", "host.labels", ""}) {
    EXPECT_EQ(Value(name), "(unknown)") << name;
  }
}

TEST_F(VariablesTest, WithoutAKnownNicTheFirstOfTheHostStandsIn) {
  machine_.nic.reset();
  EXPECT_EQ(Value("nic.mac"), "52:54:00:00:00:01");
}

TEST_F(VariablesTest, AHostKnownByUuidAloneHasTheMacThatAsks) {
  host_.nics.clear();
  EXPECT_EQ(Value("host.mac"), "52:54:00:00:00:02");
}

TEST_F(VariablesTest, AnUnknownMachineHasItsOwnFactsOnly) {
  machine_.host = nullptr;
  EXPECT_EQ(Value("host.mac"), "52:54:00:00:00:02");
  EXPECT_EQ(Value("nic.mac"), "52:54:00:00:00:02");
  EXPECT_EQ(Value("host.address"), "10.0.0.20");
  EXPECT_EQ(Value("vars.console"), "ttyS0");
  EXPECT_EQ(Value("host.id"), "(unknown)");
  EXPECT_EQ(Value("host.labels.rack"), "(unknown)");
}

TEST(KnowableVariableTest, FixedNamesAndAnyLabelOrVariable) {
  for (const std::string_view name :
       {"host.id", "host.mac", "host.uuid", "host.address", "host.serial", "nic.mac",
        "server.address", "host.labels.rack", "host.labels.a.b", "vars.x"}) {
    EXPECT_TRUE(IsKnowableVariable(name)) << name;
  }
  for (const std::string_view name :
       {"", "foo.bar", "host", "host.name", "host.labels", "host.labels.", "vars", "vars.", "nic",
        "Host.id", "server.http_url"}) {
    EXPECT_FALSE(IsKnowableVariable(name)) << name;
  }
}

TEST(KnowableVariablesTest, HaveAStandIn) {
  const VariableLookup lookup = KnowableVariables();
  ASSERT_NE(lookup("vars.x"), nullptr);
  EXPECT_FALSE(lookup("vars.x")->empty());
  EXPECT_EQ(lookup("foo.bar"), nullptr);
}

TEST(IsHarmlessTest, LettersDigitsAndFourMarks) {
  EXPECT_TRUE(IsHarmless("aZ09._:-"));
  EXPECT_TRUE(IsHarmless(std::string(64, 'a')));
  for (const std::string_view text :
       {"", " ", "a b", "a;b", "a/b", "$x", "a\n", "\xff", "{", "'"}) {
    EXPECT_FALSE(IsHarmless(text)) << text;
  }
  EXPECT_FALSE(IsHarmless(std::string(65, 'a')));
}

}  // namespace
}  // namespace pxe::boot
