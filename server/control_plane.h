// What every service works on.
#pragma once

#include "base/clock.h"
#include "server/live_state.h"
#include "store/changes.h"
#include "store/reader.h"
#include "store/requests.h"
#include "store/writer.h"

namespace pxe::server {

struct HistoryLimits {
  store::ChangeLogLimits changes;
  store::RequestLimits requests;
};

// Owned by main, outlives the services. The writer is stopped after the gRPC server has ended, or
// calls in flight would never be answered.
struct ControlPlane {
  LiveState& state;
  store::Writer& writer;
  const Clock& clock;
  store::Reader& history;
  HistoryLimits limits{};
};

}  // namespace pxe::server
