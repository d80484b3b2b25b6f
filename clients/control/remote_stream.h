// One Resolve call: takes what waits whenever it is free to send, and brings back what comes.
//
// Whatever is queued when the last message has left becomes the next one; it never waits for more.
// An end has one cause and is told once, by OnStreamEnded; a stream is never used again after it.
#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <atomic>
#include <mutex>
#include <string>

#include "clients/control/pending_questions.h"
#include "pxe/v1/dataplane.grpc.pb.h"

namespace pxe::control {

class RemoteStream final : public grpc::ClientBidiReactor<v1::ResolveRequest, v1::ResolveResponse> {
 public:
  // Called on gRPC's threads.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void OnStreamOpen() = 0;  // the control plane takes questions
    // Over, and why. The last that is heard of the stream, which may then be destroyed.
    virtual void OnStreamEnded(const std::string& why) = 0;
  };

  // All are borrowed. Must not be destroyed between Start and OnStreamEnded.
  RemoteStream(v1::DataPlaneService::Stub& stub, PendingQuestions& questions, Owner& owner);

  void Start();

  // Any thread. Sends what waits, unless something is being sent: then that is followed by it.
  void Send();

  // Any thread: the end comes soon, and says `why`.
  void Cancel(std::string why);

  // When the control plane was last heard of.
  TimePoint last_heard() const { return last_heard_; }

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

 private:
  void Receive();
  void LetGo();

  PendingQuestions& questions_;
  Owner& owner_;
  grpc::ClientContext context_;
  v1::ResolveRequest request_;
  v1::ResolveResponse response_;
  std::atomic<TimePoint> last_heard_;

  std::mutex mutex_;      // guards the rest
  bool open_ = false;     // the first response has come
  bool writing_ = false;  // request_ is gRPC's
  bool let_go_ = false;   // nothing more may be started from outside of a reaction
  std::string why_;       // we ended it; empty: gRPC's status says why
};

}  // namespace pxe::control
