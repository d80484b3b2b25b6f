// The BackupService of the contract: proto/pxe/v1/backup.proto says what it does.
//
// A copy is made on a thread of its own, by a second connection that nobody waits for, into a file
// without a name in the state directory; gRPC's threads then only read that file. One at a time: a
// copy costs the disk as much room as the database.
#pragma once

#include <atomic>
#include <thread>

#include "base/clock.h"
#include "pxe/v1/backup.grpc.pb.h"
#include "store/state_files.h"

namespace pxe::server {

class BackupService final : public v1::BackupService::CallbackService {
 public:
  // Both must outlive the service. The database must be open until the gRPC server has ended.
  BackupService(const store::StateFiles& files, const Clock& clock)
      : files_(files), clock_(clock) {}
  ~BackupService() override;

  grpc::ServerWriteReactor<v1::DownloadBackupResponse>* DownloadBackup(
      grpc::CallbackServerContext* context, const v1::DownloadBackupRequest* request) override;

 private:
  const store::StateFiles& files_;
  const Clock& clock_;
  std::atomic<bool> busy_ = false;
  std::thread copying_;  // touched by who set busy_
};

}  // namespace pxe::server
