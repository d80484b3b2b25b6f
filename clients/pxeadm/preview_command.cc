#include "api/resource_name.h"
#include "base/status.h"
#include "clients/pxeadm/command_line.h"
#include "clients/pxeadm/commands.h"
#include "clients/pxeadm/exit_code.h"
#include "clients/pxeadm/flags.h"
#include "pxe/v1/profile.grpc.pb.h"

namespace pxe::adm {
namespace {

struct PreviewArguments final : Arguments {
  std::string host;
  std::string mac;
};

// The text itself, so that it can be read or compared; a message only where one was asked for.
absl::Status RunPreview(Session& session, const PreviewArguments& given) {
  if (given.host.empty() == given.mac.empty()) {
    return UsageError("preview: give either --host ID or --mac MAC");
  }
  v1::PreviewConfigRequest request;
  if (given.mac.empty()) {
    request.set_host(FullName(api::kHosts, given.host));
  } else {
    request.set_mac(given.mac);
  }
  const auto stub = v1::ProfileService::NewStub(session.channel());
  v1::PreviewConfigResponse response;
  PXE_RETURN_IF_ERROR(session.Call([&](grpc::ClientContext* context) {
    return stub->PreviewConfig(context, request, &response);
  }));
  if (session.format == Format::kTable || session.format == Format::kName) {
    session.out << response.text();
    return absl::OkStatus();
  }
  PXE_ASSIGN_OR_RETURN(const std::string json, ToJson(response));
  session.out << (session.format == Format::kYaml ? JsonToYaml(json) : json);
  return absl::OkStatus();
}

}  // namespace

void AddPreviewCommand(CommandLine& line) {
  auto& given = line.Own<PreviewArguments>();
  auto* verb = line.AddVerb(&line.app, "preview", "Show the boot config a machine would be given",
                            &RunPreview, given);
  verb->add_option("--host", given.host, "A known machine");
  verb->add_option("--mac", given.mac, "Any machine");
}

}  // namespace pxe::adm
