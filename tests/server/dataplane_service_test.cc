// The control plane's end of the stream, talked to by a data plane of another make.
#include "server/dataplane_service.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/dataplane.h"
#include "api/grpc_status.h"
#include "server/api_server.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace pxe::server {
namespace {

using testing::SizeIs;

// Answers files at once with as long a text as is wanted, and DHCP from when it is told to.
class FakeResolver final : public core::Resolver {
 public:
  void ResolveDhcp(std::vector<core::DhcpQuestion> batch, core::DhcpAnswerSink& sink) override {
    std::unique_lock lock(mutex_);
    for (const auto& question : batch) open_.emplace_back(&sink, question.tag);
    changed_.notify_all();
    if (answering_) Answer(std::exchange(open_, {}), std::move(lock));
  }
  void ResolveBoot(core::BootQuestion question, core::BootAnswerFn done) override {
    done(core::RenderedFile{std::string(std::stoul(question.path), 'x')});
  }
  void Report(core::BootEvent) override {}

  void AwaitQuestions(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return open_.size() >= count; });
  }
  void BeginToAnswer() {
    std::unique_lock lock(mutex_);
    answering_ = true;
    Answer(std::exchange(open_, {}), std::move(lock));
  }

 private:
  using Open = std::vector<std::pair<core::DhcpAnswerSink*, uint64_t>>;

  static void Answer(const Open& open, std::unique_lock<std::mutex> lock) {
    lock.unlock();
    for (const auto& [sink, tag] : open) {
      sink->OnDhcpAnswers({{tag, core::DhcpSilence{core::SilenceReason::kNoAddress}}});
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool answering_ = false;
  Open open_;
};

class DataPlaneServiceTest : public testing::Test {
 protected:
  using Stream = grpc::ClientReaderWriter<v1::ResolveRequest, v1::ResolveResponse>;

  static constexpr DataPlaneLimits kLimits{
      .max_owed = 8, .max_per_message = 4, .max_message_bytes = 1000, .max_rendered_bytes = 5000};

  DataPlaneServiceTest() {
    const std::vector<std::string> listen{"unix:" + folder_.Path("pxed.sock")};
    const std::vector<grpc::Service*> services{&service_};
    server_ = *ApiServer::Start(listen, {}, services);
    stub_ = v1::DataPlaneService::NewStub(
        grpc::CreateChannel(listen[0], grpc::InsecureChannelCredentials()));
    stream_ = stub_->Resolve(&context_);
  }
  ~DataPlaneServiceTest() override {
    service_.Stop();
    server_->Shutdown(std::chrono::seconds{5});
    resolver_.BeginToAnswer();
  }

  v1::ResolveResponse Read() {
    v1::ResolveResponse response;
    EXPECT_TRUE(stream_->Read(&response));
    return response;
  }
  void Hello() { EXPECT_EQ(Read().ByteSizeLong(), 0u); }
  void Write(const core::QuestionBatch& questions) {
    v1::ResolveRequest request;
    api::ToProto(questions, &request);
    EXPECT_TRUE(stream_->Write(request));
  }
  static core::QuestionBatch Dhcp(uint64_t first, uint64_t count) {
    core::QuestionBatch questions;
    for (uint64_t tag = first; tag < first + count; ++tag) {
      questions.dhcp.push_back({.tag = tag, .local_addresses = {Ipv4{0x0a000001}}});
    }
    return questions;
  }
  static core::QuestionBatch Files(const std::vector<std::string>& sizes) {
    core::QuestionBatch questions;
    for (const std::string& size : sizes) questions.boot.push_back({1, {size, {}, {}}});
    return questions;
  }
  uint64_t Count(DataPlaneCount count) const { return service_.counts().Get(count); }

  TempDir folder_;
  FakeResolver resolver_;
  DataPlaneService service_{resolver_, kLimits};
  std::unique_ptr<ApiServer> server_;
  std::unique_ptr<v1::DataPlaneService::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<Stream> stream_;
};

TEST_F(DataPlaneServiceTest, SaysFirstThatItTakesQuestions) {
  Hello();
  EXPECT_EQ(Count(DataPlaneCount::kStreams), 1u);
}

TEST_F(DataPlaneServiceTest, AMalformedMessageEndsTheStreamNamingTheField) {
  Hello();
  v1::ResolveRequest request;
  request.add_dhcp_questions()->set_message(v1::DHCP_MESSAGE_DISCOVER);
  EXPECT_TRUE(stream_->Write(request));
  v1::ResolveResponse response;
  EXPECT_FALSE(stream_->Read(&response));
  EXPECT_THAT(api::FromGrpc(stream_->Finish()),
              StatusIs(absl::StatusCode::kInvalidArgument, "dhcp_questions[0].local_addresses"));
  EXPECT_EQ(Count(DataPlaneCount::kMalformed), 1u);
}

TEST_F(DataPlaneServiceTest, ADataPlaneThatHasAskedItsLastGetsAnOrderlyEnd) {
  Hello();
  EXPECT_TRUE(stream_->WritesDone());
  EXPECT_THAT(api::FromGrpc(stream_->Finish()), IsOk());
}

TEST_F(DataPlaneServiceTest, AnswersForADataPlaneThatHasLeftHarmNobody) {
  Hello();
  Write(Dhcp(1, 4));
  resolver_.AwaitQuestions(4);
  context_.TryCancel();
  EXPECT_THAT(api::FromGrpc(stream_->Finish()), StatusIs(absl::StatusCode::kCancelled, ""));
  resolver_.BeginToAnswer();
}

TEST_F(DataPlaneServiceTest, WhoAsksFasterThanItIsAnsweredIsNotReadOn) {
  Hello();
  for (uint64_t i = 0; i < 5; ++i) Write(Dhcp(10 * i, 6));
  resolver_.AwaitQuestions(12);
  // 12 are more than max_owed: the other three messages wait outside.
  while (Count(DataPlaneCount::kPauses) == 0) std::this_thread::yield();
  EXPECT_EQ(Count(DataPlaneCount::kDhcpQuestions), 12u);
  resolver_.BeginToAnswer();
  size_t answered = 0;
  while (answered < 30) {
    const auto response = Read();
    EXPECT_LE(response.dhcp_answers_size(), 4) << "max_per_message";
    answered += static_cast<size_t>(response.dhcp_answers_size());
  }
  EXPECT_EQ(Count(DataPlaneCount::kDhcpQuestions), 30u);
}

TEST_F(DataPlaneServiceTest, LongTextsTravelInMessagesOfTheirOwn) {
  Hello();
  Write(Files({"400", "500", "300", "3000"}));
  EXPECT_THAT(Read().boot_answers(), SizeIs(2)) << "900 bytes; the third would make it 1200";
  EXPECT_THAT(Read().boot_answers(), SizeIs(1));
  EXPECT_THAT(Read().boot_answers(), SizeIs(1)) << "one at least, however long";
}

TEST_F(DataPlaneServiceTest, ATextThatFitsNoMessageIsNoAnswer) {
  Hello();
  Write(Files({"5001"}));
  EXPECT_TRUE(Read().boot_answers(0).has_no_answer());
  EXPECT_EQ(Count(DataPlaneCount::kTextsTooLong), 1u);
}

TEST_F(DataPlaneServiceTest, WhenItEndsItSaysSo) {
  Hello();
  service_.Stop();
  EXPECT_THAT(api::FromGrpc(stream_->Finish()), StatusIs(absl::StatusCode::kUnavailable, "ending"));
  grpc::ClientContext context;
  const auto late = stub_->Resolve(&context);
  v1::ResolveResponse response;
  EXPECT_FALSE(late->Read(&response));
  EXPECT_THAT(api::FromGrpc(late->Finish()), StatusIs(absl::StatusCode::kUnavailable, "ending"));
}

}  // namespace
}  // namespace pxe::server
