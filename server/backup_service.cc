#include "server/backup_service.h"

#include <fcntl.h>
#include <google/protobuf/util/time_util.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "api/grpc_status.h"
#include "api/sha256.h"
#include "base/status.h"
#include "store/backup.h"

namespace pxe::server {
namespace {

using Reactor = grpc::ServerWriteReactor<v1::DownloadBackupResponse>;

constexpr size_t kChunkBytes = 256 * 1024;

// Ends a call at once.
class Refusal final : public Reactor {
 public:
  explicit Refusal(const absl::Status& status) { Finish(api::ToGrpc(status)); }

 private:
  void OnDone() override { delete this; }
};

// A copy on its way to the caller. It owns itself until gRPC is done with it, and the file, which
// has no name any more and is gone with its descriptor.
class Sender final : public Reactor {
 public:
  explicit Sender(std::atomic<bool>& busy) : busy_(busy) {}

  // Makes the copy and sends the first part; the other parts follow on gRPC's threads.
  void Begin(const store::StateFiles& files, Seconds now) {
    const absl::Status described = Describe(files, now);
    if (!described.ok()) return Finish(api::ToGrpc(described));
    StartWrite(&part_);
  }

 private:
  ~Sender() override {
    if (fd_ >= 0) ::close(fd_);
  }

  absl::Status Describe(const store::StateFiles& files, Seconds now) {
    const std::filesystem::path copy = files.Beside(".outgoing");
    store::RemoveDatabase(copy);  // of a server that was killed
    PXE_ASSIGN_OR_RETURN(const store::DatabaseFacts facts, store::CopyWhileServing(files, copy));
    fd_ = ::open(copy.c_str(), O_RDONLY | O_CLOEXEC);
    const int error = errno;
    store::RemoveDatabase(copy);
    if (fd_ < 0) return FromErrno(error, copy.string());
    v1::BackupInfo& info = *part_.mutable_info();
    info.set_revision(facts.revision);
    info.set_schema_version(facts.schema);
    *info.mutable_create_time() =
        google::protobuf::util::TimeUtil::SecondsToTimestamp(now.time_since_epoch().count());
    return Measure(info);
  }

  absl::Status Measure(v1::BackupInfo& info) {
    api::Sha256 digest;
    std::string chunk;
    int64_t size = 0;
    do {
      PXE_RETURN_IF_ERROR(ReadAt(size, chunk));
      digest.Add(chunk);
      size += static_cast<int64_t>(chunk.size());
    } while (!chunk.empty());
    info.set_size_bytes(size);
    info.set_digest(digest.Finish());
    return absl::OkStatus();
  }

  // Empty: the end of the file.
  absl::Status ReadAt(int64_t offset, std::string& chunk) const {
    chunk.resize(kChunkBytes);
    ssize_t size = 0;
    do {
      size = ::pread(fd_, chunk.data(), chunk.size(), offset);
    } while (size < 0 && errno == EINTR);
    if (size < 0) return FromErrno(errno, "reading the copy");
    chunk.resize(static_cast<size_t>(size));
    return absl::OkStatus();
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status(grpc::StatusCode::CANCELLED, "the caller has gone"));
    std::string& chunk = *part_.mutable_data();
    const absl::Status read = ReadAt(offset_, chunk);
    if (!read.ok() || chunk.empty()) return Finish(api::ToGrpc(read));
    offset_ += static_cast<int64_t>(chunk.size());
    StartWrite(&part_);
  }

  void OnDone() override {
    std::atomic<bool>& busy = busy_;
    delete this;
    busy = false;
  }

  std::atomic<bool>& busy_;
  int fd_ = -1;
  int64_t offset_ = 0;
  v1::DownloadBackupResponse part_;
};

}  // namespace

BackupService::~BackupService() {
  if (copying_.joinable()) copying_.join();
}

Reactor* BackupService::DownloadBackup(grpc::CallbackServerContext*,
                                       const v1::DownloadBackupRequest*) {
  if (busy_.exchange(true)) {
    return new Refusal(
        ResourceExhausted("another backup is being made; ask again when it has ended"));
  }
  if (copying_.joinable()) copying_.join();
  auto* sender = new Sender(busy_);
  copying_ = std::thread([this, sender] { sender->Begin(files_, clock_.Now()); });
  return sender;
}

}  // namespace pxe::server
