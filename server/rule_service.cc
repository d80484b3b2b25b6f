#include "server/rule_service.h"

#include "api/resource_name.h"
#include "server/api_history.h"

namespace pxe::server {
namespace {

constexpr Collection<core::Rule> kRules{api::kRules, &Catalog::rules};

}  // namespace

grpc::ServerUnaryReactor* RuleService::GetRule(grpc::CallbackServerContext* context,
                                               const v1::GetRuleRequest* request,
                                               v1::Rule* response) {
  return Answer(context, GetInto(plane_, kRules, *request, response));
}

grpc::ServerUnaryReactor* RuleService::ListRules(grpc::CallbackServerContext* context,
                                                 const v1::ListRulesRequest* request,
                                                 v1::ListRulesResponse* response) {
  return Answer(context, ListInto(plane_.state, kRules, *request, response->mutable_rules(),
                                  response->mutable_next_page_token()));
}

grpc::ServerUnaryReactor* RuleService::CreateRule(grpc::CallbackServerContext* context,
                                                  const v1::CreateRuleRequest* request,
                                                  v1::Rule* response) {
  auto rule = ParseObject(request->rule_id(), request->rule());
  if (!rule.ok()) return Answer(context, rule.status());
  return CreateObject(plane_, context, *request, *std::move(rule), response);
}

grpc::ServerUnaryReactor* RuleService::UpdateRule(grpc::CallbackServerContext* context,
                                                  const v1::UpdateRuleRequest* request,
                                                  v1::Rule* response) {
  return UpdateObject<core::Rule>(plane_, context, *request, request->rule(), response);
}

grpc::ServerUnaryReactor* RuleService::DeleteRule(grpc::CallbackServerContext* context,
                                                  const v1::DeleteRuleRequest* request,
                                                  google::protobuf::Empty* response) {
  return DeleteObject<core::Rule>(plane_, context, *request, response);
}

}  // namespace pxe::server
