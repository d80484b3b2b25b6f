// What all writes have in common: etag, validate_only, request_id, the author.
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <atomic>
#include <latch>
#include <thread>

#include "api/actor.h"
#include "server/host_service.h"
#include "tests/server/services_fixture.h"

namespace pxe::server {
namespace {

using namespace std::chrono_literals;

class WritesTest : public ServicesTest {
 protected:
  WritesTest() { CreateLab(); }

  v1::Host CreateNode(const std::string& terms = "") {
    auto created = Call(*hosts, &v1::HostService::Stub::CreateHost,
                        R"(host_id: "n1" host { nics { mac: "52:54:00:00:00:01" } } )" + terms);
    EXPECT_THAT(created, IsOk());
    return *created;
  }
  // An update of hosts/n1 with the etag.
  auto UpdateWith(const std::string& etag, const std::string& fields) {
    return UpdateHost(R"(host { name: "hosts/n1" etag: ")" + etag + "\" " + fields + " }");
  }
  auto DeleteWith(const std::string& terms) {
    return Call(*hosts, &v1::HostService::Stub::DeleteHost, R"(name: "hosts/n1" )" + terms);
  }
  int Changes() { return ListChanges("")->changes_size(); }
  uint64_t LastRevision() { return ListChanges("page_size: 1")->changes(0).revision(); }
};

TEST_F(WritesTest, AnEtagIsInEveryAnswerAndChangesWithTheObject) {
  const v1::Host created = CreateNode();
  EXPECT_NE(created.etag(), "");
  EXPECT_EQ(GetHost("n1")->etag(), created.etag());
  EXPECT_EQ(ListHosts("")->hosts(0).etag(), created.etag());
  const auto updated =
      UpdateWith(created.etag(), R"(uuid: "b8945908-d6a6-41a9-611d-74a6ab80b83d")");
  ASSERT_THAT(updated, IsOk());
  EXPECT_NE(updated->etag(), created.etag());
  ASSERT_THAT(DeleteHost("n1"), IsOk());
  EXPECT_NE(CreateNode().etag(), created.etag()) << "another object of that name";
  EXPECT_NE(Call(*subnets, &v1::SubnetService::Stub::GetSubnet, R"(name: "subnets/lab")")->etag(),
            "");
  EXPECT_NE(
      Call(*profiles, &v1::ProfileService::Stub::GetProfile, R"(name: "profiles/deb")")->etag(),
      "");
}

TEST_F(WritesTest, AWriteWithAnOldEtagIsAbortedSayingWhatToDo) {
  const v1::Host created = CreateNode();
  ASSERT_THAT(UpdateWith("", R"(labels { key: "rack" value: "a" })"), IsOk());
  EXPECT_THAT(UpdateWith(created.etag(), R"(labels { key: "rack" value: "b" })"),
              StatusIs(kAborted,
                       "host.etag: hosts/n1 has changed since; read it again, or leave "
                       "the etag out"));
  EXPECT_THAT(DeleteWith("etag: \"" + created.etag() + "\""),
              StatusIs(kAborted, "etag: hosts/n1 has changed since"));
  EXPECT_EQ(GetHost("n1")->labels().at("rack"), "a");
  EXPECT_THAT(DeleteWith("etag: \"" + GetHost("n1")->etag() + "\""), IsOk());
  EXPECT_THAT(DeleteWith("etag: \"1\""), StatusIs(kMissing, "hosts/n1"));
}

TEST_F(WritesTest, SubnetsAndProfilesHoldTheirEtagsToo) {
  EXPECT_THAT(Call(*subnets, &v1::SubnetService::Stub::UpdateSubnet,
                   R"(subnet { name: "subnets/lab" etag: "99" domain_name: "a" })"),
              StatusIs(kAborted, "subnet.etag: subnets/lab"));
  EXPECT_THAT(
      Call(*subnets, &v1::SubnetService::Stub::DeleteSubnet, R"(name: "subnets/lab" etag: "99")"),
      StatusIs(kAborted, "etag: subnets/lab"));
  EXPECT_THAT(Call(*profiles, &v1::ProfileService::Stub::UpdateProfile,
                   R"(profile { name: "profiles/deb" etag: "99" })"),
              StatusIs(kAborted, "profile.etag: profiles/deb"));
  EXPECT_THAT(Call(*profiles, &v1::ProfileService::Stub::DeleteProfile,
                   R"(name: "profiles/deb" etag: "99")"),
              StatusIs(kAborted, "etag: profiles/deb"));
}

TEST_F(WritesTest, OfManyUpdatesWithOneEtagExactlyOneIsMade) {
  constexpr int kCallers = 8;
  const std::string etag = CreateNode().etag();
  std::atomic<int> made = 0;
  std::atomic<int> aborted = 0;
  std::latch together(kCallers);
  std::vector<std::jthread> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([&, i] {
      together.arrive_and_wait();
      const auto result =
          UpdateWith(etag, R"(labels { key: "winner" value: ")" + std::to_string(i) + "\" }");
      (result.ok() ? made : aborted) += result.ok() || result.status().code() == kAborted ? 1 : 100;
    });
  }
  callers.clear();
  EXPECT_EQ(made, 1);
  EXPECT_EQ(aborted, kCallers - 1);
}

