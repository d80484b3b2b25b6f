#include "api/resource_name.h"
#include "base/status.h"
#include "clients/pxeadm/command_line.h"
#include "clients/pxeadm/commands.h"
#include "clients/pxeadm/exit_code.h"
#include "clients/pxeadm/resource.h"
#include "pxe/v1/profile.grpc.pb.h"

namespace pxe::adm {
namespace {

struct PreviewArguments final : Arguments {
  std::string host;
  std::string mac;
  std::string flavour;
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
  request.set_flavour(given.flavour);
  const auto stub = v1::ProfileService::NewStub(session.channel());
  v1::PreviewConfigResponse response;
  PXE_RETURN_IF_ERROR(session.Call([&](grpc::ClientContext* context) {
    return stub->PreviewConfig(context, request, &response);
  }));
  if (session.format == Format::kTable || session.format == Format::kName) {
    session.out << response.text();
    return absl::OkStatus();
  }
  return PrintMessage(session, response);
}

}  // namespace

void AddPreviewCommand(CommandLine& line) {
  auto& given = line.Own<PreviewArguments>();
  auto* verb = line.AddVerb(&line.app, "preview", "Show the boot config a machine would be given",
                            &RunPreview, given);
  verb->add_option("--host", given.host, "A known machine");
  verb->add_option("--mac", given.mac, "Any machine");
  verb->add_option("--flavour", given.flavour, "pxelinux, grub, ipxe or grub4dos; else pxelinux");
}

}  // namespace pxe::adm
