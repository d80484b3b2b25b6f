#include "server/api_history.h"

#include "absl/strings/str_format.h"
#include "api/change.h"
#include "api/fields.h"
#include "base/hex.h"

namespace pxe::server {
namespace {

v1::ChangeAction ToProto(store::ChangeAction action) {
  switch (action) {
    case store::ChangeAction::kCreated:
      return v1::CHANGE_ACTION_CREATED;
    case store::ChangeAction::kUpdated:
      return v1::CHANGE_ACTION_UPDATED;
    case store::ChangeAction::kDeleted:
      return v1::CHANGE_ACTION_DELETED;
  }
  return v1::CHANGE_ACTION_UNSPECIFIED;
}

absl::Status CurrentInto(store::Database& db, const store::ResourceId& resource,
                         v1::Resource* out) {
  return WithStoreOf(resource.collection, [&]<typename Noun>(const NounStore<Noun>& nouns) {
    const auto found = nouns.get(db, resource.id);
    if (absl::IsNotFound(found.status())) return absl::OkStatus();
    PXE_RETURN_IF_ERROR(found.status());
    api::MutableObject(resource.collection, *out).CopyFrom(api::ToProto(*found));
    return absl::OkStatus();
  });
}

absl::Status BeforeInto(const store::Change& change, v1::Resource* out) {
  if (change.action == store::ChangeAction::kCreated) return absl::OkStatus();
  if (api::MutableObject(change.resource.collection, *out).ParseFromString(change.before)) {
    return absl::OkStatus();
  }
  return DataLoss(
      absl::StrFormat("database: the state before revision %d cannot be read", change.revision));
}

}  // namespace

absl::Status StateInto(store::Database& db, const store::ResourceId& resource, uint64_t revision,
                       v1::Resource* out) {
  PXE_ASSIGN_OR_RETURN(const auto next, store::FirstChangeAfter(db, resource, revision));
  return next ? BeforeInto(*next, out) : CurrentInto(db, resource, out);
}

absl::Status ChangeInto(store::Database& db, const store::Change& change, v1::Change* out) {
  out->set_name(api::NameOf(api::kChanges, std::to_string(change.revision)));
  out->set_revision(change.revision);
  *out->mutable_time() = api::ToTimestamp(change.time);
  out->set_resource(api::NameOf(change.resource.collection, change.resource.id));
  out->set_action(ToProto(change.action));
  out->set_actor(change.author.actor);
  out->set_claimed_actor(change.author.claimed_actor);
  if (change.action != store::ChangeAction::kCreated) {
    PXE_RETURN_IF_ERROR(BeforeInto(change, out->mutable_before()));
  }
  if (change.action == store::ChangeAction::kDeleted) return absl::OkStatus();
  return StateInto(db, change.resource, change.revision, out->mutable_after());
}

absl::Status GetThen(store::Reader& history, const store::ResourceId& resource, uint64_t revision,
                     google::protobuf::Message* out) {
  return history.Do([&](store::Database& db) -> absl::Status {
    PXE_RETURN_IF_ERROR(store::CheckRevision(db, "at_revision", revision));
    v1::Resource then;
    PXE_RETURN_IF_ERROR(StateInto(db, resource, revision, &then));
    const auto* const object = api::ObjectOf(then);
    if (object == nullptr) {
      return NotFound(absl::StrFormat("%s did not exist at revision %d",
                                      Printable(api::NameOf(resource.collection, resource.id)),
                                      revision));
    }
    out->CopyFrom(*object);
    return absl::OkStatus();
  });
}

}  // namespace pxe::server