TEST_F(WritesTest, TheServersFieldsInAMaskAreIgnored) {
  const v1::Host created = CreateNode();
  for (const char* mask :
       {R"(paths: "etag" paths: "uid" paths: "revision" paths: "create_time")", R"(paths: "*")"}) {
    const std::string request =
        R"(host { name: "hosts/n1" uid: "mine" revision: 1 create_time { seconds: 5 } )"
        R"(nics { mac: "52:54:00:00:00:01" } } update_mask { )" +
        std::string(mask) + " }";
    const auto updated = UpdateHost(request);
    ASSERT_THAT(updated, IsOk());
    EXPECT_EQ(updated->uid(), created.uid());
    EXPECT_GT(updated->revision(), created.revision());
    EXPECT_EQ(updated->create_time().seconds(), created.create_time().seconds());
    EXPECT_EQ(updated->etag(), GetHost("n1")->etag());
  }
}

TEST_F(WritesTest, ATriedWriteAnswersAsIfDoneAndChangesNothing) {
  const v1::Host tried = CreateNode("validate_only: true");
  EXPECT_EQ(tried.name(), "hosts/n1");
  EXPECT_EQ(tried.nics(0).mac(), "52:54:00:00:00:01");
  EXPECT_THAT(GetHost("n1"), StatusIs(kMissing, "hosts/n1"));
  EXPECT_EQ(KnownAs("52:54:00:00:00:01"), "");
  EXPECT_EQ(Changes(), 2) << "subnets/lab and profiles/deb";

  const v1::Host created = CreateNode();
  const auto updated = UpdateHost(
      R"(host { name: "hosts/n1" nics { mac: "52:54:00:00:00:02" } } validate_only: true)");
  ASSERT_THAT(updated, IsOk());
  EXPECT_EQ(updated->nics(0).mac(), "52:54:00:00:00:02");
  EXPECT_EQ(KnownAs("52:54:00:00:00:02"), "");
  EXPECT_THAT(DeleteWith("validate_only: true"), IsOk());
  EXPECT_EQ(GetHost("n1")->DebugString(), created.DebugString());
  EXPECT_EQ(Changes(), 3);
}

TEST_F(WritesTest, ATriedWriteIsRefusedForAllThatTheRealOneWouldBe) {
  CreateNode();
  const auto create = [this](const std::string& host) {
    return Call(*hosts, &v1::HostService::Stub::CreateHost,
                "host_id: \"n2\" host { " + host + " } validate_only: true");
  };
  EXPECT_THAT(create(R"(nics { mac: "52:54:00:00:00:01" })"), StatusIs(kTaken, "hosts/n1"));
  EXPECT_THAT(create(R"(nics { mac: "52:54:00:00:00:02" } profile: "profiles/no")"),
              StatusIs(kRefused, "profiles/no does not exist"));
  EXPECT_THAT(create(R"(nics { mac: "zz" })"), StatusIs(kInvalid, "host.nics[0].mac"));
  EXPECT_THAT(UpdateHost(R"(host { name: "hosts/n1" etag: "99" } validate_only: true)"),
              StatusIs(kAborted, "hosts/n1"));
  EXPECT_THAT(
      Call(*hosts, &v1::HostService::Stub::DeleteHost, R"(name: "hosts/n9" validate_only: true)"),
      StatusIs(kMissing, "hosts/n9"));
}

TEST_F(WritesTest, ARepeatedRequestGetsTheFirstAnswerAgain) {
  const v1::Host first = CreateNode(R"(request_id: "once")");
  EXPECT_EQ(CreateNode(R"(request_id: "once")").DebugString(), first.DebugString());
  EXPECT_EQ(Changes(), 3);
  ASSERT_THAT(DeleteWith(R"(request_id: "gone")"), IsOk());
  EXPECT_THAT(DeleteWith(R"(request_id: "gone")"), IsOk()) << "though it is not there any more";
  EXPECT_EQ(CreateNode(R"(request_id: "once")").DebugString(), first.DebugString());
  EXPECT_EQ(KnownAs("52:54:00:00:00:01"), "") << "an old answer is no new host";
  EXPECT_EQ(Changes(), 4);
}

TEST_F(WritesTest, OneRequestSentManyTimesAtOnceIsDoneOnce) {
  constexpr int kCallers = 8;
  std::latch together(kCallers);
  std::vector<std::string> answers(kCallers);
  std::vector<std::jthread> callers;
  for (std::string& answer : answers) {
    callers.emplace_back([&] {
      together.arrive_and_wait();
      answer = CreateNode(R"(request_id: "once")").DebugString();
    });
  }
  callers.clear();
  EXPECT_THAT(answers, testing::Each(GetHost("n1")->DebugString()));
  EXPECT_EQ(Changes(), 3);
}

