#include "server/dataplane_service.h"

#include "base/status.h"

namespace pxe::server {
namespace {

absl::Status GoingAway() {
  return Unavailable("pxed is ending");
}

}  // namespace

grpc::ServerBidiReactor<v1::ResolveRequest, v1::ResolveResponse>* DataPlaneService::Resolve(
    grpc::CallbackServerContext*) {
  auto* stream = new DataPlaneStream(resolver_, limits_, counts_, [this](DataPlaneStream* over) {
    const std::lock_guard lock(mutex_);
    streams_.erase(over);
  });
  const std::lock_guard lock(mutex_);
  streams_.insert(stream);
  if (stopped_) {
    stream->End(GoingAway());
  } else {
    stream->Begin();
  }
  return stream;
}

void DataPlaneService::Stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  for (DataPlaneStream* stream : streams_) stream->End(GoingAway());
}

}  // namespace pxe::server
