#include "server/listen_address.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace pxe::server {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kDenied = absl::StatusCode::kPermissionDenied;
constexpr auto kRefused = absl::StatusCode::kFailedPrecondition;

TEST(ListenAddressTest, BothFormsAreReadAndWrittenBack) {
  for (const char* text : {"unix:/run/pxed/pxed.sock", "unix:rel.sock", "127.0.0.1:0",
                           "0.0.0.0:65535", "localhost:1", "[::1]:9090", "[::]:9090"}) {
    const auto address = ParseListenAddress(text);
    ASSERT_THAT(address, IsOk()) << text;
    EXPECT_EQ(address->ToString(), text);
  }
}

TEST(ListenAddressTest, OtherTextsAreRefused) {
  for (const char* text :
       {"", "unix:", "/run/pxed.sock", "127.0.0.1", "127.0.0.1:", ":9090", "127.0.0.1:65536",
        "127.0.0.1:-1", "127.0.0.1:9090x", "example.com:9090", "10.0.0:9090"}) {
    EXPECT_THAT(ParseListenAddress(text), StatusIs(kInvalid, "")) << text;
  }
  EXPECT_THAT(ParseListenAddress("unix:/" + std::string(106, 'a')), IsOk());
  EXPECT_THAT(ParseListenAddress("unix:/" + std::string(107, 'a')),
              StatusIs(kInvalid, "107 bytes"));
}

// An address, the values of --insecure-tcp, and what the refusal must say (empty: allowed).
struct Row {
  const char* address;
  std::vector<std::string> insecure_tcp;
  const char* says;
};

TEST(ListenAddressTest, PlainTcpIsOnlyForWhoAsksForIt) {
  const Row rows[] = {
      {"unix:/x", {}, ""},
      {"127.0.0.1:1", {}, "allow it with --insecure-tcp"},
      {"127.0.0.1:1", {""}, ""},
      {"127.8.8.8:1", {"loopback"}, ""},
      {"[::1]:1", {""}, ""},
      {"localhost:1", {""}, ""},
      {"127.0.0.1:1", {"127.0.0.1:1"}, ""},
      {"127.0.0.1:1", {"127.0.0.1:2"}, "allow it with --insecure-tcp"},
      {"0.0.0.0:1", {""}, "allow it with --insecure-tcp=0.0.0.0:1"},
      {"[::]:1", {"loopback"}, "allow it with --insecure-tcp=[::]:1"},
      {"10.0.0.1:1", {"", "loopback"}, "allow it with --insecure-tcp=10.0.0.1:1"},
      {"10.0.0.1:1", {"", "10.0.0.1:1"}, ""},
  };
  for (const Row& row : rows) {
    const absl::Status status = CheckAllowed(*ParseListenAddress(row.address), row.insecure_tcp);
    if (*row.says == '\0') {
      EXPECT_THAT(status, IsOk()) << row.address;
    } else {
      EXPECT_THAT(status, StatusIs(kDenied, row.says)) << row.address;
    }
  }
}

// A socket file; with a listener behind it while `fd` is open.
int BindSocket(const std::string& path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::ranges::copy(path, address.sun_path);
  EXPECT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_EQ(listen(fd, 1), 0);
  return fd;
}

TEST(ListenAddressTest, ASocketLeftBehindIsRemoved) {
  const TempDir dir;
  const std::string path = dir.Path("pxed.sock");
  close(BindSocket(path));
  ASSERT_TRUE(std::filesystem::exists(path));
  EXPECT_THAT(PrepareUnixSocket(path), IsOk());
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(ListenAddressTest, ASocketInUseIsLeftAlone) {
  const TempDir dir;
  const std::string path = dir.Path("pxed.sock");
  const int fd = BindSocket(path);
  EXPECT_THAT(PrepareUnixSocket(path), StatusIs(kRefused, "another process listens there"));
  EXPECT_TRUE(std::filesystem::exists(path));
  close(fd);
}

TEST(ListenAddressTest, AFileThatIsNoSocketIsLeftAlone) {
  const TempDir dir;
  const std::string path = dir.Path("precious");
  std::ofstream(path) << "data";
  EXPECT_THAT(PrepareUnixSocket(path), StatusIs(kRefused, "exists and is no socket"));
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST(ListenAddressTest, TheDirectoryIsMadeButNotItsParents) {
  const TempDir dir;
  EXPECT_THAT(PrepareUnixSocket(dir.Path("new/pxed.sock")), IsOk());
  EXPECT_TRUE(std::filesystem::is_directory(dir.Path("new")));
  EXPECT_THAT(PrepareUnixSocket(dir.Path("a/b/pxed.sock")),
              StatusIs(absl::StatusCode::kNotFound, "making the directory"));
}

}  // namespace
}  // namespace pxe::server
