#include "tests/support/disk_model.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>
#include <utility>

namespace pxe {
namespace {

namespace fs = std::filesystem;
using Kind = DiskEvent::Kind;

constexpr int64_t kSector = 512;

// The parts of a write that lie in one sector each.
std::vector<DiskEvent> BySector(const DiskEvent& write) {
  std::vector<DiskEvent> parts;
  const auto size = static_cast<int64_t>(write.bytes.size());
  for (int64_t at = 0; at < size;) {
    const int64_t rest_of_sector = kSector - (write.offset + at) % kSector;
    const int64_t end = std::min(size, at + rest_of_sector);
    parts.push_back({.kind = Kind::kWrite,
                     .offset = write.offset + at,
                     .bytes = {write.bytes.begin() + at, write.bytes.begin() + end}});
    at = end;
  }
  return parts;
}

std::vector<uint8_t> ReadAll(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

DiskModel::DiskModel(const fs::path& folder) {
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("state.db")) continue;
    File& file = files_[name];
    file.exists = true;
    file.content = ReadAll(entry.path());
  }
}

void DiskModel::Apply(const DiskEvent& event) {
  switch (event.kind) {
    case Kind::kCreate:
    case Kind::kWrite:
    case Kind::kTruncate:
    case Kind::kDelete:
      files_[event.file].unsynced.push_back(event);
      return;
    case Kind::kSync: {
      // The unix VFS syncs the folder too with the first sync of a new file.
      File& file = files_[event.file];
      for (const DiskEvent& change : std::exchange(file.unsynced, {})) Change(file, change);
      return;
    }
    case Kind::kMark:
      return;
  }
}

size_t DiskModel::unsynced() const {
  size_t count = 0;
  for (const auto& [name, file] : files_) count += file.unsynced.size();
  return count;
}

void DiskModel::WriteTo(const fs::path& folder, Survivors survivors, uint64_t seed) const {
  for (const char* rest : {"", "-wal", "-shm", ".in-use"}) {
    fs::remove(folder / (std::string("state.db") + rest));
  }
  for (const auto& [name, before] : files_) {
    if (name.ends_with("-shm")) continue;  // memory, by another name
    const File file = AfterPowerFailure(before, survivors, seed);
    if (!file.exists) continue;
    std::ofstream out(folder / name, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char*>(file.content.data()),
              static_cast<std::streamsize>(file.content.size()));
  }
}

DiskModel::File DiskModel::AfterPowerFailure(const File& file, Survivors survivors, uint64_t seed) {
  File left{.exists = file.exists, .content = file.content};
  std::minstd_rand coin(static_cast<uint32_t>(seed) + 1);
  const auto heads = [&coin] { return coin() / 7 % 2 == 0; };
  for (size_t i = 0; i < file.unsynced.size(); ++i) {
    const DiskEvent& change = file.unsynced[i];
    if (survivors == Survivors::kTorn && change.kind == Kind::kWrite) {
      for (const DiskEvent& part : BySector(change)) {
        if (heads()) Change(left, part);
      }
      continue;
    }
    const bool survives = survivors == Survivors::kAll ||
                          (survivors == Survivors::kEveryOther && (i + seed) % 2 == 0) ||
                          (survivors == Survivors::kTorn && heads());
    if (survives) Change(left, change);
  }
  return left;
}

void DiskModel::Change(File& file, const DiskEvent& event) {
  const auto offset = static_cast<size_t>(event.offset);
  switch (event.kind) {
    case Kind::kWrite:
      file.content.resize(std::max(file.content.size(), offset + event.bytes.size()));
      std::ranges::copy(event.bytes, file.content.begin() + event.offset);
      file.exists = true;
      return;
    case Kind::kTruncate:
      file.content.resize(offset);
      return;
    case Kind::kDelete:
      file.content.clear();
      file.exists = false;
      return;
    case Kind::kCreate:
      file.exists = true;
      return;
    case Kind::kSync:
    case Kind::kMark:
      return;
  }
}

}  // namespace pxe
