// What the nouns have in common: get, list and how their results are printed.
//
// `Api` is a noun's description, a struct of static members: see HostApi in host_commands.cc.
#pragma once

#include <grpcpp/client_context.h>

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status.h"
#include "clients/pxeadm/flags.h"
#include "clients/pxeadm/output.h"
#include "clients/pxeadm/session.h"

namespace pxe::adm {

inline constexpr int kPageSize = 1000;

// As it is now, or as it was at a revision where one is given.
template <typename Api>
absl::StatusOr<typename Api::Resource> Fetch(Session& session, const std::string& id,
                                             uint64_t at_revision = 0) {
  typename Api::GetRequest request;
  request.set_name(FullName(Api::kCollection, id));
  if constexpr (requires { request.set_at_revision(at_revision); }) {
    request.set_at_revision(at_revision);
  }
  typename Api::Resource resource;
  const auto stub = Api::Service::NewStub(session.channel());
  PXE_RETURN_IF_ERROR(session.Call(
      [&](grpc::ClientContext* context) { return Api::Get(*stub, context, request, &resource); }));
  return resource;
}

// All pages of what the filter lets through; an empty one lets all through.
template <typename Api>
absl::StatusOr<std::vector<typename Api::Resource>> FetchAll(Session& session,
                                                             const std::string& filter) {
  std::vector<typename Api::Resource> all;
  const auto stub = Api::Service::NewStub(session.channel());
  std::string page_token;
  do {
    typename Api::ListResponse page;
    PXE_RETURN_IF_ERROR(session.Call([&](grpc::ClientContext* context) {
      typename Api::ListRequest request;
      request.set_page_size(kPageSize);
      request.set_page_token(page_token);
      request.set_filter(filter);
      return Api::List(*stub, context, request, &page);
    }));
    for (auto& resource : *Api::Items(page)) all.push_back(std::move(resource));
    page_token = page.next_page_token();
  } while (!page_token.empty());
  return all;
}

// As JSON, or as YAML where that was asked for.
inline absl::Status PrintMessage(Session& session, const google::protobuf::Message& message) {
  PXE_ASSIGN_OR_RETURN(const std::string json, ToJson(message));
  session.out << (session.format == Format::kYaml ? JsonToYaml(json) : json);
  return absl::OkStatus();
}

// JSON and YAML: the object. Table: one row under a headline. Name: the resource name.
template <typename Api>
absl::Status PrintOne(Session& session, const typename Api::Resource& resource) {
  if (session.format == Format::kName) {
    session.out << resource.name() << "\n";
  } else if (session.format == Format::kTable) {
    session.out << RenderTable(Api::Headline(), {Api::Cells(resource)});
  } else {
    return PrintMessage(session, resource);
  }
  return absl::OkStatus();
}

// JSON and YAML: a list of objects. Table: a row each. Name: a line each.
template <typename Api>
absl::Status PrintAll(Session& session, const std::vector<typename Api::Resource>& resources) {
  if (session.format == Format::kName) {
    for (const auto& resource : resources) session.out << resource.name() << "\n";
  } else if (session.format == Format::kTable) {
    std::vector<Row> rows;
    for (const auto& resource : resources) rows.push_back(Api::Cells(resource));
    session.out << RenderTable(Api::Headline(), rows);
  } else {
    std::vector<const google::protobuf::Message*> messages;
    for (const auto& resource : resources) messages.push_back(&resource);
    PXE_ASSIGN_OR_RETURN(const std::string json, ToJsonArray(messages));
    session.out << (session.format == Format::kYaml ? JsonToYaml(json) : json);
  }
  return absl::OkStatus();
}

template <typename Api>
absl::Status RunGet(Session& session, const std::string& id, uint64_t at_revision = 0) {
  PXE_ASSIGN_OR_RETURN(const auto resource, Fetch<Api>(session, id, at_revision));
  return PrintOne<Api>(session, resource);
}

template <typename Api>
absl::Status RunList(Session& session, const std::string& filter) {
  PXE_ASSIGN_OR_RETURN(auto resources, FetchAll<Api>(session, filter));
  if constexpr (requires { Api::Sort(resources); }) Api::Sort(resources);
  return PrintAll<Api>(session, resources);
}

}  // namespace pxe::adm