TEST_F(WritesTest, OneIdForTwoRequestsIsRefused) {
  CreateNode(R"(request_id: "once")");
  EXPECT_THAT(
      Call(*hosts, &v1::HostService::Stub::CreateHost,
           R"(host_id: "n2" host { nics { mac: "52:54:00:00:00:02" } } request_id: "once")"),
      StatusIs(kInvalid, "request_id: \"once\" was used for another request"));
  EXPECT_THAT(DeleteWith(R"(request_id: "once")"), StatusIs(kInvalid, "request_id: "));
  EXPECT_THAT(GetHost("n2"), StatusIs(kMissing, "hosts/n2"));
}

TEST_F(WritesTest, WhatWasRefusedOrOnlyTriedIsNotRemembered) {
  EXPECT_THAT(DeleteWith(R"(request_id: "a")"), StatusIs(kMissing, "hosts/n1"));
  CreateNode(R"(request_id: "b" validate_only: true)");
  CreateNode(R"(request_id: "b")");
  EXPECT_THAT(DeleteWith(R"(request_id: "a")"), IsOk());
  EXPECT_EQ(KnownAs("52:54:00:00:00:01"), "");
}

TEST_F(WritesTest, IdsThatNobodyCouldReadAreRefused) {
  const std::string longest(64, 'x');
  EXPECT_THAT(DeleteWith("request_id: \"" + longest + "x\""),
              StatusIs(kInvalid, "request_id: at most 64 printable characters"));
  EXPECT_THAT(DeleteWith(R"(request_id: "a\nb")"), StatusIs(kInvalid, "request_id: "));
  EXPECT_THAT(DeleteWith("request_id: \"" + longest + "\""), StatusIs(kMissing, "hosts/n1"));
}

TEST_F(WritesTest, AClaimIsStoredApartFromWhatTheServerSaw) {
  grpc::ClientContext context;
  context.AddMetadata(api::kActorMetadata, "alice@ops");
  v1::Host host;
  const auto request =
      Text<v1::CreateHostRequest>(R"(host_id: "n1" host { nics { mac: "52:54:00:00:00:01" } })");
  ASSERT_TRUE(hosts->CreateHost(&context, request, &host).ok());
  const v1::Change change = ListChanges("page_size: 1")->changes(0);
  EXPECT_EQ(change.actor(), "unix");
  EXPECT_EQ(change.claimed_actor(), "alice@ops");

  grpc::ClientContext too_long;
  too_long.AddMetadata(api::kActorMetadata, std::string(api::kMaxClaimedActor + 1, 'a'));
  google::protobuf::Empty none;
  const auto refused =
      hosts->DeleteHost(&too_long, Text<v1::DeleteHostRequest>(R"(name: "hosts/n1")"), &none);
  EXPECT_THAT(api::FromGrpc(refused), StatusIs(kInvalid, "metadata pxed-actor: at most 128"));
}

TEST_F(WritesTest, AnAuthorOverTcpIsItsAddress) {
  const ControlPlane plane{server.state, server.writer, server.clock, *server.history};
  HostService service(plane);
  const std::vector<grpc::Service*> services{&service};
  const auto tcp = ApiServer::Start(std::vector<std::string>{"127.0.0.1:0"},
                                    std::vector<std::string>{""}, services);
  ASSERT_THAT(tcp, IsOk());
  hosts = v1::HostService::NewStub(
      grpc::CreateChannel((*tcp)->addresses().front(), grpc::InsecureChannelCredentials()));
  CreateNode();
  EXPECT_EQ(ListChanges("page_size: 1")->changes(0).actor(), "tcp:127.0.0.1");
}

TEST(RestartTest, AnswersHistoryAndEtagsOutliveTheProcess) {
  const TempDir dir;
  const auto request = [] {
    v1::CreateSubnetRequest create;
    create.set_subnet_id("lab");
    create.set_request_id("once");
    create.mutable_subnet()->set_cidr("10.0.0.0/24");
    return create;
  }();
  v1::Subnet first;
  {
    const TestServer server({}, dir.path() / "state");
    grpc::ClientContext context;
    const auto stub = v1::SubnetService::NewStub(server.NewChannel());
    ASSERT_TRUE(stub->CreateSubnet(&context, request, &first).ok());
  }
  const TestServer server({}, dir.path() / "state");
  const auto channel = server.NewChannel();
  const auto stub = v1::SubnetService::NewStub(channel);
  v1::Subnet again;
  grpc::ClientContext repeated;
  ASSERT_TRUE(stub->CreateSubnet(&repeated, request, &again).ok());
  EXPECT_EQ(again.DebugString(), first.DebugString());

  v1::Change change;
  v1::GetChangeRequest get;
  get.set_name("changes/1");
  grpc::ClientContext read;
  ASSERT_TRUE(v1::ChangeService::NewStub(channel)->GetChange(&read, get, &change).ok());
  EXPECT_EQ(change.after().subnet().DebugString(), first.DebugString());

  v1::UpdateSubnetRequest update;
  *update.mutable_subnet() = first;
  update.mutable_subnet()->set_domain_name("lab.test");
  grpc::ClientContext conditional;
  EXPECT_TRUE(stub->UpdateSubnet(&conditional, update, &again).ok());
}

}  // namespace
}  // namespace pxe::server
