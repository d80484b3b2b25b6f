// events: what went wrong between machines and servers, the newest first.
#include <google/protobuf/util/time_util.h>

#include <algorithm>

#include "absl/strings/str_format.h"
#include "clients/pxeadm/command_line.h"
#include "clients/pxeadm/commands.h"
#include "clients/pxeadm/resource.h"
#include "pxe/v1/event.grpc.pb.h"

namespace pxe::adm {
namespace {

struct EventArguments final : Arguments {
  std::string filter;
  uint64_t limit = 50;  // 0: all that is kept
};

std::string KindCell(v1::EventKind kind) {
  if (kind == v1::EVENT_KIND_BOOT_LOOP) return "boot loop";
  if (kind == v1::EVENT_KIND_COMPETING_SERVER) return "competing server";
  if (kind == v1::EVENT_KIND_DECLINED_ADDRESS) return "declined address";
  if (kind == v1::EVENT_KIND_POOL_EXHAUSTED) return "pool exhausted";
  if (kind == v1::EVENT_KIND_CLIENTID_COLLISION) return "client id collision";
  if (kind == v1::EVENT_KIND_RESERVATION_TAKEN) return "reservation taken";
  return "unknown";
}

// What the printing functions want of a noun.
struct EventApi {
  using Resource = v1::Event;
  static Row Headline() {
    return {"TIME", "EVENT", "MACHINE", "HOST", "ADDRESS", "SUBNET", "COUNT", "DETAIL"};
  }
  static Row Cells(const v1::Event& event) {
    return {google::protobuf::util::TimeUtil::ToString(event.last_time()),
            KindCell(event.kind()),
            event.machine(),
            ShortName(event.host()),
            event.address(),
            ShortName(event.subnet()),
            std::to_string(event.count()),
            event.detail()};
  }
};

// What the list does not show, as far as anybody should know.
void Remark(Session& session, const v1::EventRetention& retention) {
  if (retention.in_memory_only()) {
    session.err << "the journal cannot be used: events are kept until pxed ends\n";
  }
  if (retention.left_out() > 0) {
    session.err << absl::StrFormat("%d events were not kept since pxed started\n",
                                   retention.left_out());
  }
}

absl::Status RunEvents(Session& session, const EventArguments& given) {
  const auto stub = v1::EventService::NewStub(session.channel());
  v1::ListEventsRequest request;
  request.set_filter(given.filter);
  std::vector<v1::Event> events;
  v1::EventRetention retention;
  const auto wanted = [&] { return given.limit == 0 ? kPageSize : given.limit - events.size(); };
  do {
    request.set_page_size(static_cast<int32_t>(std::min<uint64_t>(wanted(), kPageSize)));
    v1::ListEventsResponse page;
    PXE_RETURN_IF_ERROR(session.Call(
        [&](grpc::ClientContext* context) { return stub->ListEvents(context, request, &page); }));
    for (v1::Event& event : *page.mutable_events()) events.push_back(std::move(event));
    retention = page.retention();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && (given.limit == 0 || events.size() < given.limit));
  PXE_RETURN_IF_ERROR(PrintAll<EventApi>(session, events));
  Remark(session, retention);
  return absl::OkStatus();
}

}  // namespace

void AddEventsCommand(CommandLine& line) {
  auto& given = line.Own<EventArguments>();
  auto* events = line.AddVerb(&line.app, "events", "Show what went wrong, the newest first",
                              &RunEvents, given);
  events->add_option("--filter", given.filter,
                     "Conditions: kind = COMPETING_SERVER AND host = hosts/n1");
  events->add_option("--limit", given.limit, "The most to show; 0: all that is kept")
      ->capture_default_str();
}

}  // namespace pxe::adm
