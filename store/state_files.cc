#include "store/state_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include "base/status.h"

namespace pxe::store {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kFileMode = 0640;
constexpr size_t kChunkBytes = 64 * 1024;

absl::Status Sync(const fs::path& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
  if (fd < 0) return FromErrno(errno, path.string());
  const int result = ::fsync(fd);
  const int error = errno;
  ::close(fd);
  return result == 0 ? absl::OkStatus() : FromErrno(error, path.string());
}

absl::Status WriteAll(int fd, const char* data, size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(fd, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FromErrno(errno, "writing");
    data += written;
    size -= static_cast<size_t>(written);
  }
  return absl::OkStatus();
}

absl::Status Pump(int from, int to) {
  std::array<char, kChunkBytes> chunk;
  while (true) {
    const ssize_t size = ::read(from, chunk.data(), chunk.size());
    if (size == 0) return ::fsync(to) == 0 ? absl::OkStatus() : FromErrno(errno, "writing");
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return FromErrno(errno, "reading");
    PXE_RETURN_IF_ERROR(WriteAll(to, chunk.data(), static_cast<size_t>(size)));
  }
}

}  // namespace

StateFiles::StateFiles(const fs::path& directory_of_all)
    : directory(directory_of_all),
      lock(directory / "lock"),
      database(directory / "state.db"),
      log(Beside("-wal")),
      shared(Beside("-shm")),
      mark(Beside(".in-use")),
      unfinished(Beside(".new")),
      restoring(Beside(".restoring")),
      journal(directory / "journal.db") {}

fs::path StateFiles::Beside(std::string_view suffix) const {
  return database.string() + std::string(suffix);
}

absl::Status SyncFile(const fs::path& file) {
  return Sync(file, O_RDONLY);
}

absl::Status SyncDirectory(const fs::path& directory) {
  return Sync(directory, O_RDONLY | O_DIRECTORY);
}

absl::Status CopyBytes(const fs::path& from, const fs::path& to) {
  const int in = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
  if (in < 0) return FromErrno(errno, from.string());
  const int out = ::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kFileMode);
  absl::Status status = out < 0 ? FromErrno(errno, to.string()) : Pump(in, out);
  ::close(in);
  if (out >= 0) ::close(out);
  return status;
}

bool SameBytes(const fs::path& one, const fs::path& other) {
  std::error_code error;
  if (fs::file_size(one, error) != fs::file_size(other, error) || error) return false;
  std::ifstream first(one, std::ios::binary);
  std::ifstream second(other, std::ios::binary);
  using Bytes = std::istreambuf_iterator<char>;
  return first && second && std::equal(Bytes(first), Bytes(), Bytes(second), Bytes());
}

void RemoveDatabase(const fs::path& file) {
  std::error_code ignored;
  for (const char* suffix : {"", "-journal", "-wal", "-shm"}) {
    fs::remove(file.string() + suffix, ignored);
  }
}

}  // namespace pxe::store
