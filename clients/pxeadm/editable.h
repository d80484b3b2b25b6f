// create, get, list, update and delete of the nouns that the API may change.
//
// `Api` is a noun's description, `Api::Flags` its flags: Declare() adds them to a verb, Apply()
// lays what was given over a resource and names it in an update mask.
#pragma once

#include <google/protobuf/empty.pb.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "clients/pxeadm/change_flags.h"
#include "clients/pxeadm/command_line.h"
#include "clients/pxeadm/exit_code.h"
#include "clients/pxeadm/message_file.h"
#include "clients/pxeadm/resource.h"

namespace pxe::adm {

// The whole of a file. UsageError names it.
absl::StatusOr<std::string> ReadFile(const std::string& file);

// The same, or the whole of stdin for "-".
absl::StatusOr<std::string> ReadInput(Session& session, const std::string& file);

// What the verbs of a noun are told; one run of pxeadm uses one verb.
template <typename Api>
struct EditArguments final : Arguments {
  std::string id;
  std::vector<std::string> ids;
  std::string file;
  std::string filter;
  uint64_t at_revision = 0;  // 0: now
  ChangeFlags change;
  typename Api::Flags flags;
};

// Reads -f and the flags over `resource`; the flags win. Returns what was named.
template <typename Api>
absl::StatusOr<google::protobuf::FieldMask> ReadEdits(Session& session,
                                                      const EditArguments<Api>& arguments,
                                                      typename Api::Resource& resource) {
  google::protobuf::FieldMask mask;
  if (!arguments.file.empty()) {
    PXE_ASSIGN_OR_RETURN(const std::string text, ReadInput(session, arguments.file));
    const std::string source = arguments.file == "-" ? "stdin" : arguments.file;
    PXE_ASSIGN_OR_RETURN(const auto fields, ReadMessage(source, text, resource));
    for (const std::string& field : fields) {
      if (field != "name") mask.add_paths(field);
    }
  }
  PXE_RETURN_IF_ERROR(arguments.flags.Apply(resource, mask));
  return mask;
}

// The id on the command line, else the one in the file; both must not differ.
template <typename Api>
absl::StatusOr<std::string> ChosenId(const EditArguments<Api>& arguments,
                                     const typename Api::Resource& resource) {
  const std::string chosen = arguments.id.empty() ? resource.name() : arguments.id;
  if (chosen.empty()) return UsageError(absl::StrFormat("which %s? An ID is missing", Api::kNoun));
  const std::string name = FullName(Api::kCollection, chosen);
  if (name != FullName(Api::kCollection, ShortName(chosen))) {
    return UsageError(absl::StrFormat("%s is no %s", name, Api::kNoun));
  }
  if (!resource.name().empty() && FullName(Api::kCollection, resource.name()) != name) {
    return UsageError(absl::StrFormat("the file holds %s, not %s", resource.name(), name));
  }
  return ShortName(name);
}

template <typename Api>
absl::Status RunCreate(Session& session, const EditArguments<Api>& arguments) {
  typename Api::Resource resource;
  const auto mask = ReadEdits<Api>(session, arguments, resource);
  if (!mask.ok()) return mask.status();
  PXE_ASSIGN_OR_RETURN(const std::string id, ChosenId<Api>(arguments, resource));
  auto request = Api::CreateRequestOf(id, resource);
  arguments.change.Complete(request);
  const auto stub = Api::Service::NewStub(session.channel());
  typename Api::Resource created;
  PXE_RETURN_IF_ERROR(session.Change([&](grpc::ClientContext* context) {
    return Api::Create(*stub, context, request, &created);
  }));
  PXE_RETURN_IF_ERROR(PrintOne<Api>(session, created));
  arguments.change.Remark(session);
  return absl::OkStatus();
}

// A flag that changes a part of a list needs the rest of it: then the stored resource is read
// first, and its etag goes back with the update, so that nobody else's change is undone.
template <typename Api>
absl::StatusOr<typename Api::Resource> UpdateOnce(Session& session,
                                                  const EditArguments<Api>& arguments) {
  typename Api::Resource resource;
  if (arguments.flags.NeedsStored()) {
    if (arguments.id.empty()) return UsageError("these flags want the ID on the command line");
    PXE_ASSIGN_OR_RETURN(resource, Fetch<Api>(session, arguments.id));
  }
  PXE_ASSIGN_OR_RETURN(const auto mask, ReadEdits<Api>(session, arguments, resource));
  PXE_ASSIGN_OR_RETURN(const std::string id, ChosenId<Api>(arguments, resource));
  if (mask.paths().empty()) return UsageError("nothing to change: give a flag or -f FILE");
  resource.set_name(FullName(Api::kCollection, id));
  if (!arguments.change.etag.empty()) resource.set_etag(arguments.change.etag);
  auto request = Api::UpdateRequestOf(resource, mask);
  arguments.change.Complete(request);
  const auto stub = Api::Service::NewStub(session.channel());
  typename Api::Resource updated;
  PXE_RETURN_IF_ERROR(session.Change([&](grpc::ClientContext* context) {
    return Api::Update(*stub, context, request, &updated);
  }));
  return updated;
}

// A list that somebody else changed between our reading and writing is read and changed once more.
// Not for an etag that was asked for, nor for a file, which may be stdin and has been read.
template <typename Api>
absl::Status RunUpdate(Session& session, const EditArguments<Api>& arguments) {
  const bool may_repeat =
      arguments.flags.NeedsStored() && arguments.change.etag.empty() && arguments.file.empty();
  auto updated = UpdateOnce<Api>(session, arguments);
  if (may_repeat && updated.status().code() == absl::StatusCode::kAborted) {
    updated = UpdateOnce<Api>(session, arguments);
  }
  PXE_RETURN_IF_ERROR(updated.status());
  PXE_RETURN_IF_ERROR(PrintOne<Api>(session, *updated));
  arguments.change.Remark(session);
  return absl::OkStatus();
}

// Stops at the first that cannot be deleted; stderr tells which were.
template <typename Api>
absl::Status RunDelete(Session& session, const EditArguments<Api>& arguments) {
  if (!arguments.change.etag.empty() && arguments.ids.size() > 1) {
    return UsageError("--etag: is that of one object; delete the others without it");
  }
  const auto stub = Api::Service::NewStub(session.channel());
  for (const std::string& id : arguments.ids) {
    typename Api::DeleteRequest request;
    request.set_name(FullName(Api::kCollection, id));
    request.set_etag(arguments.change.etag);
    arguments.change.Complete(request);
    google::protobuf::Empty nothing;
    PXE_RETURN_IF_ERROR(session.Change([&](grpc::ClientContext* context) {
      return Api::Delete(*stub, context, request, &nothing);
    }));
    session.err << request.name()
                << (arguments.change.dry_run ? " would be deleted\n" : " deleted\n");
  }
  arguments.change.Remark(session);
  return absl::OkStatus();
}

// Adds "NOUN get|list" to the command line.
template <typename Api>
void AddReadingVerbs(CommandLine& line, CLI::App* noun, EditArguments<Api>& arguments) {
  using Given = EditArguments<Api>;
  const auto run_get = [](Session& session, const Given& given) {
    if constexpr (requires { given.flags.RunGet(session, given.id); }) {
      if (given.flags.WantsOwnGet()) return given.flags.RunGet(session, given.id);
    }
    return RunGet<Api>(session, given.id, given.at_revision);
  };
  const auto run_list = [](Session& session, const Given& given) {
    return RunList<Api>(session, given.filter);
  };
  auto* get =
      line.AddVerb(noun, "get", absl::StrFormat("Show a %s", Api::kNoun), run_get, arguments);
  get->add_option("ID", arguments.id)->required();
  get->add_option("--at", arguments.at_revision, "As it was at this revision of the database");
  if constexpr (requires { arguments.flags.DeclareForGet(*get); }) {
    arguments.flags.DeclareForGet(*get);
  }
  line.AddVerb(noun, "list", "Show all of them", run_list, arguments)
      ->add_option("--filter", arguments.filter, std::string(Api::kFilterHelp));
}

// Adds "NOUN create|get|list|update|delete" to the command line; returns the noun.
template <typename Api>
CLI::App* AddEditableNoun(CommandLine& line) {
  auto* noun = line.AddNoun(std::string(Api::kNoun), std::string(Api::kHelp));
  auto& arguments = line.Own<EditArguments<Api>>();
  auto* create = line.AddVerb(noun, "create", absl::StrFormat("Create a %s", Api::kNoun),
                              &RunCreate<Api>, arguments);
  auto* update = line.AddVerb(noun, "update", "Change what the flags or the file name",
                              &RunUpdate<Api>, arguments);
  for (auto* edit : {create, update}) {
    edit->add_option("ID", arguments.id, "Its id; may be in the file instead");
    edit->add_option("-f", arguments.file, "YAML or JSON; - for stdin");
    arguments.flags.Declare(*edit);
  }
  AddReadingVerbs<Api>(line, noun, arguments);
  auto* erase = line.AddVerb(noun, "delete", "Delete one or several", &RunDelete<Api>, arguments);
  erase->add_option("ID", arguments.ids)->required();
  for (auto* change : {create, update, erase}) arguments.change.DeclareDryRun(*change);
  for (auto* change : {update, erase}) arguments.change.DeclareEtag(*change);
  return noun;
}

}  // namespace pxe::adm
