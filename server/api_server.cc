#include "server/api_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <sys/stat.h>

#include "base/status.h"
#include "server/listen_address.h"

namespace pxe::server {
namespace {

// Files made while it lives are for their owner and group only.
class OwnerAndGroupOnly {
 public:
  OwnerAndGroupOnly() : old_(umask(0117)) {}
  ~OwnerAndGroupOnly() { umask(old_); }
  OwnerAndGroupOnly(const OwnerAndGroupOnly&) = delete;
  OwnerAndGroupOnly& operator=(const OwnerAndGroupOnly&) = delete;

 private:
  const mode_t old_;
};

// gRPC keeps a pointer to `port` until the server is built.
struct Listener {
  ListenAddress address;
  int port = 0;
};

absl::StatusOr<std::vector<Listener>> ParseListeners(std::span<const std::string> listen,
                                                     std::span<const std::string> insecure_tcp) {
  std::vector<Listener> listeners;
  for (const std::string& text : listen) {
    PXE_ASSIGN_OR_RETURN(ListenAddress address, ParseListenAddress(text));
    PXE_RETURN_IF_ERROR(CheckAllowed(address, insecure_tcp));
    listeners.push_back({.address = std::move(address)});
  }
  if (listeners.empty()) return InvalidArgument("the API needs at least one address to listen on");
  return listeners;
}

absl::Status PrepareSockets(const std::vector<Listener>& listeners) {
  for (const Listener& listener : listeners) {
    if (listener.address.unix_path.empty()) continue;
    PXE_RETURN_IF_ERROR(PrepareUnixSocket(listener.address.unix_path));
  }
  return absl::OkStatus();
}

std::unique_ptr<grpc::Server> Build(std::vector<Listener>& listeners,
                                    std::span<grpc::Service* const> services) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  // Without this a second pxed shares the port, and calls go to either by chance.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  for (Listener& listener : listeners) {
    builder.AddListeningPort(listener.address.ToString(), grpc::InsecureServerCredentials(),
                             &listener.port);
  }
  for (grpc::Service* service : services) builder.RegisterService(service);
  const OwnerAndGroupOnly mode;
  return builder.BuildAndStart();
}

}  // namespace

absl::StatusOr<std::unique_ptr<ApiServer>> ApiServer::Start(
    std::span<const std::string> listen, std::span<const std::string> insecure_tcp,
    std::span<grpc::Service* const> services) {
  PXE_ASSIGN_OR_RETURN(std::vector<Listener> listeners, ParseListeners(listen, insecure_tcp));
  PXE_RETURN_IF_ERROR(PrepareSockets(listeners));
  std::unique_ptr<ApiServer> server(new ApiServer());
  server->server_ = Build(listeners, services);
  for (Listener& listener : listeners) {
    if (server->server_ == nullptr && listener.port == 0) {
      const absl::Status why = WhyNotListening(listener.address);
      const std::string where = listener.address.ToString();
      return why.ok() ? Unavailable(where + ": gRPC cannot listen") : Annotate(why, where);
    }
    if (listener.address.unix_path.empty()) {
      listener.address.port = static_cast<uint16_t>(listener.port);
    }
    server->addresses_.push_back(listener.address.ToString());
  }
  if (server->server_ == nullptr) return Internal("gRPC did not start");
  server->SetServing(true);
  return server;
}

ApiServer::~ApiServer() {
  Shutdown(std::chrono::milliseconds{0});
}

void ApiServer::SetServing(bool serving) {
  for (const char* service : {"", "store"}) {
    server_->GetHealthCheckService()->SetServingStatus(service, serving);
  }
}

void ApiServer::Shutdown(std::chrono::milliseconds patience) {
  if (server_ == nullptr) return;
  server_->GetHealthCheckService()->Shutdown();
  server_->Shutdown(std::chrono::system_clock::now() + patience);
  server_->Wait();
  server_.reset();
}

}  // namespace pxe::server
