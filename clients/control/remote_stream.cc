#include "clients/control/remote_stream.h"

#include <utility>

#include "api/dataplane.h"
#include "base/hex.h"
#include "base/status.h"

namespace pxe::control {

RemoteStream::RemoteStream(v1::DataPlaneService::Stub& stub, PendingQuestions& questions,
                           Owner& owner)
    : questions_(questions), owner_(owner), last_heard_(std::chrono::steady_clock::now()) {
  stub.async()->Resolve(&context_, this);
}

// The hold is for Send, which comes from threads that are in no reaction.
void RemoteStream::Start() {
  AddHold();
  StartRead(&response_);
  StartCall();
}

void RemoteStream::Send() {
  const std::lock_guard lock(mutex_);
  if (!open_ || writing_ || let_go_) return;
  const core::QuestionBatch waiting = questions_.Take();
  if (waiting.size() == 0) return;
  api::ToProto(waiting, &request_);
  writing_ = true;
  StartWrite(&request_);
}

void RemoteStream::Cancel(std::string why) {
  {
    const std::lock_guard lock(mutex_);
    if (why_.empty()) why_ = std::move(why);
  }
  context_.TryCancel();
}

void RemoteStream::OnReadDone(bool ok) {
  if (!ok) return LetGo();
  last_heard_ = std::chrono::steady_clock::now();
  Receive();
  StartRead(&response_);
}

void RemoteStream::Receive() {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = !std::exchange(open_, true);
  }
  if (first) return owner_.OnStreamOpen();
  absl::StatusOr<core::AnswerBatch> answers = api::FromProto(response_);
  if (answers.ok()) return questions_.Answer(*std::move(answers));
  questions_.CountMalformed();
  Cancel(MessageOf(answers.status()));
}

void RemoteStream::OnWriteDone(bool ok) {
  {
    const std::lock_guard lock(mutex_);
    writing_ = false;
  }
  if (ok) Send();
}

// The read that fails is the first to know of every end.
void RemoteStream::LetGo() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(let_go_, true)) return;
  }
  RemoveHold();
}

void RemoteStream::OnDone(const grpc::Status& status) {
  std::string why;
  {
    const std::lock_guard lock(mutex_);
    why = why_;
  }
  if (why.empty()) {
    why = status.ok() ? "it ended the stream" : Printable(status.error_message());
  }
  owner_.OnStreamEnded(why);
}

}  // namespace pxe::control
