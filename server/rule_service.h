// The RuleService of the contract: proto/pxe/v1/rule.proto says what it does.
#pragma once

#include "pxe/v1/rule.grpc.pb.h"
#include "server/api_write.h"

namespace pxe::server {

class RuleService final : public v1::RuleService::CallbackService {
 public:
  explicit RuleService(const ControlPlane& plane) : plane_(plane) {}

  grpc::ServerUnaryReactor* GetRule(grpc::CallbackServerContext* context,
                                    const v1::GetRuleRequest* request, v1::Rule* response) override;
  grpc::ServerUnaryReactor* ListRules(grpc::CallbackServerContext* context,
                                      const v1::ListRulesRequest* request,
                                      v1::ListRulesResponse* response) override;
  grpc::ServerUnaryReactor* CreateRule(grpc::CallbackServerContext* context,
                                       const v1::CreateRuleRequest* request,
                                       v1::Rule* response) override;
  grpc::ServerUnaryReactor* UpdateRule(grpc::CallbackServerContext* context,
                                       const v1::UpdateRuleRequest* request,
                                       v1::Rule* response) override;
  grpc::ServerUnaryReactor* DeleteRule(grpc::CallbackServerContext* context,
                                       const v1::DeleteRuleRequest* request,
                                       google::protobuf::Empty* response) override;

 private:
  const ControlPlane plane_;
};

}  // namespace pxe::server
