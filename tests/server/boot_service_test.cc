// ExplainBoot and SimulateBoot through gRPC; what they say is tested in tests/server/resolver.
#include <gmock/gmock.h>

#include "pxe/v1/boot.grpc.pb.h"
#include "tests/server/services_fixture.h"

namespace pxe::server {
namespace {

class BootServiceTest : public ServicesTest {
 protected:
  void SetUp() override {
    CreateLab();
    ASSERT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" } profile: "profiles/deb")"),
                IsOk());
  }

  auto Explain(const std::string& facts) {
    return Call(*boots_, &v1::BootService::Stub::ExplainBoot, "facts { " + facts + " }");
  }
  auto Simulate(const std::string& facts) {
    return Call(*boots_, &v1::BootService::Stub::SimulateBoot, "facts { " + facts + " }");
  }

  std::unique_ptr<v1::BootService::Stub> boots_ = v1::BootService::NewStub(channel);
};

TEST_F(BootServiceTest, ADecisionNamesItsResources) {
  const auto response = Explain(R"(mac: "52-54-00-00-00-01" kind: "bios")");
  ASSERT_THAT(response, IsOk());
  const v1::BootDecision& decision = response->decision();
  EXPECT_EQ(decision.reason(), "boots profiles/deb: hosts/n1 names it");
  EXPECT_EQ(decision.code(), "host_profile");
  EXPECT_EQ(decision.action(), v1::BOOT_ACTION_PROFILE);
  EXPECT_EQ(decision.profile(), "profiles/deb");
  EXPECT_EQ(decision.host(), "hosts/n1");
  EXPECT_EQ(decision.subnet(), "subnets/lab");
  EXPECT_EQ(decision.loader(), "pxelinux.0");
  EXPECT_EQ(decision.address(), "10.0.0.10");
  ASSERT_GT(decision.steps_size(), 0);
  EXPECT_EQ(decision.steps(0).resource(), "hosts/n1");
}

TEST_F(BootServiceTest, ThatAMachineGetsNothingIsAnAnswer) {
  const auto response = Explain(R"(mac: "52:54:00:00:00:09" giaddr: "192.168.7.1")");
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->decision().action(), v1::BOOT_ACTION_SILENCE);
  EXPECT_EQ(response->decision().reason(), "no answer: its link is in no subnet");
}

TEST_F(BootServiceTest, ASimulationHasThePacketsInWordsAndTheFilesWithTheirTexts) {
  const auto response = Simulate(R"(mac: "52:54:00:00:00:01" kind: "bios")");
  ASSERT_THAT(response, IsOk());
  ASSERT_EQ(response->stages_size(), 1);
  const v1::BootStage& stage = response->stages(0);
  ASSERT_EQ(stage.offer().fields_size(), 2);
  EXPECT_EQ(stage.offer().fields(0).name(), "yiaddr");
  EXPECT_EQ(stage.offer().fields(0).value(), "10.0.0.10");
  EXPECT_EQ(stage.offer().fields(1).name(), "option 53 (message type)");
  EXPECT_EQ(stage.offer().packet(), "\x01\x02");
  ASSERT_EQ(stage.files_size(), 3);
  EXPECT_EQ(stage.files(0).outcome(), v1::FILE_OUTCOME_STATIC);
  EXPECT_EQ(stage.files(1).outcome(), v1::FILE_OUTCOME_RENDERED);
  EXPECT_THAT(stage.files(1).text(), testing::HasSubstr("linux ::vmlinuz"));
  EXPECT_EQ(stage.files(2).name(), "vmlinuz");
}

TEST_F(BootServiceTest, WhatIsWrongNamesTheField) {
  EXPECT_THAT(Explain(""), StatusIs(kInvalid, "facts.mac: "));
  EXPECT_THAT(Explain(R"(mac: "52:54:00:00:00:01" uuid: "x")"), StatusIs(kInvalid, "facts.uuid: "));
  EXPECT_THAT(Explain(R"(mac: "52:54:00:00:00:01" giaddr: "x")"),
              StatusIs(kInvalid, "facts.giaddr: "));
  EXPECT_THAT(Explain(R"(mac: "52:54:00:00:00:01" subnet: "lab")"),
              StatusIs(kInvalid, "facts.subnet: "));
  EXPECT_THAT(Explain(R"(mac: "52:54:00:00:00:01" subnet: "subnets/none")"),
              StatusIs(kMissing, "subnets/none"));
  EXPECT_THAT(Simulate(R"(mac: "52:54:00:00:00:01" kind: "amiga")"),
              StatusIs(kInvalid, "facts.kind: "));
}

}  // namespace
}  // namespace pxe::server
