// One data plane on its stream: its questions go to the resolver, the answers back, many in one
// message.
//
// It owns itself: it goes when the call is over and the last answer owed to it has come, which may
// be on the writer's thread long after the data plane has left. A data plane that asks faster than
// it reads answers is not read until it has caught up.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/counters.h"
#include "core/questions.h"
#include "core/resolver.h"
#include "pxe/v1/dataplane.grpc.pb.h"

namespace pxe::server {

struct DataPlaneLimits {
  size_t max_owed = 4096;               // questions of a stream whose answers are not yet sent
  size_t max_per_message = 512;         // answers; the contract allows 1024
  size_t max_message_bytes = 1 << 20;   // of rendered texts in a message, but one at least
  size_t max_rendered_bytes = 3 << 20;  // of one text: a client takes 4 MiB as a message
};

enum class DataPlaneCount {
  kStreams,        // begun
  kDhcpQuestions,  // read from them
  kBootQuestions,
  kEvents,
  kPauses,        // a stream was not read on before its answers were
  kMalformed,     // streams ended for a message that made no sense
  kTextsTooLong,  // rendered texts that fit no message
  kCount,
};

// "streams": the label of the counter.
std::string_view ToString(DataPlaneCount count);

class DataPlaneStream final
    : public grpc::ServerBidiReactor<v1::ResolveRequest, v1::ResolveResponse>,
      public core::DhcpAnswerSink {
 public:
  // `over` is called once, when the call is. `resolver` and `counts` are used until then, and the
  // resolver must have answered every question before it is destroyed.
  DataPlaneStream(core::Resolver& resolver, const DataPlaneLimits& limits,
                  Counters<DataPlaneCount>& counts, std::function<void(DataPlaneStream*)> over);

  void Begin();  // says that questions are taken, and reads the first

  // Ends the call; the first status counts. Any thread.
  void End(const absl::Status& status);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  void OnDhcpAnswers(std::vector<core::TaggedDhcpAnswer> answers) override;

 private:
  ~DataPlaneStream() override = default;

  void Ask(core::QuestionBatch questions);
  void OnBootAnswer(uint64_t tag, core::BootAnswer answer);
  void Settle(std::unique_lock<std::mutex> lock, size_t answers);
  void WriteReady();
  core::AnswerBatch TakeReady();
  void ReadOn();

  core::Resolver& resolver_;
  const DataPlaneLimits limits_;
  Counters<DataPlaneCount>& counts_;
  const std::function<void(DataPlaneStream*)> over_;
  v1::ResolveRequest request_;
  v1::ResolveResponse response_;

  std::mutex mutex_;  // guards the rest
  std::deque<core::TaggedDhcpAnswer> ready_dhcp_;
  std::deque<core::TaggedBootAnswer> ready_boot_;
  size_t open_ = 0;       // questions that the resolver has not answered
  size_t owed_ = 0;       // questions whose answer is not yet sent
  size_t in_write_ = 0;   // answers in response_
  bool asking_ = false;   // answers are gathered until the whole message is asked
  bool writing_ = false;  // response_ is gRPC's
  bool paused_ = false;   // owes too much to read on
  bool ended_ = false;    // Finish() was called
  bool over_now_ = false;
};

}  // namespace pxe::server
