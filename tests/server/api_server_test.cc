#include "server/api_server.h"

#include <google/protobuf/empty.pb.h>
#include <google/protobuf/wrappers.pb.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <sys/stat.h>

#include <filesystem>
#include <future>

#include "tests/server/services_fixture.h"

namespace pxe::server {
namespace {

using namespace std::chrono_literals;

absl::StatusOr<std::unique_ptr<ApiServer>> Listen(const std::vector<std::string>& listen,
                                                  const std::vector<std::string>& insecure_tcp) {
  return ApiServer::Start(listen, insecure_tcp, {});
}

TEST(ApiServerTest, TheSocketIsForItsOwnerAndGroup) {
  const TestServer server;
  struct stat found {};
  ASSERT_EQ(stat(server.dir.Path("pxed.sock").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0660u);
}

TEST(ApiServerTest, ItListensInSeveralPlacesAndSaysWhere) {
  const TempDir dir;
  const auto server = Listen({"unix:" + dir.Path("s"), "127.0.0.1:0"}, {""});
  ASSERT_THAT(server, IsOk());
  const auto& addresses = (*server)->addresses();
  ASSERT_EQ(addresses.size(), 2u);
  EXPECT_EQ(addresses[0], "unix:" + dir.Path("s"));
  EXPECT_THAT(addresses[1], testing::StartsWith("127.0.0.1:"));
  EXPECT_THAT(addresses[1], testing::Not(testing::EndsWith(":0")));
}

TEST(ApiServerTest, WhatCannotBeListenedOnIsNamed) {
  const TempDir dir;
  EXPECT_THAT(Listen({}, {}), StatusIs(kInvalid, "at least one address"));
  EXPECT_THAT(Listen({"nonsense"}, {}), StatusIs(kInvalid, "nonsense"));
  EXPECT_THAT(Listen({"127.0.0.1:0"}, {}),
              StatusIs(absl::StatusCode::kPermissionDenied, "127.0.0.1:0"));
  const auto first = Listen({"127.0.0.1:0"}, {""});
  ASSERT_THAT(first, IsOk());
  const std::string taken = (*first)->addresses().front();
  EXPECT_THAT(Listen({"unix:" + dir.Path("s"), taken}, {""}),
              StatusIs(kRefused, taken + ": cannot listen: Address already in use"));
}

TEST(ApiServerTest, ASecondServerDoesNotTakeTheSocketAway) {
  const TestServer server;
  EXPECT_THAT(Listen({server.address()}, {}), StatusIs(kRefused, "another process listens there"));
}

TEST(ApiServerTest, TheSocketIsGoneAfterTheEnd) {
  const TempDir dir;
  { ASSERT_THAT(Listen({"unix:" + dir.Path("s")}, {}), IsOk()); }
  EXPECT_FALSE(std::filesystem::exists(dir.Path("s")));
}

// Calls a method by name; messages are given by shape, since Debian packages neither health.proto
// nor reflection.proto.
template <typename Request, typename Response>
grpc::Status CallByName(const std::shared_ptr<grpc::Channel>& channel, const char* method,
                        const Request& request, Response& response) {
  grpc::TemplatedGenericStub<Request, Response> stub(channel);
  grpc::ClientContext context;
  std::promise<grpc::Status> ended;
  stub.UnaryCall(&context, method, grpc::StubOptions(), &request, &response,
                 [&ended](const grpc::Status& status) { ended.set_value(status); });
  return ended.get_future().get();
}

// HealthCheckResponse's enum in field 1: 1 is SERVING, 2 NOT_SERVING.
int HealthOf(const TestServer& server, const std::string& service) {
  google::protobuf::StringValue request;  // HealthCheckRequest: a string in field 1
  request.set_value(service);
  google::protobuf::Int32Value answer;
  const grpc::Status status =
      CallByName(server.NewChannel(), "/grpc.health.v1.Health/Check", request, answer);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return answer.value();
}

TEST(ApiServerTest, HealthSaysServingUntilItIsToldOtherwise) {
  const TestServer server;
  for (const std::string service : {"", "store"}) {
    EXPECT_EQ(HealthOf(server, service), 1);
    server.server->SetServing(false);
    EXPECT_EQ(HealthOf(server, service), 2);
    server.server->SetServing(true);
    EXPECT_EQ(HealthOf(server, service), 1);
  }
}

TEST(ApiServerTest, ReflectionIsOn) {
  const TestServer server;
  google::protobuf::Empty answer;
  // A stream that says nothing ends well; without reflection the method would be UNIMPLEMENTED.
  const grpc::Status status = CallByName(
      server.NewChannel(), "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
      google::protobuf::Empty(), answer);
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST(ApiServerTest, ItEndsOnceAndRefusesCallsAfterwards) {
  TestServer server;
  const auto stub = v1::HostService::NewStub(server.NewChannel());
  server.server->Shutdown(1s);
  server.server->Shutdown(1s);
  grpc::ClientContext context;
  v1::ListHostsResponse response;
  EXPECT_EQ(stub->ListHosts(&context, {}, &response).error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace pxe::server
