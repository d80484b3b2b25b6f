// Verbs for tests of the services: one call each, its answer or its status.
#pragma once

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <grpcpp/channel.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "api/grpc_status.h"
#include "pxe/v1/change.grpc.pb.h"
#include "pxe/v1/host.grpc.pb.h"
#include "pxe/v1/lease.grpc.pb.h"
#include "pxe/v1/profile.grpc.pb.h"
#include "pxe/v1/quirk.grpc.pb.h"
#include "pxe/v1/rule.grpc.pb.h"
#include "pxe/v1/subnet.grpc.pb.h"
#include "pxe/v1/template.grpc.pb.h"
#include "tests/server/test_server.h"

namespace pxe::server {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kTaken = absl::StatusCode::kAlreadyExists;
constexpr auto kMissing = absl::StatusCode::kNotFound;
constexpr auto kRefused = absl::StatusCode::kFailedPrecondition;
constexpr auto kAborted = absl::StatusCode::kAborted;
constexpr auto kOutOfRange = absl::StatusCode::kOutOfRange;

class ServicesTest : public testing::Test {
 protected:
  // A message from its text form.
  template <typename Message>
  static Message Text(const std::string& text) {
    Message message;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
    return message;
  }

  // Calls `(stub.*method)` with the request that the text describes.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(Stub& stub,
                                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const std::string& request) {
    grpc::ClientContext context;
    Response response;
    const grpc::Status status = (stub.*method)(&context, Text<Request>(request), &response);
    if (!status.ok()) return api::FromGrpc(status);
    return response;
  }

  auto CreateSubnet(const std::string& id, const std::string& subnet) {
    return Call(*subnets, &v1::SubnetService::Stub::CreateSubnet,
                "subnet_id: \"" + id + "\" subnet { " + subnet + " }");
  }
  auto CreateHost(const std::string& id, const std::string& host) {
    return Call(*hosts, &v1::HostService::Stub::CreateHost,
                "host_id: \"" + id + "\" host { " + host + " }");
  }
  auto GetHost(const std::string& id) {
    return Call(*hosts, &v1::HostService::Stub::GetHost, "name: \"hosts/" + id + "\"");
  }
  auto UpdateHost(const std::string& request) {
    return Call(*hosts, &v1::HostService::Stub::UpdateHost, request);
  }
  auto DeleteHost(const std::string& id) {
    return Call(*hosts, &v1::HostService::Stub::DeleteHost, "name: \"hosts/" + id + "\"");
  }
  auto ListHosts(const std::string& request) {
    return Call(*hosts, &v1::HostService::Stub::ListHosts, request);
  }
  auto CreateProfile(const std::string& id, const std::string& profile) {
    return Call(*profiles, &v1::ProfileService::Stub::CreateProfile,
                "profile_id: \"" + id + "\" profile { " + profile + " }");
  }
  auto DeleteProfile(const std::string& id) {
    return Call(*profiles, &v1::ProfileService::Stub::DeleteProfile,
                "name: \"profiles/" + id + "\"");
  }

  auto UpdateProfile(const std::string& request) {
    return Call(*profiles, &v1::ProfileService::Stub::UpdateProfile, request);
  }
  auto CreateTemplate(const std::string& id, const std::string& text) {
    return Call(*templates, &v1::TemplateService::Stub::CreateTemplate,
                "template_id: \"" + id + "\" template { " + text + " }");
  }
  auto UpdateTemplate(const std::string& request) {
    return Call(*templates, &v1::TemplateService::Stub::UpdateTemplate, request);
  }
  auto DeleteTemplate(const std::string& id) {
    return Call(*templates, &v1::TemplateService::Stub::DeleteTemplate,
                "name: \"templates/" + id + "\"");
  }
  auto CreateRule(const std::string& id, const std::string& rule) {
    return Call(*rules, &v1::RuleService::Stub::CreateRule,
                "rule_id: \"" + id + "\" rule { " + rule + " }");
  }
  auto UpdateRule(const std::string& request) {
    return Call(*rules, &v1::RuleService::Stub::UpdateRule, request);
  }
  auto DeleteRule(const std::string& id) {
    return Call(*rules, &v1::RuleService::Stub::DeleteRule, "name: \"rules/" + id + "\"");
  }

  auto CreateQuirk(const std::string& id, const std::string& quirk) {
    return Call(*quirks, &v1::QuirkService::Stub::CreateQuirk,
                "quirk_id: \"" + id + "\" quirk { " + quirk + " }");
  }
  auto UpdateQuirk(const std::string& request) {
    return Call(*quirks, &v1::QuirkService::Stub::UpdateQuirk, request);
  }

  auto UpsertHosts(const std::string& request) {
    return Call(*hosts, &v1::HostService::Stub::BatchUpsertHosts, request);
  }
  auto ListChanges(const std::string& request) {
    return Call(*changes, &v1::ChangeService::Stub::ListChanges, request);
  }
  auto Revert(const std::string& request) {
    return Call(*changes, &v1::ChangeService::Stub::RevertResource, request);
  }

  // subnets/lab, 10.0.0.0/24, and profiles/deb.
  void CreateLab() {
    ASSERT_THAT(CreateSubnet("lab", R"(cidr: "10.0.0.0/24" pools: "10.0.0.10-10.0.0.99"
                                       routers: "10.0.0.1")"),
                IsOk());
    ASSERT_THAT(CreateProfile("deb", R"(entries { name: "linux" kernel: "vmlinuz" })"), IsOk());
  }

  // What a packet of that machine would meet now: the host's id, empty for none.
  std::string KnownAs(const std::string& mac) {
    const std::lock_guard lock(server.state.mutex);
    const core::Host* host = server.state.catalog.FindByMac(*ParseMacAddress(mac)).host;
    return host == nullptr ? "" : host->id;
  }

  TestServer server;
  std::shared_ptr<grpc::Channel> channel = server.NewChannel();
  std::unique_ptr<v1::SubnetService::Stub> subnets = v1::SubnetService::NewStub(channel);
  std::unique_ptr<v1::HostService::Stub> hosts = v1::HostService::NewStub(channel);
  std::unique_ptr<v1::ProfileService::Stub> profiles = v1::ProfileService::NewStub(channel);
  std::unique_ptr<v1::TemplateService::Stub> templates = v1::TemplateService::NewStub(channel);
  std::unique_ptr<v1::RuleService::Stub> rules = v1::RuleService::NewStub(channel);
  std::unique_ptr<v1::QuirkService::Stub> quirks = v1::QuirkService::NewStub(channel);
  std::unique_ptr<v1::LeaseService::Stub> leases = v1::LeaseService::NewStub(channel);
  std::unique_ptr<v1::ChangeService::Stub> changes = v1::ChangeService::NewStub(channel);
};

}  // namespace pxe::server
