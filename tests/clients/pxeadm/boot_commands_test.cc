// explain and simulate against a service that answers as it is told.
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <grpcpp/grpcpp.h>

#include <memory>

#include "pxe/v1/boot.grpc.pb.h"
#include "tests/clients/pxeadm/run_fixture.h"

namespace pxe::adm {
namespace {

using grpc::ServerContext;
using grpc::Status;
using testing::HasSubstr;
using testing::StartsWith;

class FakeBoots final : public v1::BootService::Service {
 public:
  Status ExplainBoot(ServerContext*, const v1::ExplainBootRequest* request,
                     v1::ExplainBootResponse* out) override {
    asked = request->facts();
    *out = explained;
    return Status::OK;
  }
  Status SimulateBoot(ServerContext*, const v1::SimulateBootRequest* request,
                      v1::SimulateBootResponse* out) override {
    asked = request->facts();
    *out = simulated;
    return Status::OK;
  }

  v1::BootFacts asked;
  v1::ExplainBootResponse explained;
  v1::SimulateBootResponse simulated;
};

constexpr char kDecision[] = R"(decision {
  reason: "boots profiles/deb: rules/rack-a matches" code: "rule_profile" action: 4
  profile: "profiles/deb" rule: "rules/rack-a" kind: "bios" loader: "pxelinux.0"
  address: "10.0.0.20" next_server: "10.0.0.6" next_server_source: 1
  steps { code: "rule_matches" resource: "rules/rack-a" revision: 7 text: "it matches" } })";

class BootCommandsTest : public testing::Test {
 protected:
  BootCommandsTest() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address_, grpc::InsecureServerCredentials());
    builder.RegisterService(&boots);
    server_ = builder.BuildAndStart();
  }

  Ended Pxeadm(std::vector<std::string> words) {
    words.insert(words.begin(), {"--server", address_});
    return RunWords(std::move(words));
  }

  FakeBoots boots;

 private:
  TempDir dir_;
  const std::string address_ = "unix:" + dir_.Path("pxed.sock");
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(BootCommandsTest, ExplainBeginsWithTheReason) {
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(kDecision, &boots.explained));
  const Ended ended = Pxeadm({"explain", "--mac", "52:54:00:00:00:01", "--kind", "bios", "--subnet",
                              "lab", "--vendor-class", "PXEClient", "--uuid", "u", "--circuit-id",
                              "eth0", "--lacks-bzimage"});
  EXPECT_EQ(ended.code, ExitCode::kDone) << ended.err;
  EXPECT_EQ(ended.out,
            "boots profiles/deb: rules/rack-a matches\n"
            "\n"
            "WHAT         VALUE\n"
            "gets         a profile\n"
            "code         rule_profile\n"
            "profile      deb\n"
            "rule         rack-a\n"
            "kind         bios\n"
            "loader       pxelinux.0\n"
            "address      10.0.0.20\n"
            "next server  10.0.0.6, as the host says\n"
            "\n"
            "STEP          RESOURCE      REVISION  TEXT\n"
            "rule_matches  rules/rack-a  7         it matches\n");
  EXPECT_EQ(boots.asked.mac(), "52:54:00:00:00:01");
  EXPECT_EQ(boots.asked.kind(), "bios");
  EXPECT_EQ(boots.asked.subnet(), "subnets/lab");
  EXPECT_EQ(boots.asked.vendor_class(), "PXEClient");
  EXPECT_EQ(boots.asked.uuid(), "u");
  EXPECT_EQ(boots.asked.circuit_id(), "eth0");
  EXPECT_TRUE(boots.asked.ipxe_lacks_bzimage());
}

TEST_F(BootCommandsTest, SimulateShowsRepliesAndFilesInOrder) {
  ASSERT_TRUE(
      google::protobuf::TextFormat::ParseFromString(std::string("stages {") + kDecision + R"(
        offer { fields { name: "yiaddr" value: "10.0.0.20" } packet: "abc" }
        files { name: "pxelinux.0" outcome: 2 detail: "pxelinux.0" }
        files { name: "pxelinux.cfg/u" outcome: 3 detail: "belongs to no machine" }
        files { name: "pxelinux.cfg/01" outcome: 1 text: "DEFAULT linux\nLABEL linux\n" } })",
                                                    &boots.simulated));
  const Ended ended = Pxeadm({"simulate", "--mac", "52:54:00:00:00:01", "--giaddr", "10.9.0.1"});
  EXPECT_EQ(ended.code, ExitCode::kDone) << ended.err;
  EXPECT_THAT(ended.out, StartsWith("boots profiles/deb: rules/rack-a matches\n"));
  EXPECT_THAT(ended.out, HasSubstr("\n\nOFFER, 3 bytes\n"
                                   "  yiaddr = 10.0.0.20\n"
                                   "\nACK: none\n"
                                   "\nTFTP pxelinux.0: from the disk: pxelinux.0\n"
                                   "\nTFTP pxelinux.cfg/u: no such file: belongs to no machine\n"
                                   "\nTFTP pxelinux.cfg/01: made for this machine\n"
                                   "  | DEFAULT linux\n"
                                   "  | LABEL linux\n"));
  EXPECT_EQ(boots.asked.giaddr(), "10.9.0.1");
}

TEST_F(BootCommandsTest, JsonIsTheAnswerItself) {
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(kDecision, &boots.explained));
  const Ended ended = Pxeadm({"explain", "--mac", "52:54:00:00:00:01", "-o", "json"});
  EXPECT_THAT(ended.out, HasSubstr("\"code\": \"rule_profile\""));
}

TEST_F(BootCommandsTest, AMachineIsInOnePlaceAndHasAMac) {
  EXPECT_EQ(Pxeadm({"explain"}).code, ExitCode::kUsage);
  EXPECT_EQ(Pxeadm({"explain", "--mac", "m", "--subnet", "a", "--giaddr", "10.0.0.1"}).code,
            ExitCode::kUsage);
}

}  // namespace
}  // namespace pxe::adm
