// history, diff and revert: what was changed, by whom, and taking it back.
#include <google/protobuf/util/time_util.h>

#include <algorithm>

#include "absl/strings/str_format.h"
#include "api/change.h"
#include "api/resource_name.h"
#include "clients/pxeadm/change_flags.h"
#include "clients/pxeadm/command_line.h"
#include "clients/pxeadm/commands.h"
#include "clients/pxeadm/exit_code.h"
#include "clients/pxeadm/resource.h"
#include "pxe/v1/change.grpc.pb.h"

namespace pxe::adm {
namespace {

struct HistoryArguments final : Arguments {
  std::string resource;
  uint64_t limit = 50;  // 0: all that is kept
  uint64_t from = 0;
  uint64_t to = 0;
  ChangeFlags change;
};

std::string ActionCell(v1::ChangeAction action) {
  if (action == v1::CHANGE_ACTION_CREATED) return "created";
  if (action == v1::CHANGE_ACTION_UPDATED) return "updated";
  if (action == v1::CHANGE_ACTION_DELETED) return "deleted";
  return "unknown";
}

// What the printing functions want of a noun.
struct ChangeApi {
  using Resource = v1::Change;
  static Row Headline() { return {"REVISION", "TIME", "RESOURCE", "ACTION", "ACTOR", "CLAIMED"}; }
  static Row Cells(const v1::Change& change) {
    return {std::to_string(change.revision()),
            google::protobuf::util::TimeUtil::ToString(change.time()),
            change.resource(),
            ActionCell(change.action()),
            change.actor(),
            change.claimed_actor()};
  }
};

// "host/n1", as the commands are called, names hosts/n1 too.
absl::StatusOr<std::string> ResourceName(const std::string& text) {
  for (const std::string_view collection : api::kCollectionsWithHistory) {
    const std::string plural = std::string(collection) + "/";
    const std::string singular = plural.substr(0, plural.size() - 2) + "/";
    for (const std::string& prefix : {plural, singular}) {
      if (text.starts_with(prefix) && text.size() > prefix.size()) {
        return plural + text.substr(prefix.size());
      }
    }
  }
  return UsageError(
      absl::StrFormat("\"%s\": name a resource like host/n1, subnet/lab or profile/deb", text));
}

absl::Status RunHistory(Session& session, const HistoryArguments& given) {
  v1::ListChangesRequest request;
  if (!given.resource.empty()) {
    PXE_ASSIGN_OR_RETURN(*request.mutable_resource(), ResourceName(given.resource));
  }
  const auto stub = v1::ChangeService::NewStub(session.channel());
  std::vector<v1::Change> changes;
  const auto wanted = [&] { return given.limit == 0 ? kPageSize : given.limit - changes.size(); };
  do {
    request.set_page_size(static_cast<int32_t>(std::min<uint64_t>(wanted(), kPageSize)));
    v1::ListChangesResponse page;
    PXE_RETURN_IF_ERROR(session.Call(
        [&](grpc::ClientContext* context) { return stub->ListChanges(context, request, &page); }));
    for (v1::Change& change : *page.mutable_changes()) changes.push_back(std::move(change));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && (given.limit == 0 || changes.size() < given.limit));
  return PrintAll<ChangeApi>(session, changes);
}

absl::Status PrintDifferences(Session& session, const v1::DiffResourceResponse& response) {
  std::vector<Row> rows;
  std::vector<const google::protobuf::Message*> messages;
  for (const v1::FieldDifference& difference : response.differences()) {
    rows.push_back({difference.path(), difference.before(), difference.after()});
    messages.push_back(&difference);
    if (session.format == Format::kName) session.out << difference.path() << "\n";
  }
  if (session.format == Format::kName) return absl::OkStatus();
  if (session.format == Format::kTable) {
    session.out << RenderTable({"FIELD", "BEFORE", "AFTER"}, rows);
    return absl::OkStatus();
  }
  PXE_ASSIGN_OR_RETURN(const std::string json, ToJsonArray(messages));
  session.out << (session.format == Format::kYaml ? JsonToYaml(json) : json);
  return absl::OkStatus();
}

absl::Status RunDiff(Session& session, const HistoryArguments& given) {
  v1::DiffResourceRequest request;
  PXE_ASSIGN_OR_RETURN(*request.mutable_resource(), ResourceName(given.resource));
  request.set_from_revision(given.from);
  request.set_to_revision(given.to);
  const auto stub = v1::ChangeService::NewStub(session.channel());
  v1::DiffResourceResponse response;
  PXE_RETURN_IF_ERROR(session.Call([&](grpc::ClientContext* context) {
    return stub->DiffResource(context, request, &response);
  }));
  return PrintDifferences(session, response);
}

absl::Status RunRevert(Session& session, const HistoryArguments& given) {
  v1::RevertResourceRequest request;
  PXE_ASSIGN_OR_RETURN(*request.mutable_resource(), ResourceName(given.resource));
  request.set_to_revision(given.to);
  request.set_etag(given.change.etag);
  given.change.Complete(request);
  const auto stub = v1::ChangeService::NewStub(session.channel());
  v1::Change change;
  PXE_RETURN_IF_ERROR(session.Change([&](grpc::ClientContext* context) {
    return stub->RevertResource(context, request, &change);
  }));
  PXE_RETURN_IF_ERROR(PrintOne<ChangeApi>(session, change));
  given.change.Remark(session);
  return absl::OkStatus();
}

}  // namespace

void AddHistoryCommands(CommandLine& line) {
  auto& given = line.Own<HistoryArguments>();
  auto* history = line.AddVerb(&line.app, "history", "Show what was changed, the newest first",
                               &RunHistory, given);
  history->add_option("RESOURCE", given.resource, "host/n1, subnet/lab, ...; none: all of them");
  history->add_option("--limit", given.limit, "The most to show; 0: all that is kept")
      ->capture_default_str();
  auto* diff =
      line.AddVerb(&line.app, "diff", "Compare a resource at two revisions", &RunDiff, given);
  diff->add_option("RESOURCE", given.resource, "host/n1, subnet/lab, ...")->required();
  diff->add_option("--from", given.from, "Revision of the first state")->required();
  diff->add_option("--to", given.to, "Revision of the second; as it is now if not given");
  auto* revert = line.AddVerb(&line.app, "revert", "Make a resource what it was at a revision",
                              &RunRevert, given);
  revert->add_option("RESOURCE", given.resource, "host/n1, subnet/lab, ...")->required();
  revert->add_option("--to", given.to, "Revision right after which it was so")->required();
  given.change.DeclareDryRun(*revert);
  given.change.DeclareEtag(*revert);
}

}  // namespace pxe::adm
