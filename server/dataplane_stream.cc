#include "server/dataplane_stream.h"

#include <algorithm>
#include <string>
#include <utility>

#include "api/dataplane.h"
#include "api/grpc_status.h"

namespace pxe::server {

DataPlaneStream::DataPlaneStream(core::Resolver& resolver, const DataPlaneLimits& limits,
                                 Counters<DataPlaneCount>& counts,
                                 std::function<void(DataPlaneStream*)> over)
    : resolver_(resolver), limits_(limits), counts_(counts), over_(std::move(over)) {}

void DataPlaneStream::Begin() {
  counts_.Add(DataPlaneCount::kStreams);
  const std::lock_guard lock(mutex_);
  writing_ = true;
  StartWrite(&response_);
  StartRead(&request_);
}

void DataPlaneStream::End(const absl::Status& status) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(ended_, true)) return;
  Finish(api::ToGrpc(status));
}

void DataPlaneStream::OnReadDone(bool ok) {
  if (!ok) return End(absl::OkStatus());
  absl::StatusOr<core::QuestionBatch> questions = api::FromProto(request_);
  if (!questions.ok()) {
    counts_.Add(DataPlaneCount::kMalformed);
    return End(questions.status());
  }
  Ask(*std::move(questions));
}

void DataPlaneStream::Ask(core::QuestionBatch questions) {
  {
    const std::lock_guard lock(mutex_);
    const size_t count = questions.dhcp.size() + questions.boot.size();
    open_ += count;
    owed_ += count;
    asking_ = true;
  }
  counts_.Add(DataPlaneCount::kDhcpQuestions, questions.dhcp.size());
  counts_.Add(DataPlaneCount::kBootQuestions, questions.boot.size());
  counts_.Add(DataPlaneCount::kEvents, questions.events.size());
  for (core::BootEvent& event : questions.events) resolver_.Report(std::move(event));
  for (auto& [tag, question] : questions.boot) {
    resolver_.ResolveBoot(std::move(question), [this, tag = tag](core::BootAnswer answer) {
      OnBootAnswer(tag, std::move(answer));
    });
  }
  if (!questions.dhcp.empty()) resolver_.ResolveDhcp(std::move(questions.dhcp), *this);
  const std::lock_guard lock(mutex_);
  asking_ = false;
  WriteReady();
  ReadOn();
}

void DataPlaneStream::OnDhcpAnswers(std::vector<core::TaggedDhcpAnswer> answers) {
  std::unique_lock lock(mutex_);
  const size_t count = answers.size();
  if (!ended_) std::ranges::move(answers, std::back_inserter(ready_dhcp_));
  Settle(std::move(lock), count);
}

void DataPlaneStream::OnBootAnswer(uint64_t tag, core::BootAnswer answer) {
  const auto* rendered = std::get_if<core::RenderedFile>(&answer);
  const bool too_long = rendered != nullptr && rendered->text.size() > limits_.max_rendered_bytes;
  std::unique_lock lock(mutex_);
  if (too_long && !ended_) counts_.Add(DataPlaneCount::kTextsTooLong);
  if (too_long) answer = core::NoAnswer{"the text is too long for the way to the data plane"};
  if (!ended_) ready_boot_.push_back({tag, std::move(answer)});
  Settle(std::move(lock), 1);
}

// So many questions are answered; the last one of a call that is over takes the stream with it.
void DataPlaneStream::Settle(std::unique_lock<std::mutex> lock, size_t answers) {
  open_ -= answers;
  if (!asking_) WriteReady();
  const bool last = over_now_ && open_ == 0;
  lock.unlock();
  if (last) delete this;
}

// Whatever is ready becomes one message, if none is on its way.
void DataPlaneStream::WriteReady() {
  if (writing_ || ended_ || (ready_dhcp_.empty() && ready_boot_.empty())) return;
  const core::AnswerBatch answers = TakeReady();
  in_write_ = answers.size();
  api::ToProto(answers, &response_);
  writing_ = true;
  StartWrite(&response_);
}

core::AnswerBatch DataPlaneStream::TakeReady() {
  core::AnswerBatch answers;
  size_t bytes = 0;
  while (!ready_boot_.empty() && answers.size() < limits_.max_per_message) {
    const auto* rendered = std::get_if<core::RenderedFile>(&ready_boot_.front().answer);
    bytes += rendered != nullptr ? rendered->text.size() : 0;
    if (bytes > limits_.max_message_bytes && !answers.boot.empty()) return answers;
    answers.boot.push_back(std::move(ready_boot_.front()));
    ready_boot_.pop_front();
  }
  while (!ready_dhcp_.empty() && answers.size() < limits_.max_per_message) {
    answers.dhcp.push_back(std::move(ready_dhcp_.front()));
    ready_dhcp_.pop_front();
  }
  return answers;
}

void DataPlaneStream::OnWriteDone(bool ok) {
  const std::lock_guard lock(mutex_);
  writing_ = false;
  owed_ -= std::exchange(in_write_, 0);
  if (!ok) return;  // the read that fails with it ends the call
  WriteReady();
  if (paused_) ReadOn();
}

void DataPlaneStream::ReadOn() {
  if (ended_) return;
  const bool pause = owed_ > limits_.max_owed;
  if (pause && !paused_) counts_.Add(DataPlaneCount::kPauses);
  paused_ = pause;
  if (!pause) StartRead(&request_);
}

void DataPlaneStream::OnCancel() {
  End(absl::CancelledError("the data plane went away"));
}

void DataPlaneStream::OnDone() {
  over_(this);
  bool last = false;
  {
    const std::lock_guard lock(mutex_);
    over_now_ = true;
    last = open_ == 0;
  }
  if (last) delete this;
}

std::string_view ToString(DataPlaneCount count) {
  switch (count) {
    case DataPlaneCount::kStreams:
      return "streams";
    case DataPlaneCount::kDhcpQuestions:
      return "dhcp_questions";
    case DataPlaneCount::kBootQuestions:
      return "boot_questions";
    case DataPlaneCount::kEvents:
      return "events";
    case DataPlaneCount::kPauses:
      return "pauses";
    case DataPlaneCount::kMalformed:
      return "malformed";
    case DataPlaneCount::kTextsTooLong:
      return "texts_too_long";
    case DataPlaneCount::kCount:
      break;
  }
  return "unknown";
}

}  // namespace pxe::server
