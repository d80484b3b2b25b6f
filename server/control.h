// Role `control`: the state directory, what of it is in memory, the writer, the resolver, the API.
//
// One object, because its parts must begin and end in this order: whoever holds it holds a control
// plane that answers its own data planes by `resolver()` and, from StartApi on, everybody else.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "core/reply_preview.h"
#include "core/resolver.h"
#include "server/config.h"
#include "server/log.h"

namespace pxe::server {

class Control {
 public:
  // Locks and opens the state directory and loads what it holds. `config`, `clock` and `log` must
  // outlive the object. `preview_reply` is the DHCP data plane's, for simulated boots. Errors are
  // those of store::StateDir::Open and LoadState.
  static absl::StatusOr<std::unique_ptr<Control>> Open(const Config& config, const Clock& clock,
                                                       Log& log,
                                                       core::ReplyPreviewFn preview_reply);
  ~Control();  // Stop()
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  // For data planes of this process, which must have been stopped before Stop().
  core::Resolver& resolver();

  // Listens and serves; errors name the address. Once, and from the thread that stops it.
  absl::Status StartApi();

  // What the store has written so far, and what other processes' data planes have asked, if any: a
  // line of the log each.
  void LogCounters() const;

  // Ends the API, then the writer, when all that was promised is on disk. Idempotent.
  void Stop();

 private:
  struct Parts;
  explicit Control(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace pxe::server
