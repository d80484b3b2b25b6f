// status: whether pxed serves, and the transfers under way.
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
#include "clients/pxeadm/resource.h"
#include "pxe/v1/status.grpc.pb.h"

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

std::string Progress(const v1::RunningTransfer& transfer) {
  if (transfer.of_bytes() == 0) return "";
  return absl::StrFormat("%d%%", 100 * transfer.bytes() / transfer.of_bytes());
}

void PrintTables(Session& session, const v1::GetStatusResponse& status) {
  session.out << RenderTable(
      {"SERVER", "STATUS", "TRANSFERS"},
      {{session.server, "serving", std::to_string(status.transfer_count())}});
  if (status.transfers().empty()) return;
  std::vector<Row> rows;
  for (const v1::RunningTransfer& transfer : status.transfers()) {
    rows.push_back({transfer.address(), transfer.mac(), ShortName(transfer.host()), transfer.file(),
                    std::to_string(transfer.bytes()), Progress(transfer),
                    std::to_string(transfer.running().seconds())});
  }
  session.out << "\n"
              << RenderTable({"ADDRESS", "MAC", "HOST", "FILE", "BYTES", "DONE", "SECONDS"}, rows);
  if (const auto shown = static_cast<uint32_t>(rows.size()); status.transfer_count() > shown) {
    session.err << absl::StrFormat("%d more are under way\n", status.transfer_count() - shown);
  }
}

// The answer's own members after the two that health has told.
absl::StatusOr<std::string> StatusAsJson(const Session& session,
                                         const v1::GetStatusResponse& status) {
  google::protobuf::StringValue server;  // for its quoting
  server.set_value(session.server);
  PXE_ASSIGN_OR_RETURN(std::string quoted, ToJson(server));
  while (quoted.ends_with('\n')) quoted.pop_back();
  PXE_ASSIGN_OR_RETURN(const std::string answer, ToJson(status));
  const size_t members = answer.find('\n');
  const bool none = status.ByteSizeLong() == 0;
  return absl::StrFormat("{\n \"server\": %s,\n \"status\": \"SERVING\"%s", quoted,
                         none ? "\n}\n" : "," + answer.substr(members));
}

absl::Status RunStatus(Session& session, const StatusArguments& given) {
  PXE_ASSIGN_OR_RETURN(const auto patience, ParseDuration("--wait", given.wait));
  PXE_RETURN_IF_ERROR(WaitUntilServing(session, patience));
  if (session.format == Format::kName) {
    session.out << session.server << "\n";
    return absl::OkStatus();
  }
  const auto stub = v1::StatusService::NewStub(session.channel());
  v1::GetStatusResponse status;
  PXE_RETURN_IF_ERROR(session.Call(
      [&](grpc::ClientContext* context) { return stub->GetStatus(context, {}, &status); }));
  if (session.format == Format::kTable) {
    PrintTables(session, status);
    return absl::OkStatus();
  }
  PXE_ASSIGN_OR_RETURN(const std::string json, StatusAsJson(session, status));
  session.out << (session.format == Format::kYaml ? JsonToYaml(json) : json);
  return absl::OkStatus();
}

}  // namespace

void AddStatusCommand(CommandLine& line) {
  auto& given = line.Own<StatusArguments>();
  line.AddVerb(&line.app, "status", "Say whether pxed serves, and what files are on their way",
               &RunStatus, given)
      ->add_option("--wait", given.wait, "How long to wait until it does: 10s");
}

}  // namespace pxe::adm
