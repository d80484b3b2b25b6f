#include "server/listen_address.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/ipv4.h"
#include "base/status.h"

namespace pxe::server {
namespace {

constexpr std::string_view kUnixPrefix = "unix:";
constexpr std::string_view kIpv6Loopback = "[::1]";

bool IsHost(std::string_view host) {
  return host == "localhost" || host == kIpv6Loopback || host == "[::]" || ParseIpv4(host).ok();
}

// Whether somebody accepts connections there.
absl::StatusOr<bool> IsListening(const std::string& path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return FromErrno(errno, "socket");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::ranges::copy(path, address.sun_path);
  const int result = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  const int error = errno;
  close(fd);
  if (result == 0 || error == EAGAIN) return true;  // EAGAIN: its backlog is full
  if (error == ECONNREFUSED || error == ENOENT) return false;
  return FromErrno(error, path);
}

// Binds a socket there for a moment, as a server would.
absl::Status TryToBind(int family, const sockaddr* address, socklen_t size) {
  const int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return FromErrno(errno, "socket");
  const int yes = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  const int result = bind(fd, address, size);
  const int error = errno;
  close(fd);
  return result == 0 ? absl::OkStatus() : FromErrno(error, "cannot listen");
}

absl::Status MakeDirectoryOf(const std::string& path) {
  const std::string directory = std::filesystem::path(path).parent_path().string();
  if (directory.empty() || mkdir(directory.c_str(), 0755) == 0 || errno == EEXIST) {
    return absl::OkStatus();
  }
  return FromErrno(errno, "making the directory " + directory);
}

}  // namespace

std::string ListenAddress::ToString() const {
  if (!unix_path.empty()) return absl::StrFormat("%s%s", kUnixPrefix, unix_path);
  return absl::StrFormat("%s:%d", host, port);
}

bool ListenAddress::IsLoopback() const {
  if (host == "localhost" || host == kIpv6Loopback) return true;
  const auto address = ParseIpv4(host);
  return address.ok() && address->IsLoopback();
}

absl::StatusOr<ListenAddress> ParseListenAddress(std::string_view text) {
  ListenAddress address;
  if (text.starts_with(kUnixPrefix)) {
    address.unix_path = text.substr(kUnixPrefix.size());
    if (address.unix_path.empty()) return InvalidArgument("unix: must be followed by a path");
    if (address.unix_path.size() >= sizeof(sockaddr_un::sun_path)) {
      return InvalidArgument(
          absl::StrFormat("%s: the path is longer than the 107 bytes a socket "
                          "can have",
                          Printable(text)));
    }
    return address;
  }
  const size_t colon = text.rfind(':');
  const std::string_view port = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  const bool is_port = !port.empty() && error == std::errc() && end == port.data() + port.size();
  if (!is_port || !IsHost(text.substr(0, colon))) {
    return InvalidArgument(absl::StrFormat(
        "\"%s\" is no address to listen on; write unix:PATH or HOST:PORT with a numeric host",
        Printable(text)));
  }
  address.host = text.substr(0, colon);
  return address;
}

absl::Status CheckAllowed(const ListenAddress& address, std::span<const std::string> insecure_tcp) {
  if (!address.unix_path.empty()) return absl::OkStatus();
  const std::string text = address.ToString();
  for (const std::string& allowed : insecure_tcp) {
    if (allowed == text) return absl::OkStatus();
    if (address.IsLoopback() && (allowed.empty() || allowed == "loopback")) return absl::OkStatus();
  }
  if (address.IsLoopback()) {
    return PermissionDenied(text +
                            ": TCP without TLS is open to every user of this machine; "
                            "allow it with --insecure-tcp");
  }
  return PermissionDenied(absl::StrFormat(
      "%s: TCP without TLS is open to everybody who can reach it; allow it with --insecure-tcp=%s",
      text, text));
}

absl::Status PrepareUnixSocket(const std::string& path) {
  PXE_RETURN_IF_ERROR(MakeDirectoryOf(path));
  struct stat found {};
  if (lstat(path.c_str(), &found) != 0) {
    return errno == ENOENT ? absl::OkStatus() : FromErrno(errno, path);
  }
  if (!S_ISSOCK(found.st_mode)) {
    return FailedPrecondition(path + " exists and is no socket; it is left alone");
  }
  PXE_ASSIGN_OR_RETURN(const bool listening, IsListening(path));
  if (listening) return FailedPrecondition(path + ": another process listens there");
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return FromErrno(errno, "removing " + path);
  return absl::OkStatus();
}

absl::Status WhyNotListening(const ListenAddress& address) {
  if (!address.unix_path.empty()) {
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    std::ranges::copy(address.unix_path, local.sun_path);
    const absl::Status tried =
        TryToBind(AF_UNIX, reinterpret_cast<const sockaddr*>(&local), sizeof(local));
    if (tried.ok()) unlink(address.unix_path.c_str());
    return tried;
  }
  const bool brackets = address.host.starts_with('[');
  const std::string host =
      brackets ? address.host.substr(1, address.host.size() - 2) : address.host;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(address.port).c_str(), nullptr, &found) != 0) {
    return NotFound("cannot listen: there is no such address");
  }
  const absl::Status tried = TryToBind(found->ai_family, found->ai_addr, found->ai_addrlen);
  freeaddrinfo(found);
  return tried;
}

}  // namespace pxe::server
