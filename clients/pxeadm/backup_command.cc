// backup: the whole database as a file that is complete, or is not there.
#include <unistd.h>

#include <ostream>
#include <string>

#include "absl/strings/str_format.h"
#include "api/sha256.h"
#include "base/status.h"
#include "clients/pxeadm/command_line.h"
#include "clients/pxeadm/commands.h"
#include "clients/pxeadm/exit_code.h"
#include "clients/pxeadm/partial_file.h"
#include "pxe/v1/backup.grpc.pb.h"

namespace pxe::adm {
namespace {

constexpr mode_t kFileMode = 0600;  // variables of hosts and profiles may be secrets

struct BackupArguments final : Arguments {
  std::string file;
  bool force = false;
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
  PartialFile file(given.file, kFileMode);
  if (const absl::Status opened = file.Open(); !opened.ok()) return UsageError(MessageOf(opened));
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
