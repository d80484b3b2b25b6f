// create, get, list, update and delete of the nouns that the API may change.
//
// `Api` is a noun's description, `Api::Flags` its flags: Declare() adds them to a verb, Apply()
// lays what was given over a resource and names it in an update mask.
#pragma once

#include <CLI/CLI.hpp>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "clients/pxeadm/command_line.h"
#include "clients/pxeadm/exit_code.h"
#include "clients/pxeadm/message_file.h"
#include "clients/pxeadm/resource.h"

namespace pxe::adm {

// The whole of a file, or of stdin for "-".
absl::StatusOr<std::string> ReadInput(Session& session, const std::string& file);

// What the verbs of a noun are told; one run of pxeadm uses one verb.
template <typename Api>
struct EditArguments final : Arguments {
  std::string id;
  std::vector<std::string> ids;
  std::string file;
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
  const auto stub = Api::Service::NewStub(session.channel());
  typename Api::Resource created;
  PXE_RETURN_IF_ERROR(session.Call([&](grpc::ClientContext* context) {
    return Api::Create(*stub, context, id, resource, &created);
  }));
  return PrintOne<Api>(session, created);
}

template <typename Api>
absl::Status RunUpdate(Session& session, const EditArguments<Api>& arguments) {
  typename Api::Resource resource;
  // A flag that changes a part of a list needs the rest of it.
  if (arguments.flags.NeedsStored()) {
    if (arguments.id.empty()) return UsageError("these flags want the ID on the command line");
    PXE_ASSIGN_OR_RETURN(resource, Fetch<Api>(session, arguments.id));
  }
  PXE_ASSIGN_OR_RETURN(const auto mask, ReadEdits<Api>(session, arguments, resource));
  PXE_ASSIGN_OR_RETURN(const std::string id, ChosenId<Api>(arguments, resource));
  if (mask.paths().empty()) return UsageError("nothing to change: give a flag or -f FILE");
  resource.set_name(FullName(Api::kCollection, id));
  const auto stub = Api::Service::NewStub(session.channel());
  typename Api::Resource updated;
  PXE_RETURN_IF_ERROR(session.Call([&](grpc::ClientContext* context) {
    return Api::Update(*stub, context, resource, mask, &updated);
  }));
  return PrintOne<Api>(session, updated);
}

// Stops at the first that cannot be deleted; stderr tells which were.
template <typename Api>
absl::Status RunDelete(Session& session, const EditArguments<Api>& arguments) {
  const auto stub = Api::Service::NewStub(session.channel());
  for (const std::string& id : arguments.ids) {
    const std::string name = FullName(Api::kCollection, id);
    PXE_RETURN_IF_ERROR(session.Call(
        [&](grpc::ClientContext* context) { return Api::Delete(*stub, context, name); }));
    session.err << name << " deleted\n";
  }
  return absl::OkStatus();
}

// Adds "NOUN create|get|list|update|delete" to the command line.
template <typename Api>
void AddEditableNoun(CommandLine& line) {
  using Given = EditArguments<Api>;
  auto* noun = line.AddNoun(std::string(Api::kNoun), std::string(Api::kHelp));
  auto& arguments = line.Own<Given>();
  const std::string a_noun = absl::StrFormat("a %s", Api::kNoun);

  auto* create = line.AddVerb(noun, "create", "Create " + a_noun, &RunCreate<Api>, arguments);
  auto* update = line.AddVerb(noun, "update", "Change what the flags or the file name",
                              &RunUpdate<Api>, arguments);
  for (auto* edit : {create, update}) {
    edit->add_option("ID", arguments.id, "Its id; may be in the file instead");
    edit->add_option("-f,--file", arguments.file, "YAML or JSON; - for stdin");
    arguments.flags.Declare(*edit);
  }
  const auto get = [](Session& session, const Given& given) {
    return RunGet<Api>(session, given.id);
  };
  const auto list = [](Session& session, const Given&) { return RunList<Api>(session); };
  line.AddVerb(noun, "get", "Show " + a_noun, get, arguments)
      ->add_option("ID", arguments.id)
      ->required();
  line.AddVerb(noun, "list", "Show all of them", list, arguments);
  line.AddVerb(noun, "delete", "Delete one or several", &RunDelete<Api>, arguments)
      ->add_option("ID", arguments.ids)
      ->required();
}

}  // namespace pxe::adm
