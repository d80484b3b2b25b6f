// A control plane for data planes of other processes, and one such data plane: the real service on
// a real socket, the real resolver at the other end.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "clients/control/remote_resolver.h"
#include "server/api_server.h"
#include "server/dataplane_service.h"
#include "tests/support/status_matchers.h"

namespace pxe::control {

// The service on a unix socket, for as long as the object lives.
class ControlEnd {
 public:
  ControlEnd(core::Resolver& resolver, const std::string& address,
             server::DataPlaneLimits limits = {})
      : service_(resolver, limits) {
    const std::vector<std::string> listen{address};
    const std::vector<grpc::Service*> services{&service_};
    auto started = server::ApiServer::Start(listen, {}, services);
    EXPECT_THAT(started, IsOk());
    server_ = *std::move(started);
  }
  ~ControlEnd() {
    service_.Stop();
    server_->Shutdown(std::chrono::seconds{5});
  }

  const server::DataPlaneService& service() const { return service_; }

 private:
  server::DataPlaneService service_;
  std::unique_ptr<server::ApiServer> server_;
};

// Remembers what a RemoteResolver says of its control plane; Await blocks until it has said so.
class Witness {
 public:
  RemoteHooks Hooks() {
    return {.on_change =
                [this](bool there, std::string_view line) {
                  const std::lock_guard lock(mutex_);
                  there_ = there;
                  lines_.emplace_back(line);
                  changed_.notify_all();
                },
            .on_event = {}};
  }
  void AwaitThere() { Await(true); }
  void AwaitAway() { Await(false); }
  std::vector<std::string> lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  void Await(bool there) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !lines_.empty() && there_ == there; });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool there_ = false;
  std::vector<std::string> lines_;
};

// A data plane's resolver, connected when it is constructed.
struct RemoteEnd {
  explicit RemoteEnd(const std::string& address, RemoteLimits limits = {})
      : resolver(address, witness.Hooks(), limits) {
    witness.AwaitThere();
  }

  Witness witness;
  RemoteResolver resolver;
};

}  // namespace pxe::control
