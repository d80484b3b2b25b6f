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

  // Opened at the first use.
  const std::shared_ptr<grpc::Channel>& channel();

  // One call of the API, with a deadline and the caller's name as claimed actor. The status is the
  // API's own, or Unreachable when there was no answer.
  absl::Status Call(const std::function<grpc::Status(grpc::ClientContext*)>& call);

 private:
  std::shared_ptr<grpc::Channel> channel_;
};

// What to do once the command line is understood.
using Action = std::function<absl::Status(Session&)>;

}  // namespace pxe::adm
