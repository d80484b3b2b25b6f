#include "clients/pxeadm/run.h"

#include <unistd.h>

#include <iostream>

#include "base/hex.h"
#include "base/status.h"
#include "clients/pxeadm/command_line.h"
#include "clients/pxeadm/commands.h"
#include "clients/pxeadm/exit_code.h"

namespace pxe::adm {
namespace {

constexpr char kFooter[] =
    "Exit codes: 0 done, 1 refused by the API, 2 usage, 3 server unreachable, 4 not found.";

void Describe(CommandLine& line, Session& session, std::string& format) {
  line.app.require_subcommand(1)->footer(kFooter);
  line.app.add_option("--server", session.server, "unix:PATH or HOST:PORT")
      ->envname("PXEADM_SERVER")
      ->capture_default_str();
  line.app.add_option("-o,--output", format, "table, json, yaml or name")
      ->check(CLI::IsMember({"table", "json", "yaml", "name"}));
  AddSubnetCommands(line);
  AddHostCommands(line);
  AddProfileCommands(line);
  AddTemplateCommands(line);
  AddRuleCommands(line);
  AddQuirkCommands(line);
  AddLeaseCommands(line);
  AddPreviewCommand(line);
  AddBootCommands(line);
  AddStatusCommand(line);
  AddHistoryCommands(line);
  AddEventsCommand(line);
  AddBackupCommand(line);
  AddBootfilesCommands(line);
}

// Help is a result; anything else CLI11 throws is wrong usage.
int EndParsing(const CommandLine& line, const CLI::ParseError& error, std::ostream& out,
               std::ostream& err) {
  if (error.get_exit_code() == 0) {
    line.app.exit(error, out, err);
    return static_cast<int>(ExitCode::kDone);
  }
  // CLI11 misses a subcommand before it sees that there is one, misspelt.
  const std::vector<std::string> unknown = line.app.remaining(/*recurse=*/true);
  const bool misspelt = dynamic_cast<const CLI::RequiredError*>(&error) && !unknown.empty();
  err << "pxeadm: ";
  if (misspelt) {
    err << '"' << Printable(unknown.front()) << "\" is no command";
  } else {
    err << error.what();
  }
  err << "; --help shows what there is\n";
  return static_cast<int>(ExitCode::kUsage);
}

void PrintError(const absl::Status& status, std::ostream& err) {
  err << "pxeadm: " << MessageOf(status);
  const ExitCode code = ExitCodeOf(status);
  if (code == ExitCode::kRefused || code == ExitCode::kNotFound) {
    err << " (" << absl::StatusCodeToString(status.code()) << ")";
  }
  err << "\n";
}

}  // namespace

int Run(const std::vector<std::string>& words, std::istream& in, std::ostream& out,
        std::ostream& err) {
  CommandLine line;
  Session session(in, out, err);
  session.err_is_terminal = &err == &std::cerr && ::isatty(STDERR_FILENO) == 1;
  std::string format = "table";
  Describe(line, session, format);
  try {
    std::vector<std::string> reversed(words.rbegin(), words.rend());  // the order CLI11 wants
    line.app.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    return EndParsing(line, error, out, err);
  }
  session.format = ParseFormat(format).value_or(Format::kTable);
  const absl::Status status = line.chosen(session);
  if (!status.ok()) PrintError(status, err);
  return static_cast<int>(ExitCodeOf(status));
}

}  // namespace pxe::adm
