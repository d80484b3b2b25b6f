// bootfiles install, bootfiles check: the loaders in a TFTP root. They ask no server.
#include <google/protobuf/wrappers.pb.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "clients/pxeadm/bootfiles_install.h"
#include "clients/pxeadm/bootfiles_list.h"
#include "clients/pxeadm/command_line.h"
#include "clients/pxeadm/commands.h"
#include "clients/pxeadm/exit_code.h"

namespace pxe::adm {
namespace {

struct BootfilesArguments final : Arguments {
  std::string root = "/srv/tftp";  // that of pxed, if it is told no other
  std::vector<std::string> from;
  bool force = false;
};

using Columns = std::vector<std::string>;

// As a JSON string.
absl::StatusOr<std::string> Quoted(const std::string& text) {
  google::protobuf::StringValue value;
  value.set_value(text);
  PXE_ASSIGN_OR_RETURN(std::string quoted, ToJson(value));
  while (quoted.ends_with('\n')) quoted.pop_back();
  return quoted;
}

// The rows in the format that was asked for; `keys` are the columns' names in JSON, and the first
// column is what -o name prints.
absl::Status Print(Session& session, const Columns& keys, const Columns& headline,
                   const std::vector<Row>& rows) {
  switch (session.format) {
    case Format::kTable:
      session.out << RenderTable(headline, rows);
      return absl::OkStatus();
    case Format::kName:
      for (const Row& row : rows) session.out << row.front() << "\n";
      return absl::OkStatus();
    case Format::kJson:
    case Format::kYaml:
      break;
  }
  std::string json = "[";
  for (const Row& row : rows) {
    json += json.size() == 1 ? "\n {" : ",\n {";
    for (size_t i = 0; i < keys.size(); ++i) {
      PXE_ASSIGN_OR_RETURN(const std::string value, Quoted(row[i]));
      json += absl::StrFormat("%s\n  \"%s\": %s", i == 0 ? "" : ",", keys[i], value);
    }
    json += "\n }";
  }
  json += "\n]\n";
  session.out << (session.format == Format::kYaml ? JsonToYaml(json) : json);
  return absl::OkStatus();
}

std::string_view ToString(BootFileOutcome outcome) {
  switch (outcome) {
    case BootFileOutcome::kInstalled:
      return "installed";
    case BootFileOutcome::kReplaced:
      return "replaced";
    case BootFileOutcome::kUnchanged:
      return "unchanged";
    case BootFileOutcome::kKeptForeign:
      return "kept, not ours";
    case BootFileOutcome::kKeptNewer:
      return "kept, newer";
    case BootFileOutcome::kNoSource:
      return "no source";
  }
  return "";
}

bool IsKept(const InstalledFile& result) {
  return result.outcome == BootFileOutcome::kKeptForeign ||
         result.outcome == BootFileOutcome::kKeptNewer;
}

// For people, the modules of a folder that have fared alike are one row.
std::vector<Row> RowsForPeople(const std::vector<InstalledFile>& results) {
  std::vector<Row> rows;
  std::map<std::pair<std::string, BootFileOutcome>, size_t> folders;
  for (const InstalledFile& result : results) {
    const std::string& name = result.file.name;
    const size_t slash = name.find('/');
    if (slash == std::string::npos || IsKept(result)) {
      rows.push_back({name, std::string(ToString(result.outcome)), result.file.package});
    } else {
      ++folders[{name.substr(0, slash), result.outcome}];
    }
  }
  for (const auto& [key, count] : folders) {
    const auto& [folder, outcome] = key;
    rows.push_back({absl::StrFormat("%s/ (%d files)", folder, count),
                    std::string(ToString(outcome)), "syslinux-common"});
  }
  return rows;
}

std::vector<Row> RowsForPrograms(const std::vector<InstalledFile>& results) {
  std::vector<Row> rows;
  for (const InstalledFile& result : results) {
    rows.push_back({result.file.name, std::string(ToString(result.outcome)), result.file.package});
  }
  return rows;
}

// "apt-get install a b", for the packages of these names.
std::string HowToGet(const std::vector<std::string_view>& names) {
  std::vector<std::string> packages;
  for (const std::string_view name : names) {
    const std::string package = PackageOf(name);
    if (std::ranges::find(packages, package) == packages.end()) packages.push_back(package);
  }
  std::string command = "apt-get install";
  for (const std::string& package : packages) command += " " + package;
  return command;
}

// What a kind lacks is said for each of its ways; an error if it cannot do without.
absl::Status SayWhatIsLacking(Session& session, const std::filesystem::path& root) {
  std::vector<std::string> unable;  // in the order of the ways, which are sorted by kind
  for (const BootWay& way : BootWays()) {
    const std::vector<std::string_view> lacking = Lacking(way, root);
    if (lacking.empty()) continue;
    session.err << absl::StrFormat("%s, %s: %s lacks %s: %s\n", way.kind, ToString(way.role),
                                   way.loader, Joined(lacking), HowToGet(lacking));
    if (way.role == WayRole::kByChoice) continue;
    if (unable.empty() || unable.back() != way.kind) unable.emplace_back(way.kind);
  }
  if (unable.empty()) return absl::OkStatus();
  return FailedPrecondition(
      absl::StrFormat("%s: not all that is built in can boot: %s", root.string(), Joined(unable)));
}

absl::Status RunInstall(Session& session, const BootfilesArguments& given) {
  std::vector<std::filesystem::path> trees(given.from.begin(), given.from.end());
  if (trees.empty()) trees.emplace_back("/");
  const std::filesystem::path root(given.root);
  PXE_ASSIGN_OR_RETURN(const auto results,
                       InstallBootFiles(SourceTrees(std::move(trees)), root, given.force));
  const bool for_people = session.format == Format::kTable;
  PXE_RETURN_IF_ERROR(Print(session, {"name", "outcome", "package"}, {"FILE", "OUTCOME", "PACKAGE"},
                            for_people ? RowsForPeople(results) : RowsForPrograms(results)));
  PXE_RETURN_IF_ERROR(SayWhatIsLacking(session, root));
  const auto kept = std::ranges::count_if(results, IsKept);
  if (kept == 0) return absl::OkStatus();
  return FailedPrecondition(absl::StrFormat(
      "%s: %d files are not ours or newer and were kept; --force replaces them", given.root, kept));
}

// One file a row, each once.
std::vector<Row> LackingFiles(const std::filesystem::path& root) {
  std::vector<Row> rows;
  for (const BootWay& way : BootWays()) {
    for (const std::string_view name : Lacking(way, root)) {
      Row row{std::string(name)};
      if (std::ranges::find(rows, row) == rows.end()) rows.push_back(std::move(row));
    }
  }
  return rows;
}

std::vector<Row> WaysAndWhatTheyLack(const std::filesystem::path& root) {
  std::vector<Row> rows;
  for (const BootWay& way : BootWays()) {
    rows.push_back({std::string(way.kind), std::string(way.loader), std::string(ToString(way.role)),
                    Joined(Lacking(way, root))});
  }
  return rows;
}

absl::Status RunCheck(Session& session, const BootfilesArguments& given) {
  const bool only_names = session.format == Format::kName;
  PXE_RETURN_IF_ERROR(
      Print(session, {"kind", "loader", "role", "lacks"}, {"KIND", "LOADER", "ROLE", "LACKS"},
            only_names ? LackingFiles(given.root) : WaysAndWhatTheyLack(given.root)));
  return SayWhatIsLacking(session, given.root);
}

}  // namespace

void AddBootfilesCommands(CommandLine& line) {
  CLI::App* noun = line.AddNoun("bootfiles", "Loaders in a TFTP root; needs no server");
  auto& given = line.Own<BootfilesArguments>();
  auto* install = line.AddVerb(noun, "install", "Copy the loaders of Debian's packages into it",
                               &RunInstall, given);
  auto* check = line.AddVerb(noun, "check", "Say what each kind of client lacks", &RunCheck, given);
  for (CLI::App* verb : {install, check}) {
    verb->add_option("--root", given.root, "The TFTP root")->capture_default_str();
  }
  AddRepeatable(*install, "--from", given.from, "Folder that packages were unpacked in, if not /");
  install->add_flag("--force", given.force, "Replace files that are newer or not ours");
}

}  // namespace pxe::adm
