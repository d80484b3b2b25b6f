#include "server/config.h"

#include <yaml-cpp/yaml.h>

#include <CLI/CLI.hpp>
#include <map>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"
#include "server/listen_address.h"

namespace pxe::server {
namespace {

constexpr const char* kVersion = "pxed 0.1.0";

constexpr const char* kFooter =
    "Signals: SIGTERM and SIGINT end it, SIGUSR1 lets it log its counters.\n"
    "Exit codes: 0 done, 1 it cannot serve, 2 flags or file that it cannot follow.\n"
    "Capabilities: CAP_NET_RAW for DHCP, CAP_NET_BIND_SERVICE for ports below 1024; no other.\n"
    "What to do when it refuses to start: docs/operations.md.";

// What the flags say that takes more than a look to become a Config.
struct Unparsed {
  std::string advertise;
  std::vector<std::string> roles;
};

// Binds every flag to its field. The command line and the file both go through these.
void AddFlags(CLI::App& app, Config& config, Unparsed& unparsed) {
  app.set_version_flag("--version", kVersion);
  app.add_option("--roles", unparsed.roles,
                 "what this process is: control, dhcp, tftp, joined by commas [all of them]")
      ->delimiter(',');
  app.add_option("--control", config.control,
                 "without role control: where the control plane is, unix:PATH or HOST:PORT");
  app.add_option("--state-dir", config.state_dir, "state.db and the lock file")
      ->capture_default_str();
  app.add_option("--tftp-root", config.tftp_root, "static boot files")->capture_default_str();
  app.add_option("--interface", config.interfaces,
                 "network to serve, repeatable; none: the API only");
  app.add_option("--listen", config.listen,
                 "where the API listens, repeatable: unix:PATH or HOST:PORT "
                 "[unix:/run/pxed/pxed.sock]");
  app.add_flag("--insecure-tcp{loopback}", config.insecure_tcp,
               "allow HOST:PORT without TLS on loopback; =HOST:PORT for any other address");
  app.add_option("--dhcp-port", config.dhcp_port, "DHCP server port; clients are at the next one")
      ->check(CLI::Range(1, 65534))
      ->capture_default_str();
  app.add_option("--tftp-port", config.tftp_port, "TFTP port")
      ->check(CLI::Range(1, 65535))
      ->capture_default_str();
  AddTftpFlags(app, config.tftp);
  app.add_option("--advertise", unparsed.advertise,
                 "the address of this server that clients are told")
      ->check(CLI::ValidIPV4);
  app.add_option("--user", config.user, "become this user once the sockets are bound");
  app.add_option("--log-format", config.log_format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  app.add_option("--log-level", config.log_level, "debug, info, warning or error")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
      ->capture_default_str();
  app.add_flag("--check-config", config.check_only, "read the configuration, say if it is good");
}

// Flags that ask for one deed and would do it at every start from a file.
void AddCommandLineFlags(CLI::App& app, Config& config, std::string& file) {
  app.add_option("--config", file, "YAML file; every key is a flag's name, a flag wins");
  app.add_option("--restore", config.restore,
                 "put this backup in the place of the database in --state-dir, and end")
      ->check([](const std::string& name) { return std::string(name.empty() ? "is empty" : ""); });
}

std::vector<std::string> ValuesOf(const YAML::Node& node) {
  std::vector<std::string> values;
  if (node.IsScalar()) values.push_back(node.Scalar());
  if (node.IsSequence()) {
    for (const YAML::Node& item : node) {
      if (item.IsScalar()) values.push_back(item.Scalar());
    }
  }
  return values;
}

// Why one line of the file is no good, or OK: the flag it names is parsed on its own.
absl::Status CheckLine(const std::string& where, const std::string& key,
                       const std::vector<std::string>& arguments) {
  Config scratch;
  Unparsed unparsed;
  CLI::App app;
  AddFlags(app, scratch, unparsed);
  if (app.get_option_no_throw("--" + key) == nullptr || key == "help" || key == "version") {
    return InvalidArgument(absl::StrFormat("%s: %s: no such setting", where, key));
  }
  if (arguments.empty()) {
    return InvalidArgument(
        absl::StrFormat("%s: %s: expected a value or a list of values", where, key));
  }
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    return InvalidArgument(absl::StrFormat("%s: %s", where, error.what()));
  }
  return absl::OkStatus();
}

// The file's settings as arguments, without those that the command line gives.
absl::StatusOr<std::vector<std::string>> ArgumentsFromFile(const std::string& path,
                                                           const CLI::App& command_line) {
  YAML::Node root;
  try {
    root = YAML::LoadFile(path);
  } catch (const YAML::BadFile&) {
    return InvalidArgument(absl::StrFormat("%s: cannot be read", path));
  } catch (const YAML::Exception& error) {
    return InvalidArgument(absl::StrFormat("%s:%d: %s", path, error.mark.line + 1, error.msg));
  }
  std::vector<std::string> all;
  if (root.IsNull()) return all;
  if (!root.IsMap()) {
    return InvalidArgument(absl::StrFormat("%s:1: expected lines of \"setting: value\"", path));
  }
  for (const auto& entry : root) {
    const std::string key = entry.first.Scalar();
    const std::string where = absl::StrFormat("%s:%d", path, entry.first.Mark().line + 1);
    std::vector<std::string> arguments;
    for (const std::string& value : ValuesOf(entry.second)) {
      arguments.push_back(absl::StrFormat("--%s=%s", key, value));
    }
    PXE_RETURN_IF_ERROR(CheckLine(where, key, arguments));
    if (command_line.get_option("--" + key)->count() > 0) continue;
    all.insert(all.end(), arguments.begin(), arguments.end());
  }
  return all;
}

absl::StatusOr<Roles> ParseRoles(const std::vector<std::string>& names) {
  if (names.empty()) return Roles{};
  Roles roles{.control = false, .dhcp = false, .tftp = false};
  const std::map<std::string_view, bool*> known{
      {"control", &roles.control}, {"dhcp", &roles.dhcp}, {"tftp", &roles.tftp}};
  for (const std::string& name : names) {
    const auto role = known.find(name);
    if (role == known.end()) {
      return InvalidArgument(absl::StrFormat(
          "--roles: there is no role \"%s\"; there are control, dhcp and tftp", Printable(name)));
    }
    *role->second = true;
  }
  return roles;
}

// What is set for a role that this process has not would be lost without a word.
absl::Status CheckFlagsOf(const Roles& roles, const CLI::App& flags) {
  struct Row {
    const char* flag;
    bool used;
    const char* by;
  };
  const Row rows[] = {
      {"--state-dir", roles.control, "control"},          {"--listen", roles.control, "control"},
      {"--insecure-tcp", roles.control, "control"},       {"--advertise", roles.control, "control"},
      {"--interface", roles.DataPlane(), "dhcp or tftp"}, {"--dhcp-port", roles.dhcp, "dhcp"}};
  const auto lost = [](std::string_view flag, std::string_view role) {
    return InvalidArgument(
        absl::StrFormat("%s: is for role %s, which --roles leaves out", flag, role));
  };
  for (const Row& row : rows) {
    if (!row.used && flags.count(row.flag) > 0) return lost(row.flag, row.by);
  }
  for (const CLI::Option* flag : flags.get_options()) {
    const std::string name = flag->get_name();
    if (!roles.tftp && flag->count() > 0 && name.starts_with("--tftp-")) return lost(name, "tftp");
  }
  return absl::OkStatus();
}

absl::Status CheckRoles(const Config& config, const CLI::App& flags) {
  PXE_RETURN_IF_ERROR(CheckFlagsOf(config.roles, flags));
  if (config.roles.control) {
    if (config.control.empty()) return absl::OkStatus();
    return InvalidArgument("--control: this process is the control plane; leave it out of --roles");
  }
  if (config.control.empty()) {
    return InvalidArgument("--control: is needed, because --roles leaves the control plane out");
  }
  const auto address = ParseListenAddress(config.control);
  if (!address.ok()) return Annotate(address.status(), "--control");
  if (address->unix_path.empty() && address->port == 0) {
    return InvalidArgument("--control: " + config.control + " has no port to connect to");
  }
  if (config.interfaces.empty()) {
    return InvalidArgument(
        "--interface: is needed, for there is nothing else to do in these roles");
  }
  return absl::OkStatus();
}

absl::StatusOr<Config> Finish(Config config, const Unparsed& unparsed, const CLI::App& flags) {
  PXE_ASSIGN_OR_RETURN(config.roles, ParseRoles(unparsed.roles));
  PXE_RETURN_IF_ERROR(CheckRoles(config, flags));
  if (!unparsed.advertise.empty()) {
    PXE_ASSIGN_OR_RETURN(config.advertise, ParseIpv4(unparsed.advertise));
    if (!config.advertise->IsHostAddress() && !config.advertise->IsLoopback()) {
      return InvalidArgument("--advertise: " + unparsed.advertise +
                             " is not an address of a machine");
    }
  }
  if (config.roles.control && config.listen.empty()) config.listen = {"unix:/run/pxed/pxed.sock"};
  return config;
}

}  // namespace

absl::StatusOr<ConfigOrMessage> ReadConfig(int argc, const char* const* argv) {
  Config first_pass;
  Unparsed ignored;
  std::string file;
  CLI::App flags("pxed boots machines over the network; its API decides what they boot", "pxed");
  flags.footer(kFooter);
  AddCommandLineFlags(flags, first_pass, file);
  AddFlags(flags, first_pass, ignored);
  Config config;
  Unparsed unparsed;
  CLI::App all("", "pxed");
  AddCommandLineFlags(all, config, file);
  AddFlags(all, config, unparsed);
  try {
    flags.parse(argc, argv);
    std::vector<std::string> arguments(argv + 1, argv + argc);
    if (!file.empty()) {
      PXE_ASSIGN_OR_RETURN(const auto from_file, ArgumentsFromFile(file, flags));
      arguments.insert(arguments.end(), from_file.begin(), from_file.end());
    }
    all.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    return ConfigOrMessage{std::nullopt, flags.help()};
  } catch (const CLI::CallForVersion&) {
    return ConfigOrMessage{std::nullopt, std::string(kVersion) + "\n"};
  } catch (const CLI::ParseError& error) {
    return InvalidArgument(error.what());
  }
  PXE_ASSIGN_OR_RETURN(config, Finish(std::move(config), unparsed, all));
  return ConfigOrMessage{std::move(config), ""};
}

}  // namespace pxe::server
