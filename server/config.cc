#include "server/config.h"

#include <yaml-cpp/yaml.h>

#include <CLI/CLI.hpp>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/status.h"

namespace pxe::server {
namespace {

constexpr const char* kVersion = "pxed 0.1.0";

// Binds every flag to its field. The command line and the file both go through these.
void AddFlags(CLI::App& app, Config& config, std::string& advertise) {
  app.set_version_flag("--version", kVersion);
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
  app.add_option("--advertise", advertise, "the address of this server that clients are told")
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
  std::string advertise;
  CLI::App app;
  AddFlags(app, scratch, advertise);
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

absl::StatusOr<Config> Finish(Config config, const std::string& advertise) {
  if (!advertise.empty()) {
    PXE_ASSIGN_OR_RETURN(config.advertise, ParseIpv4(advertise));
    if (!config.advertise->IsHostAddress() && !config.advertise->IsLoopback()) {
      return InvalidArgument("--advertise: " + advertise + " is not an address of a machine");
    }
  }
  if (config.listen.empty()) config.listen = {"unix:/run/pxed/pxed.sock"};
  return config;
}

}  // namespace

absl::StatusOr<ConfigOrMessage> ReadConfig(int argc, const char* const* argv) {
  Config first_pass;
  Config config;
  std::string advertise;
  std::string file;
  CLI::App flags("pxed boots machines over the network; its API decides what they boot", "pxed");
  AddCommandLineFlags(flags, first_pass, file);
  AddFlags(flags, first_pass, advertise);
  try {
    flags.parse(argc, argv);
    std::vector<std::string> arguments(argv + 1, argv + argc);
    if (!file.empty()) {
      PXE_ASSIGN_OR_RETURN(const auto from_file, ArgumentsFromFile(file, flags));
      arguments.insert(arguments.end(), from_file.begin(), from_file.end());
    }
    CLI::App all("", "pxed");
    AddCommandLineFlags(all, config, file);
    advertise.clear();
    AddFlags(all, config, advertise);
    all.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    return ConfigOrMessage{std::nullopt, flags.help()};
  } catch (const CLI::CallForVersion&) {
    return ConfigOrMessage{std::nullopt, std::string(kVersion) + "\n"};
  } catch (const CLI::ParseError& error) {
    return InvalidArgument(error.what());
  }
  PXE_ASSIGN_OR_RETURN(config, Finish(std::move(config), advertise));
  return ConfigOrMessage{std::move(config), ""};
}

}  // namespace pxe::server
