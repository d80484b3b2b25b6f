#include "tftp/folded_names.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <memory>

#include "net/unique_fd.h"
#include "tftp/beneath.h"

namespace pxe::tftp {
namespace {

// A file system stamps changes by a clock that ticks at least this often.
constexpr int64_t kClockTickNs = 20'000'000;

int64_t Nanoseconds(const timespec& time) {
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

// By the clock that files are stamped by.
int64_t FileTimeNow() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return Nanoseconds(now);
}

std::string Folded(std::string_view name) {
  std::string folded(name);
  std::ranges::transform(folded, folded.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return folded;
}

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

}  // namespace

std::optional<std::string> FoldedNames::Spell(int root, std::string_view path) {
  std::string spelled;
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    const std::string folder = spelled.empty() ? "." : spelled;
    if (!spelled.empty()) spelled += '/';
    const std::string exact = spelled + std::string(part);
    if (OpenBeneath(root, exact.c_str(), O_PATH).valid()) {
      spelled = exact;
      continue;
    }
    const net::UniqueFd directory = OpenBeneath(root, folder.c_str(), O_RDONLY | O_DIRECTORY);
    const Names* names = directory.valid() ? NamesOf(directory.get()) : nullptr;
    if (names == nullptr) return std::nullopt;
    const auto found = names->find(Folded(part));
    if (found == names->end() || found->second.empty()) return std::nullopt;
    spelled += found->second;
  }
  return spelled;
}

const FoldedNames::Names* FoldedNames::NamesOf(int directory) {
  struct stat status {};
  if (::fstat(directory, &status) != 0) return nullptr;
  const DirectoryId id(status.st_dev, status.st_ino);
  const int64_t changed = Nanoseconds(status.st_mtim);
  const auto known = listings_.find(id);
  if (known != listings_.end() && known->second.settled && known->second.changed_ns == changed) {
    return &known->second.names;
  }
  Listing listing;
  listing.changed_ns = changed;
  listing.settled = FileTimeNow() - changed > kClockTickNs;
  const std::unique_ptr<DIR, CloseDirectory> entries(::fdopendir(::dup(directory)));
  if (entries == nullptr) return nullptr;
  ::rewinddir(entries.get());
  while (const dirent* entry = ::readdir(entries.get())) {
    if (listing.names.size() == kMaxNames) break;
    const auto [name, is_new] = listing.names.try_emplace(Folded(entry->d_name), entry->d_name);
    if (!is_new) name->second.clear();
  }
  Keep(id, std::move(listing));
  return &listings_.at(id).names;
}

void FoldedNames::Keep(const DirectoryId& id, Listing listing) {
  if (const auto old = listings_.find(id); old != listings_.end()) {
    names_kept_ -= old->second.names.size();
    listings_.erase(old);
  }
  if (names_kept_ + listing.names.size() > kMaxNames) {
    listings_.clear();
    names_kept_ = 0;
  }
  names_kept_ += listing.names.size();
  listings_.emplace(id, std::move(listing));
}

}  // namespace pxe::tftp
