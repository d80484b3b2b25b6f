// The EventService of the contract: proto/pxe/v1/event.proto says what it does.
#pragma once

#include "absl/status/status.h"
#include "pxe/v1/event.grpc.pb.h"
#include "server/event_journal.h"

namespace pxe::server {

class EventService final : public v1::EventService::CallbackService {
 public:
  // The journal must outlive the service.
  explicit EventService(EventJournal& journal) : journal_(journal) {}

  grpc::ServerUnaryReactor* GetEvent(grpc::CallbackServerContext* context,
                                     const v1::GetEventRequest* request,
                                     v1::Event* response) override;
  grpc::ServerUnaryReactor* ListEvents(grpc::CallbackServerContext* context,
                                       const v1::ListEventsRequest* request,
                                       v1::ListEventsResponse* response) override;

 private:
  absl::Status Get(const std::string& name, v1::Event* out);
  absl::Status List(const v1::ListEventsRequest& request, v1::ListEventsResponse* out);

  EventJournal& journal_;
};

}  // namespace pxe::server
