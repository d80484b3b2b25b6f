// What one run of pxeadm works with: the server, the streams, the chosen output format.
#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <chrono>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "clients/channel.h"
#include "clients/pxeadm/output.h"

namespace pxe::adm {

class Session {
 public:
  // The streams are borrowed.
  Session(std::istream& input, std::ostream& results, std::ostream& remarks)
      : in(input), out(results), err(remarks) {}

  std::istream& in;
  std::ostream& out;  // results
  std::ostream& err;  // all else
  std::string server = client::kDefaultServer;
  Format format = Format::kTable;
  bool err_is_terminal = false;  // somebody watches: show progress

  // Opened at the first use.
  const std::shared_ptr<grpc::Channel>& channel();

  // One call of the API, with a deadline and the caller's name as claimed actor. The status is the
  // API's own, or Unreachable when there was no answer.
  absl::Status Call(const std::function<grpc::Status(grpc::ClientContext*)>& call) {
    return Call(kCallDeadline, call);
  }

  // The same for a call that moves much data.
  absl::Status Transfer(const std::function<grpc::Status(grpc::ClientContext*)>& call) {
    return Call(kTransferDeadline, call);
  }

  // The same for a call whose request carries a NewRequestId(): tried again, kChangeAttempts in
  // all, while the server cannot be reached or cannot write. If it did write and its answer was
  // lost, it answers the same again.
  absl::Status Change(const std::function<grpc::Status(grpc::ClientContext*)>& call);

 private:
  static constexpr std::chrono::seconds kCallDeadline{30};
  static constexpr std::chrono::seconds kTransferDeadline{3600};
  static constexpr int kChangeAttempts = 4;
  static constexpr std::chrono::milliseconds kFirstPause{100};  // doubled after each attempt

  absl::Status Call(std::chrono::seconds patience,
                    const std::function<grpc::Status(grpc::ClientContext*)>& call);

  std::shared_ptr<grpc::Channel> channel_;
};

// A word that no other request has.
std::string NewRequestId();

// What to do once the command line is understood.
using Action = std::function<absl::Status(Session&)>;

}  // namespace pxe::adm
