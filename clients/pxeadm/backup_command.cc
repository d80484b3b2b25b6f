// backup: the whole database as a file that is complete, or is not there.
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <ostream>
#include <string>

#include "absl/strings/str_format.h"
#include "api/sha256.h"
#include "base/status.h"
#include "clients/pxeadm/command_line.h"
#include "clients/pxeadm/commands.h"
#include "clients/pxeadm/exit_code.h"
#include "pxe/v1/backup.grpc.pb.h"

namespace pxe::adm {
namespace {

constexpr mode_t kFileMode = 0600;  // variables of hosts and profiles may be secrets

struct BackupArguments final : Arguments {
  std::string file;
  bool force = false;
};

// A file under another name until Commit(); gone if there is none.
class PartialFile {
 public:
  explicit PartialFile(std::string target)
      : target_(std::move(target)), path_(absl::StrFormat("%s.%d.partial", target_, ::getpid())) {}
  ~PartialFile() {
    if (fd_ < 0) return;
    ::close(fd_);
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  absl::Status Open() {
    fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kFileMode);
    return fd_ >= 0 ? absl::OkStatus() : UsageError(MessageOf(FromErrno(errno, path_)));
  }
  absl::Status Add(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return FromErrno(errno, path_);
      bytes.remove_prefix(static_cast<size_t>(written));
    }
    return absl::OkStatus();
  }
  absl::Status Commit(bool over_another) {
    if (::fsync(fd_) != 0) return FromErrno(errno, path_);
    const unsigned how = over_another ? 0 : RENAME_NOREPLACE;
    if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target_.c_str(), how) != 0) {
      return FromErrno(errno, target_);
    }
    path_.clear();
    return SyncFolder();
  }

 private:
  absl::Status SyncFolder() const {
    const size_t slash = target_.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : target_.substr(0, slash + 1);
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return FromErrno(errno, folder);
    const int result = ::fsync(fd);
    const int error = errno;
    ::close(fd);
    return result == 0 ? absl::OkStatus() : FromErrno(error, folder);
  }

  const std::string target_;
  std::string path_;  // empty: it has its name
  int fd_ = -1;
};

// Hands the bytes to `add`; the description when they are all there and right.
template <typename Add>
absl::StatusOr<v1::BackupInfo> Download(Session& session, Add add) {
  const auto stub = v1::BackupService::NewStub(session.channel());
  v1::BackupInfo info;
  api::Sha256 digest;
  int64_t size = 0;
  absl::Status kept;
  PXE_RETURN_IF_ERROR(session.Transfer([&](grpc::ClientContext* context) {
    const auto reader = stub->DownloadBackup(context, v1::DownloadBackupRequest());
    v1::DownloadBackupResponse part;
    while (reader->Read(&part)) {
      if (part.has_info()) info = part.info();
      digest.Add(part.data());
      size += static_cast<int64_t>(part.data().size());
      if (kept.ok()) kept = add(part.data());
      if (!kept.ok()) context->TryCancel();
    }
    const grpc::Status status = reader->Finish();
    return kept.ok() ? status : grpc::Status::OK;
  }));
  PXE_RETURN_IF_ERROR(kept);
  if (size != info.size_bytes() || digest.Finish() != info.digest()) {
    return DataLoss("the copy did not arrive as it was sent; ask for it again");
  }
  return info;
}

absl::StatusOr<v1::BackupInfo> DownloadToFile(Session& session, const BackupArguments& given) {
  if (!given.force && ::access(given.file.c_str(), F_OK) == 0) {
    return UsageError(given.file + ": is there already; --force replaces it");
  }
  PartialFile file(given.file);
  PXE_RETURN_IF_ERROR(file.Open());
  auto info = Download(session, [&file](std::string_view bytes) { return file.Add(bytes); });
  if (info.ok()) PXE_RETURN_IF_ERROR(file.Commit(given.force));
  return info;
}

absl::Status RunBackup(Session& session, const BackupArguments& given) {
  const auto to_stdout = [&session](std::string_view bytes) -> absl::Status {
    if (session.out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
      return absl::OkStatus();
    }
    return Unavailable("stdout cannot be written");
  };
  const auto info =
      given.file == "-" ? Download(session, to_stdout) : DownloadToFile(session, given);
  PXE_RETURN_IF_ERROR(info.status());
  session.err << absl::StrFormat("%s: revision %d, schema %d, %d bytes, SHA-256 %s\n",
                                 given.file == "-" ? "stdout" : given.file, info->revision(),
                                 info->schema_version(), info->size_bytes(), info->digest());
  return absl::OkStatus();
}

}  // namespace

void AddBackupCommand(CommandLine& line) {
  auto& given = line.Own<BackupArguments>();
  auto* verb =
      line.AddVerb(&line.app, "backup", "Copy the whole database to a file", &RunBackup, given);
  verb->add_option("FILE", given.file, "New file; - for stdout")->required();
  verb->add_flag("--force", given.force, "Replace FILE if it is there");
}

}  // namespace pxe::adm
