// An SQLite VFS that remembers in which order bytes went to the disk, and can make the disk fail.
//
// While one lives it is SQLite's default: files opened beneath its folder are watched, all others
// go through as they are. Nothing is really synced, there or elsewhere: what a power failure would
// leave is worked out by tests/support/disk_model.h from what was recorded. One at a time;
// databases opened through it must be closed before it dies. Any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace pxe {

struct DiskEvent {
  enum class Kind {
    kCreate,    // a file that was not there
    kWrite,     // `bytes` at `offset`
    kTruncate,  // to `offset` bytes
    kSync,      // all before it, of this file, is on the disk
    kDelete,
    kMark,  // the test's own: `mark`
  };

  Kind kind = Kind::kMark;
  std::string file;  // its name without the folder
  int64_t offset = 0;
  std::vector<uint8_t> bytes;
  uint64_t mark = 0;
};

enum class DiskFault {
  kNone,
  kSyncFails,  // fsync says that it failed: EIO
  kFull,       // no write finds room
  kSyncLies,   // fsync says that it is done, and has done nothing
};

class RecordingVfs {
 public:
  explicit RecordingVfs(const std::filesystem::path& folder);
  ~RecordingVfs();
  RecordingVfs(const RecordingVfs&) = delete;
  RecordingVfs& operator=(const RecordingVfs&) = delete;

  void Set(DiskFault fault);

  // Puts the test's own event among the others: "here this was acknowledged".
  void Mark(uint64_t mark);

  // All since the last call.
  std::vector<DiskEvent> TakeEvents();

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace pxe
