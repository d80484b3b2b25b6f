// The gRPC server: listeners, health, reflection, an orderly end.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace grpc {
class Server;
class Service;
}  // namespace grpc

namespace pxe::server {

class ApiServer {
 public:
  // Listens on every address of `listen` (server/listen_address.h) and serves; none without all.
  // The services are borrowed until the ApiServer is gone. A unix socket gets mode 0660 from the
  // start, by way of the process's umask: no other thread may be creating files meanwhile.
  // INVALID_ARGUMENT, PERMISSION_DENIED, FAILED_PRECONDITION or UNAVAILABLE name the address.
  static absl::StatusOr<std::unique_ptr<ApiServer>> Start(std::span<const std::string> listen,
                                                          std::span<const std::string> insecure_tcp,
                                                          std::span<grpc::Service* const> services);

  ~ApiServer();  // Shutdown() with no patience
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;

  // Where it listens, a port of 0 replaced by the one that was found.
  const std::vector<std::string>& addresses() const { return addresses_; }

  // What gRPC's health service says of the whole server ("") and of "store", from now on; both are
  // SERVING after Start. Any thread, until Shutdown() begins.
  void SetServing(bool serving);

  // Says "not serving", takes no more calls, waits up to `patience` for those in flight, breaks off
  // the rest. The store's writer must still be running. Idempotent; by one thread at a time.
  void Shutdown(std::chrono::milliseconds patience);

 private:
  ApiServer() = default;

  std::vector<std::string> addresses_;
  std::unique_ptr<grpc::Server> server_;  // null: ended
};

}  // namespace pxe::server
