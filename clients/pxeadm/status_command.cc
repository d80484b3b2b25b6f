#include <google/protobuf/empty.pb.h>
#include <google/protobuf/wrappers.pb.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <future>
#include <thread>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "clients/pxeadm/command_line.h"
#include "clients/pxeadm/commands.h"
#include "clients/pxeadm/exit_code.h"
#include "clients/pxeadm/flags.h"

namespace pxe::adm {
namespace {

// grpc.health.v1.Health/Check. Debian packages no health.proto; on the wire an empty message asks
// for the whole server, and the answer's enum in field 1 is an Int32Value.
constexpr char kHealthCheck[] = "/grpc.health.v1.Health/Check";
constexpr int32_t kServing = 1;

constexpr std::chrono::milliseconds kPollEvery{100};

struct StatusArguments final : Arguments {
  std::string wait = "0s";
};

absl::Status CheckOnce(Session& session) {
  using HealthStub =
      grpc::TemplatedGenericStub<google::protobuf::Empty, google::protobuf::Int32Value>;
  HealthStub stub(session.channel());
  const google::protobuf::Empty everything;
  google::protobuf::Int32Value answer;
  PXE_RETURN_IF_ERROR(session.Call([&](grpc::ClientContext* context) {
    std::promise<grpc::Status> ended;
    stub.UnaryCall(context, kHealthCheck, grpc::StubOptions(), &everything, &answer,
                   [&ended](const grpc::Status& status) { ended.set_value(status); });
    return ended.get_future().get();
  }));
  if (answer.value() == kServing) return absl::OkStatus();
  return Unreachable(session.server + " is not serving");
}

absl::Status WaitUntilServing(Session& session, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (true) {
    const absl::Status status = CheckOnce(session);
    if (status.ok() || std::chrono::steady_clock::now() >= deadline) return status;
    std::this_thread::sleep_for(kPollEvery);
  }
}

absl::Status RunStatus(Session& session, const StatusArguments& given) {
  PXE_ASSIGN_OR_RETURN(const auto patience, ParseDuration("--wait", given.wait));
  PXE_RETURN_IF_ERROR(WaitUntilServing(session, patience));
  if (session.format == Format::kTable) {
    session.out << RenderTable({"SERVER", "STATUS"}, {{session.server, "serving"}});
    return absl::OkStatus();
  }
  if (session.format == Format::kName) {
    session.out << session.server << "\n";
    return absl::OkStatus();
  }
  google::protobuf::StringValue server;  // for its quoting
  server.set_value(session.server);
  PXE_ASSIGN_OR_RETURN(std::string quoted, ToJson(server));
  while (quoted.ends_with('\n')) quoted.pop_back();
  const std::string json =
      absl::StrFormat("{\n \"server\": %s,\n \"status\": \"SERVING\"\n}\n", quoted);
  session.out << (session.format == Format::kYaml ? JsonToYaml(json) : json);
  return absl::OkStatus();
}

}  // namespace

void AddStatusCommand(CommandLine& line) {
  auto& given = line.Own<StatusArguments>();
  line.AddVerb(&line.app, "status", "Say whether pxed serves", &RunStatus, given)
      ->add_option("--wait", given.wait, "How long to wait until it does: 10s");
}

}  // namespace pxe::adm
