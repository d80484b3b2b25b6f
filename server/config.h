// What pxed is told at start: flags, and a YAML file in which every key is a flag's name.
//
//   interface: [eth1, eth2]
//   tftp-root: /srv/tftp
//
// A flag on the command line wins over the file. A file that cannot be read, a key that is no flag,
// a value that the flag refuses: INVALID_ARGUMENT with "file:line: key: reason", and pxed does not
// start. Nor does it with settings that contradict each other, or that are for a role this process
// has not: "flag: reason".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/ipv4.h"
#include "server/tftp_flags.h"

namespace pxe::server {

// Which parts of pxed this process is. Without `control` the data planes ask a control plane in
// another process.
struct Roles {
  bool control = true;
  bool dhcp = true;
  bool tftp = true;

  bool operator==(const Roles&) const = default;
  bool DataPlane() const { return dhcp || tftp; }
};

struct Config {
  Roles roles;
  std::string control;  // unix:PATH or HOST:PORT of the control plane; empty: this process
  std::string state_dir = "/var/lib/pxed";
  std::string tftp_root = "/srv/tftp";
  std::vector<std::string> interfaces;  // none: the API only
  std::vector<std::string> listen;      // unix:PATH or HOST:PORT
  std::vector<std::string>
      insecure_tcp;  // HOST:PORT allowed without TLS; "" or "loopback": loopback ones
  uint16_t dhcp_port = 67;
  uint16_t tftp_port = 69;
  TftpSettings tftp;
  std::optional<Ipv4> advertise;
  std::string user;  // to become after the sockets are bound; empty: stay who we are
  std::string log_format = "text";
  std::string log_level = "info";
  bool check_only = false;
  std::string restore;  // a backup to put in the place of the database; not from a file
};

// What to do after reading the command line: go on with a config, or stop because all that was
// asked for (help, version) is said in `message`.
struct ConfigOrMessage {
  std::optional<Config> config;
  std::string message;
};

// INVALID_ARGUMENT says which flag or line is wrong.
absl::StatusOr<ConfigOrMessage> ReadConfig(int argc, const char* const* argv);

}  // namespace pxe::server
