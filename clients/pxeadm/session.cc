#include "clients/pxeadm/session.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <random>
#include <thread>

#include "absl/strings/str_format.h"
#include "api/grpc_status.h"
#include "base/hex.h"
#include "base/status.h"
#include "clients/pxeadm/exit_code.h"

namespace pxe::adm {
namespace {

// "user@host", which the server records beside what it can verify.
std::string ClaimedActor() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  const passwd* user = getpwuid(geteuid());
  const std::string name = user == nullptr ? std::to_string(geteuid()) : user->pw_name;
  return Printable(name + "@" + host.data());
}

// gRPC wraps the system's words in several layers of its own: "failed to connect to all addresses;
// last error: UNKNOWN: unix:/x: No such file or directory".
std::string ReasonOf(const grpc::Status& status) {
  const std::string& message = status.error_message();
  const size_t colon = message.rfind(": ");
  return colon == std::string::npos ? message : message.substr(colon + 2);
}

}  // namespace

const std::shared_ptr<grpc::Channel>& Session::channel() {
  if (channel_ == nullptr) channel_ = client::OpenChannel(server);
  return channel_;
}

absl::Status Session::Call(std::chrono::seconds patience,
                           const std::function<grpc::Status(grpc::ClientContext*)>& call) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + patience);
  context.AddMetadata("pxed-actor", ClaimedActor());
  channel();
  const grpc::Status status = call(&context);
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    return Unreachable(absl::StrFormat("%s did not answer within %d s", server, patience.count()));
  }
  // The server says UNAVAILABLE too, when it could not write; then the connection is up.
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE &&
      channel_->GetState(/*try_to_connect=*/false) != GRPC_CHANNEL_READY) {
    return Unreachable(absl::StrFormat("cannot reach %s: %s", server, ReasonOf(status)));
  }
  return api::FromGrpc(status);
}

absl::Status Session::Change(const std::function<grpc::Status(grpc::ClientContext*)>& call) {
  const auto end =
      std::chrono::steady_clock::now() + kCallDeadline;  // of patience, not of one call
  std::chrono::milliseconds pause = kFirstPause;
  for (int attempt = 1;; ++attempt) {
    const absl::Status status = Call(call);
    const bool may_help =
        status.code() == absl::StatusCode::kUnavailable && std::chrono::steady_clock::now() < end;
    if (!may_help || attempt == kChangeAttempts) return status;
    std::this_thread::sleep_for(pause);
    pause *= 2;
  }
}

std::string NewRequestId() {
  std::random_device random;
  return absl::StrFormat("pxeadm-%08x%08x%08x%08x", random(), random(), random(), random());
}

}  // namespace pxe::adm
