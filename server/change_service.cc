#include "server/change_service.h"

#include <charconv>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "api/change.h"
#include "api/diff.h"
#include "base/hex.h"
#include "server/api_history.h"

namespace pxe::server {
namespace {

absl::StatusOr<store::ResourceId> ParseResource(const std::string& name) {
  PXE_ASSIGN_OR_RETURN(api::ResourceName parsed, api::ParseAnyName("resource", name));
  return store::ResourceId{std::string(parsed.collection), std::move(parsed.id)};
}

std::string NameOf(const store::ResourceId& resource) {
  return Printable(api::NameOf(resource.collection, resource.id));
}

// A list and its page tokens: of all changes, or of those of one resource.
struct ChangeList {
  std::optional<store::ResourceId> resource;
  std::string name;  // what the tokens are bound to

  static absl::StatusOr<ChangeList> Of(const v1::ListChangesRequest& request) {
    ChangeList list{.name = std::string(api::kChanges)};
    if (request.resource().empty()) return list;
    PXE_ASSIGN_OR_RETURN(list.resource, ParseResource(request.resource()));
    list.name += " of " + request.resource();
    return list;
  }

  std::string TokenAfter(uint64_t revision) const {
    return api::PageTokenAfter(name, std::to_string(revision));
  }

  // The revision below which the page begins.
  absl::StatusOr<uint64_t> ParseToken(const std::string& token) const {
    PXE_ASSIGN_OR_RETURN(const std::string after, api::ParsePageToken(name, token));
    if (after.empty()) return kNow;
    uint64_t revision = 0;
    const auto parsed = std::from_chars(after.data(), after.data() + after.size(), revision);
    if (parsed.ec == std::errc() && parsed.ptr == after.data() + after.size()) return revision;
    return InvalidArgument("page_token: is not one of a list of " + Printable(name));
  }
};

absl::Status List(store::Reader& history, const v1::ListChangesRequest& request,
                  v1::ListChangesResponse* out) {
  PXE_ASSIGN_OR_RETURN(const size_t limit, api::PageSize(request.page_size()));
  PXE_ASSIGN_OR_RETURN(const ChangeList list, ChangeList::Of(request));
  PXE_ASSIGN_OR_RETURN(const uint64_t end, list.ParseToken(request.page_token()));
  return history.Do([&](store::Database& db) -> absl::Status {
    PXE_ASSIGN_OR_RETURN(const auto found, store::ListChanges(db, list.resource, end, limit + 1));
    size_t bytes = 0;
    for (const store::Change& change : found) {
      const auto shown = static_cast<size_t>(out->changes_size());
      if (shown == limit || bytes > kMaxPageBytes) {
        out->set_next_page_token(list.TokenAfter(found[shown - 1].revision));
        break;
      }
      PXE_RETURN_IF_ERROR(ChangeInto(db, change, out->add_changes()));
      bytes += out->changes().rbegin()->ByteSizeLong();
    }
    return absl::OkStatus();
  });
}

absl::Status Required(std::string_view field, uint64_t revision) {
  if (revision != 0) return absl::OkStatus();
  return InvalidArgument(absl::StrFormat("%s: is required", field));
}

absl::Status Compare(store::Reader& history, const v1::DiffResourceRequest& request,
                     v1::DiffResourceResponse* out) {
  PXE_ASSIGN_OR_RETURN(const store::ResourceId resource, ParseResource(request.resource()));
  const uint64_t from = request.from_revision();
  PXE_RETURN_IF_ERROR(Required("from_revision", from));
  const bool to_now = request.to_revision() == 0;
  const uint64_t to = to_now ? kNow : request.to_revision();
  return history.Do([&](store::Database& db) -> absl::Status {
    PXE_RETURN_IF_ERROR(store::CheckRevision(db, "from_revision", from));
    if (!to_now) PXE_RETURN_IF_ERROR(store::CheckRevision(db, "to_revision", to));
    v1::Resource before;
    v1::Resource after;
    PXE_RETURN_IF_ERROR(StateInto(db, resource, from, &before));
    PXE_RETURN_IF_ERROR(StateInto(db, resource, to, &after));
    const auto* const old_state = api::ObjectOf(before);
    const auto* const new_state = api::ObjectOf(after);
    if (old_state == nullptr && new_state == nullptr) {
      return NotFound(absl::StrFormat("%s existed neither at revision %d nor %s", NameOf(resource),
                                      from, to_now ? "now" : absl::StrFormat("at %d", to)));
    }
    api::Diff(old_state, new_state, out->mutable_differences());
    return absl::OkStatus();
  });
}

// A host is what it was in all that only the server says of it. One that is created again has the
// uid it had: it is that host, and what others have noted under the uid is still about it.
template <typename Noun>
absl::Status RestoreOutput(const ProtoOf<Noun>& /*message*/, Noun& /*noun*/) {
  return absl::OkStatus();
}
absl::Status RestoreOutput(const v1::Host& message, core::Host& host) {
  return api::ReadOutput(message, host);
}

// Makes the object what `then` says.
template <typename Noun>
absl::Status Revert(ChangeWriter& writer, const std::string& id, const std::string& etag,
                    const google::protobuf::Message* then) {
  PXE_ASSIGN_OR_RETURN(const std::optional<Noun> stored, writer.Find<Noun>(id));
  PXE_RETURN_IF_ERROR(ChangeWriter::CheckEtag(stored, id, "etag", etag));
  if (then == nullptr) {
    if (stored) return writer.Erase(*stored);
    return NotFound(absl::StrFormat("%s existed neither then nor exists now",
                                    Printable(api::NameOf(kStoreOf<Noun>.collection, id))));
  }
  const auto& message = static_cast<const ProtoOf<Noun>&>(*then);
  PXE_ASSIGN_OR_RETURN(Noun noun, ParseObject(id, message));
  PXE_RETURN_IF_ERROR(RestoreOutput(message, noun));
  if (stored) return writer.Replace(*stored, std::move(noun)).status();
  return writer.Create(std::move(noun)).status();
}

absl::Status Revert(ChangeWriter& writer, const store::ResourceId& resource,
                    const v1::RevertResourceRequest& request, v1::Change* out) {
  store::Database& db = writer.db();
  const uint64_t revision = request.to_revision();
  PXE_RETURN_IF_ERROR(store::CheckRevision(db, "to_revision", revision));
  v1::Resource then;
  PXE_RETURN_IF_ERROR(StateInto(db, resource, revision, &then));
  PXE_RETURN_IF_ERROR(
      WithStoreOf(resource.collection, [&]<typename Noun>(const NounStore<Noun>&) -> absl::Status {
        return Revert<Noun>(writer, resource.id, request.etag(), api::ObjectOf(then));
      }));
  return ChangeInto(db, writer.last(), out);
}

}  // namespace

grpc::ServerUnaryReactor* ChangeService::GetChange(grpc::CallbackServerContext* context,
                                                   const v1::GetChangeRequest* request,
                                                   v1::Change* response) {
  const auto revision = api::ParseChangeName("name", request->name());
  if (!revision.ok()) return Answer(context, revision.status());
  return Answer(context, plane_.history.Do([&](store::Database& db) -> absl::Status {
    PXE_ASSIGN_OR_RETURN(const auto change, store::GetChange(db, "name", *revision));
    return ChangeInto(db, change, response);
  }));
}

grpc::ServerUnaryReactor* ChangeService::ListChanges(grpc::CallbackServerContext* context,
                                                     const v1::ListChangesRequest* request,
                                                     v1::ListChangesResponse* response) {
  return Answer(context, List(plane_.history, *request, response));
}

grpc::ServerUnaryReactor* ChangeService::DiffResource(grpc::CallbackServerContext* context,
                                                      const v1::DiffResourceRequest* request,
                                                      v1::DiffResourceResponse* response) {
  return Answer(context, Compare(plane_.history, *request, response));
}

grpc::ServerUnaryReactor* ChangeService::RevertResource(grpc::CallbackServerContext* context,
                                                        const v1::RevertResourceRequest* request,
                                                        v1::Change* response) {
  auto resource = ParseResource(request->resource());
  if (!resource.ok()) return Answer(context, resource.status());
  if (const auto given = Required("to_revision", request->to_revision()); !given.ok()) {
    return Answer(context, given);
  }
  return StartWrite(plane_, context, *request, TermsOf(*request), response,
                    [request, response, resource = *std::move(resource)](ChangeWriter& writer) {
                      return Revert(writer, resource, *request, response);
                    });
}

}  // namespace pxe::server
