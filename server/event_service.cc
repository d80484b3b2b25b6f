#include "server/event_service.h"

#include <string>

#include "api/event.h"
#include "api/fields.h"
#include "api/filter.h"
#include "api/resource_name.h"
#include "base/status.h"
#include "server/api_write.h"

namespace pxe::server {
namespace {

v1::EventRetention RetentionOf(const EventJournal& journal) {
  const store::EventRetention& kept = journal.retention();
  v1::EventRetention out;
  out.set_max_events(kept.max_events);
  out.set_max_events_of_strangers(kept.max_of_strangers);
  *out.mutable_max_age() = api::ToDuration(kept.max_age);
  out.set_left_out(journal.left_out());
  out.set_in_memory_only(journal.in_memory_only());
  return out;
}

// The id below which the page begins.
absl::StatusOr<uint64_t> ParseToken(const v1::ListEventsRequest& request) {
  PXE_ASSIGN_OR_RETURN(const std::string last,
                       api::ParsePageToken(api::kEvents, request.page_token(), request.filter()));
  if (last.empty()) return UINT64_MAX;
  const auto id = api::ParseEventId("page_token", last);
  if (!id.ok()) return InvalidArgument("page_token: is not one of a list of events");
  return *id;
}

}  // namespace

absl::Status EventService::Get(const std::string& name, v1::Event* out) {
  PXE_ASSIGN_OR_RETURN(const std::string text, api::ParseName("name", api::kEvents, name));
  PXE_ASSIGN_OR_RETURN(const uint64_t id, api::ParseEventId("name", text));
  PXE_ASSIGN_OR_RETURN(const core::Event event, journal_.Get(id));
  *out = api::ToProto(event);
  return absl::OkStatus();
}

absl::Status EventService::List(const v1::ListEventsRequest& request, v1::ListEventsResponse* out) {
  PXE_ASSIGN_OR_RETURN(const size_t limit, api::PageSize(request.page_size()));
  PXE_ASSIGN_OR_RETURN(const auto filter, api::ParseFilter<core::Event>(request.filter()));
  PXE_ASSIGN_OR_RETURN(const uint64_t before, ParseToken(request));
  PXE_ASSIGN_OR_RETURN(auto found, journal_.List(filter, before, limit + 1));
  const bool more = found.size() > limit;
  if (more) found.pop_back();
  for (const core::Event& event : found) *out->add_events() = api::ToProto(event);
  if (more) {
    out->set_next_page_token(
        api::PageTokenAfter(api::kEvents, std::to_string(found.back().id), request.filter()));
  }
  *out->mutable_retention() = RetentionOf(journal_);
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* EventService::GetEvent(grpc::CallbackServerContext* context,
                                                 const v1::GetEventRequest* request,
                                                 v1::Event* response) {
  return Answer(context, Get(request->name(), response));
}

grpc::ServerUnaryReactor* EventService::ListEvents(grpc::CallbackServerContext* context,
                                                   const v1::ListEventsRequest* request,
                                                   v1::ListEventsResponse* response) {
  return Answer(context, List(*request, response));
}

}  // namespace pxe::server
