#include "server/api_write.h"

#include <optional>
#include <vector>

#include "api/actor.h"
#include "api/grpc_status.h"
#include "api/request_id.h"
#include "store/sqlite.h"

namespace pxe::server {
namespace {

absl::StatusOr<store::Author> AuthorOf(const grpc::CallbackServerContext& context) {
  store::Author author{.actor = api::ActorOf(context.peer())};
  const auto& metadata = context.client_metadata();
  const auto claim = metadata.find(api::kActorMetadata);
  if (claim == metadata.end()) return author;
  const std::string_view text(claim->second.data(), claim->second.size());
  PXE_ASSIGN_OR_RETURN(author.claimed_actor, api::ParseClaimedActor(text));
  return author;
}

// A call whose write is in flight. It owns itself until gRPC is done with it.
class WriteCall final : public grpc::ServerUnaryReactor {
 public:
  WriteCall(const ControlPlane& plane, store::Author author, bool validate_only,
            std::optional<store::RequestKey> key, google::protobuf::Message* response,
            WriteFn write)
      : plane_(plane),
        author_(std::move(author)),
        validate_only_(validate_only),
        key_(std::move(key)),
        response_(*response),
        write_(std::move(write)) {}

  void Start() {
    store::WriteJob job{.change = [this](store::Database& db) { return Run(db); },
                        .done = [this](const absl::Status& status) { End(status); }};
    if (!plane_.writer.Submit(std::move(job))) {
      Finish(api::ToGrpc(ResourceExhausted("too many writes are waiting; try again later")));
    }
  }

 private:
  absl::Status Run(store::Database& db) {
    response_.Clear();
    if (!validate_only_) return RunOnce(db);
    PXE_ASSIGN_OR_RETURN(const store::Savepoint undone_at_the_end, store::Savepoint::Begin(db));
    PXE_RETURN_IF_ERROR(Write(db, plane_.clock.Now()));
    shown_.clear();
    return absl::OkStatus();
  }

  absl::Status RunOnce(store::Database& db) {
    const Seconds now = plane_.clock.Now();
    if (!key_) return Write(db, now);
    PXE_ASSIGN_OR_RETURN(const auto answer, store::FindAnswer(db, *key_));
    if (answer) {
      if (response_.ParseFromString(*answer)) return absl::OkStatus();
      return DataLoss("request_id: the answer that was kept cannot be read");
    }
    PXE_RETURN_IF_ERROR(Write(db, now));
    return store::KeepAnswer(db, *key_, response_.SerializeAsString(), now, plane_.limits.requests);
  }

  absl::Status Write(store::Database& db, Seconds now) {
    ChangeWriter writer(db, author_, now);
    PXE_RETURN_IF_ERROR(write_(writer));
    PXE_RETURN_IF_ERROR(store::CloseLog(db, writer.count(), now, plane_.limits.changes));
    shown_ = writer.TakeShown();
    return absl::OkStatus();
  }

  void End(const absl::Status& status) {
    if (status.ok()) plane_.state.Apply(std::move(shown_));
    Finish(api::ToGrpc(status));
  }
  void OnDone() override { delete this; }

  const ControlPlane& plane_;
  const store::Author author_;
  const bool validate_only_;
  const std::optional<store::RequestKey> key_;
  google::protobuf::Message& response_;
  const WriteFn write_;
  std::vector<CatalogChange> shown_;
};

}  // namespace

grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context, const absl::Status& status) {
  auto* reactor = context->DefaultReactor();
  reactor->Finish(api::ToGrpc(status));
  return reactor;
}

grpc::ServerUnaryReactor* StartWrite(const ControlPlane& plane,
                                     grpc::CallbackServerContext* context,
                                     const google::protobuf::Message& request, WriteTerms terms,
                                     google::protobuf::Message* response, WriteFn write) {
  if (const auto status = api::CheckRequestId(terms.request_id); !status.ok()) {
    return Answer(context, status);
  }
  auto author = AuthorOf(*context);
  if (!author.ok()) return Answer(context, author.status());
  std::optional<store::RequestKey> key;
  if (!terms.request_id.empty()) {
    key = {.id = std::move(terms.request_id),
           .method = request.GetDescriptor()->full_name(),
           .digest = api::DigestOf(request)};
  }
  auto* call = new WriteCall(plane, *std::move(author), terms.validate_only, std::move(key),
                             response, std::move(write));
  call->Start();
  return call;
}

}  // namespace pxe::server
