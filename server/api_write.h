// Create, Update and Delete: from a message to a committed row that the next packet sees.
//
// A write runs on the store's writer thread; the call ends after the commit, and after the catalog
// shows it. Shape is checked in the handler, all that needs other objects inside the transaction.
// What all writes have in common lies in StartWrite: the author, `validate_only`, `request_id`, the
// change log.
#pragma once

#include <google/protobuf/empty.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "api/convert.h"
#include "api/resource_name.h"
#include "api/update_mask.h"
#include "base/status.h"
#include "core/validate.h"
#include "server/change_writer.h"
#include "server/control_plane.h"
#include "store/writer.h"

namespace pxe::server {

// Ends a call now.
grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context, const absl::Status& status);

// Changes objects and fills the response, on the writer thread; must not block. What it captures by
// reference must live as long as the call, as request and response do.
using WriteFn = std::function<absl::Status(ChangeWriter&)>;

struct WriteTerms {
  bool validate_only = false;  // try, answer, undo
  std::string request_id;      // answer again what was answered before; empty: always a new one
};

// Runs a write and ends the call with `response`.
grpc::ServerUnaryReactor* StartWrite(const ControlPlane& plane,
                                     grpc::CallbackServerContext* context,
                                     const google::protobuf::Message& request, WriteTerms terms,
                                     google::protobuf::Message* response, WriteFn write);

template <typename Request>
WriteTerms TermsOf(const Request& request) {
  return {.validate_only = request.validate_only(), .request_id = request.request_id()};
}

// The value of a create request's message, legal on its own.
template <typename Message>
auto ParseObject(std::string_view id, const Message& message)
    -> decltype(api::FromProto(id, message)) {
  PXE_ASSIGN_OR_RETURN(auto noun, api::FromProto(id, message));
  PXE_RETURN_IF_ERROR(core::Validate(noun));
  return noun;
}

// The stored object with the masked fields of an update request, legal on its own.
template <typename Noun, typename Message>
absl::StatusOr<Noun> MergeObject(const Noun& stored, const Message& changes,
                                 const google::protobuf::FieldMask& mask) {
  Message merged = api::ToProto(stored);
  PXE_RETURN_IF_ERROR(api::MergeMasked(mask, changes, merged));
  PXE_ASSIGN_OR_RETURN(Noun noun, ParseObject(stored.id, merged));
  KeepOutput(stored, noun);
  return noun;
}

template <typename Noun, typename Request>
grpc::ServerUnaryReactor* CreateObject(const ControlPlane& plane,
                                       grpc::CallbackServerContext* context, const Request& request,
                                       Noun noun, ProtoOf<Noun>* response) {
  return StartWrite(plane, context, request, TermsOf(request), response,
                    [response, noun = std::move(noun)](ChangeWriter& writer) -> absl::Status {
                      PXE_ASSIGN_OR_RETURN(const Noun written, writer.Create(noun));
                      *response = api::ToProto(written);
                      return absl::OkStatus();
                    });
}

// `changes` is the object in `request`.
template <typename Noun, typename Request>
grpc::ServerUnaryReactor* UpdateObject(const ControlPlane& plane,
                                       grpc::CallbackServerContext* context, const Request& request,
                                       const ProtoOf<Noun>& changes, ProtoOf<Noun>* response) {
  const std::string field(kStoreOf<Noun>.field);
  auto id = api::ParseName(field + ".name", kStoreOf<Noun>.collection, changes.name());
  if (!id.ok()) return Answer(context, id.status());
  return StartWrite(
      plane, context, request, TermsOf(request), response,
      [&, response, etag_field = field + ".etag",
       id = *std::move(id)](ChangeWriter& writer) -> absl::Status {
        PXE_ASSIGN_OR_RETURN(const Noun stored,
                             writer.Expect<Noun>(id, etag_field, changes.etag()));
        PXE_ASSIGN_OR_RETURN(Noun merged, MergeObject(stored, changes, request.update_mask()));
        PXE_ASSIGN_OR_RETURN(const Noun written, writer.Replace(stored, std::move(merged)));
        *response = api::ToProto(written);
        return absl::OkStatus();
      });
}

template <typename Noun, typename Request>
grpc::ServerUnaryReactor* DeleteObject(const ControlPlane& plane,
                                       grpc::CallbackServerContext* context, const Request& request,
                                       google::protobuf::Empty* response) {
  auto id = api::ParseName("name", kStoreOf<Noun>.collection, request.name());
  if (!id.ok()) return Answer(context, id.status());
  return StartWrite(plane, context, request, TermsOf(request), response,
                    [&request, id = *std::move(id)](ChangeWriter& writer) -> absl::Status {
                      PXE_ASSIGN_OR_RETURN(const Noun stored,
                                           writer.Expect<Noun>(id, "etag", request.etag()));
                      return writer.Erase(stored);
                    });
}

}  // namespace pxe::server
