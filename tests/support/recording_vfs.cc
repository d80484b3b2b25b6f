#include "tests/support/recording_vfs.h"

#include <sqlite3.h>

#include <mutex>
#include <utility>

namespace pxe {

struct RecordingVfs::State {
  void Record(DiskEvent event) {
    const std::lock_guard lock(mutex);
    events.push_back(std::move(event));
  }
  DiskFault Fault() {
    const std::lock_guard lock(mutex);
    return fault;
  }
  // The name under which a file is recorded; empty: it is not watched.
  std::string NameOf(const char* path) const {
    const std::string text = path == nullptr ? "" : path;
    if (!text.starts_with(folder)) return "";
    return std::filesystem::path(text).filename().string();
  }

  std::string folder;  // with a slash at its end
  sqlite3_vfs* real = nullptr;
  sqlite3_vfs shim{};
  std::mutex mutex;
  DiskFault fault = DiskFault::kNone;  // guarded by mutex
  std::vector<DiskEvent> events;       // guarded by mutex
};

namespace {

using State = RecordingVfs::State;

// SQLite allocates it as raw bytes, with the real file's right behind.
struct File {
  sqlite3_file base;
  State* state;
  std::string* name;  // owned; null: not watched
};

File& Shim(sqlite3_file* file) {
  return *reinterpret_cast<File*>(file);
}
sqlite3_file* Real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(&Shim(file) + 1);
}
const sqlite3_io_methods& RealMethods(sqlite3_file* file) {
  return *Real(file)->pMethods;
}

int Close(sqlite3_file* file) {
  delete Shim(file).name;
  return RealMethods(file).xClose(Real(file));
}

int Write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  const File& shim = Shim(file);
  if (shim.name != nullptr) {
    if (shim.state->Fault() == DiskFault::kFull) return SQLITE_FULL;
    const auto* bytes = static_cast<const uint8_t*>(data);
    shim.state->Record({.kind = DiskEvent::Kind::kWrite,
                        .file = *shim.name,
                        .offset = offset,
                        .bytes = {bytes, bytes + size}});
  }
  return RealMethods(file).xWrite(Real(file), data, size, offset);
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  const File& shim = Shim(file);
  if (shim.name != nullptr) {
    shim.state->Record({.kind = DiskEvent::Kind::kTruncate, .file = *shim.name, .offset = size});
  }
  return RealMethods(file).xTruncate(Real(file), size);
}

int Sync(sqlite3_file* file, int /*flags*/) {
  const File& shim = Shim(file);
  if (shim.name == nullptr) return SQLITE_OK;
  switch (shim.state->Fault()) {
    case DiskFault::kSyncFails:
      return SQLITE_IOERR_FSYNC;
    case DiskFault::kSyncLies:
      return SQLITE_OK;
    case DiskFault::kNone:
    case DiskFault::kFull:
      break;
  }
  shim.state->Record({.kind = DiskEvent::Kind::kSync, .file = *shim.name});
  return SQLITE_OK;
}

// Hands a call on to the real file: Forward<&sqlite3_io_methods::xRead>.
template <auto Method, typename... Args>
auto Forward(sqlite3_file* file, Args... args) {
  return (RealMethods(file).*Method)(Real(file), args...);
}

const sqlite3_io_methods kMethods = {
    .iVersion = 3,
    .xClose = Close,
    .xRead = Forward<&sqlite3_io_methods::xRead>,
    .xWrite = Write,
    .xTruncate = Truncate,
    .xSync = Sync,
    .xFileSize = Forward<&sqlite3_io_methods::xFileSize>,
    .xLock = Forward<&sqlite3_io_methods::xLock>,
    .xUnlock = Forward<&sqlite3_io_methods::xUnlock>,
    .xCheckReservedLock = Forward<&sqlite3_io_methods::xCheckReservedLock>,
    .xFileControl = Forward<&sqlite3_io_methods::xFileControl>,
    .xSectorSize = Forward<&sqlite3_io_methods::xSectorSize>,
    .xDeviceCharacteristics = Forward<&sqlite3_io_methods::xDeviceCharacteristics>,
    .xShmMap = Forward<&sqlite3_io_methods::xShmMap>,
    .xShmLock = Forward<&sqlite3_io_methods::xShmLock>,
    .xShmBarrier = Forward<&sqlite3_io_methods::xShmBarrier>,
    .xShmUnmap = Forward<&sqlite3_io_methods::xShmUnmap>,
    .xFetch = Forward<&sqlite3_io_methods::xFetch>,
    .xUnfetch = Forward<&sqlite3_io_methods::xUnfetch>,
};

State& StateOf(sqlite3_vfs* vfs) {
  return *static_cast<State*>(vfs->pAppData);
}

int Open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  State& state = StateOf(vfs);
  const std::string name = state.NameOf(path);
  const bool is_new = !name.empty() && !std::filesystem::exists(path);
  File& shim = Shim(file);
  shim = {.base = {.pMethods = nullptr}, .state = &state, .name = nullptr};
  const int code = state.real->xOpen(state.real, path, Real(file), flags, out_flags);
  if (code != SQLITE_OK) return code;
  shim.base.pMethods = &kMethods;
  if (!name.empty()) shim.name = new std::string(name);
  if (is_new) state.Record({.kind = DiskEvent::Kind::kCreate, .file = name});
  return SQLITE_OK;
}

int Delete(sqlite3_vfs* vfs, const char* path, int sync_folder) {
  State& state = StateOf(vfs);
  const std::string name = state.NameOf(path);
  if (!name.empty()) state.Record({.kind = DiskEvent::Kind::kDelete, .file = name});
  return state.real->xDelete(state.real, path, sync_folder);
}

}  // namespace

RecordingVfs::RecordingVfs(const std::filesystem::path& folder)
    : state_(std::make_unique<State>()) {
  State& state = *state_;
  state.folder = folder.string() + "/";
  state.real = sqlite3_vfs_find(nullptr);
  state.shim = *state.real;  // the rest of unix's functions do not look at their first argument
  state.shim.zName = "recording";
  state.shim.pAppData = &state;
  state.shim.szOsFile = static_cast<int>(sizeof(File)) + state.real->szOsFile;
  state.shim.xOpen = Open;
  state.shim.xDelete = Delete;
  sqlite3_vfs_register(&state.shim, 1);
}

RecordingVfs::~RecordingVfs() {
  sqlite3_vfs_unregister(&state_->shim);
  sqlite3_vfs_register(state_->real, 1);
}

void RecordingVfs::Set(DiskFault fault) {
  const std::lock_guard lock(state_->mutex);
  state_->fault = fault;
}

void RecordingVfs::Mark(uint64_t mark) {
  state_->Record({.kind = DiskEvent::Kind::kMark, .mark = mark});
}

std::vector<DiskEvent> RecordingVfs::TakeEvents() {
  const std::lock_guard lock(state_->mutex);
  return std::exchange(state_->events, {});
}

}  // namespace pxe
