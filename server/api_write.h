// Create, Update and Delete: from a message to a committed row that the next packet sees.
//
// A write runs on the store's writer thread; the call ends after the commit, and after the catalog
// shows it. Shape is checked in the handler, all that needs other objects inside the transaction.
#pragma once

#include <google/protobuf/field_mask.pb.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "api/convert.h"
#include "api/grpc_status.h"
#include "api/update_mask.h"
#include "base/clock.h"
#include "base/status.h"
#include "boot/pxelinux.h"
#include "core/validate.h"
#include "server/live_state.h"
#include "store/writer.h"

namespace pxe::server {

// What every service works on; owned by main, outlives the services. The writer is stopped after
// the gRPC server has ended, or calls in flight would never be answered.
struct ControlPlane {
  LiveState& state;
  store::Writer& writer;
  const Clock& clock;
};

// Ends a call now.
inline grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context,
                                        const absl::Status& status) {
  auto* reactor = context->DefaultReactor();
  reactor->Finish(api::ToGrpc(status));
  return reactor;
}

// A call whose write is in flight. It owns itself until gRPC is done with it.
template <typename Result>
class WriteCall final : public grpc::ServerUnaryReactor {
 public:
  using Change = std::function<absl::StatusOr<Result>(store::Database&)>;  // in the transaction
  using Show = std::function<void(Result)>;                                // after the commit

  // Both functions run on the writer thread and must not block.
  static grpc::ServerUnaryReactor* Start(store::Writer& writer, Change change, Show show) {
    auto* call = new WriteCall(std::move(change), std::move(show));
    store::WriteJob job{.change = [call](store::Database& db) { return call->Run(db); },
                        .done = [call](const absl::Status& status) { call->End(status); }};
    if (!writer.Submit(std::move(job))) {
      call->Finish(api::ToGrpc(ResourceExhausted("too many writes are waiting; try again later")));
    }
    return call;
  }

 private:
  WriteCall(Change change, Show show) : change_(std::move(change)), show_(std::move(show)) {}

  absl::Status Run(store::Database& db) {
    PXE_ASSIGN_OR_RETURN(result_, change_(db));
    return absl::OkStatus();
  }
  void End(const absl::Status& status) {
    if (status.ok()) show_(*std::move(result_));
    Finish(api::ToGrpc(status));
  }
  void OnDone() override { delete this; }

  Change change_;
  Show show_;
  std::optional<Result> result_;
};

// Writes an object, shows it to the packets, and returns it to the caller.
template <typename Noun, typename Message>
grpc::ServerUnaryReactor* WriteObject(const ControlPlane& plane,
                                      typename WriteCall<Noun>::Change change, Message* response) {
  return WriteCall<Noun>::Start(plane.writer, std::move(change),
                                [&state = plane.state, response](Noun written) {
                                  *response = api::ToProto(written);
                                  state.Apply(std::move(written));
                                });
}

// Erases an object by its id and hides it from the packets. `erase` is one of store's, `hide` one
// of LiveState's.
inline grpc::ServerUnaryReactor* EraseObject(const ControlPlane& plane, std::string id,
                                             absl::Status (*erase)(store::Database&,
                                                                   std::string_view),
                                             void (LiveState::*hide)(std::string_view)) {
  return WriteCall<std::string>::Start(
      plane.writer,
      [erase, id](store::Database& db) -> absl::StatusOr<std::string> {
        PXE_RETURN_IF_ERROR(erase(db, id));
        return id;
      },
      [&state = plane.state, hide](const std::string& erased) { (state.*hide)(erased); });
}

// Legal on its own, before any other object is looked at.
template <typename Noun>
absl::Status CheckAlone(const Noun& noun) {
  return core::Validate(noun);
}
inline absl::Status CheckAlone(const core::Profile& profile) {
  PXE_RETURN_IF_ERROR(core::Validate(profile));
  return boot::CheckPxelinux(profile);  // its templates, and what the text they make can hold
}

// The value of a create request's message, legal on its own.
template <typename Message>
auto ParseObject(std::string_view id, const Message& message)
    -> decltype(api::FromProto(id, message)) {
  PXE_ASSIGN_OR_RETURN(auto noun, api::FromProto(id, message));
  PXE_RETURN_IF_ERROR(CheckAlone(noun));
  return noun;
}

// The stored object with the masked fields of an update request, legal on its own.
template <typename Noun, typename Message>
absl::StatusOr<Noun> MergeObject(const Noun& stored, const Message& changes,
                                 const google::protobuf::FieldMask& mask) {
  Message merged = api::ToProto(stored);
  PXE_RETURN_IF_ERROR(api::MergeMasked(mask, changes, merged));
  return ParseObject(stored.id, merged);
}

}  // namespace pxe::server
