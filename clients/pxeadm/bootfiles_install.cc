#include "clients/pxeadm/bootfiles_install.h"

#include <sys/types.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <system_error>

#include "absl/strings/str_format.h"
#include "api/sha256.h"
#include "base/status.h"
#include "clients/pxeadm/partial_file.h"

namespace pxe::adm {
namespace {

namespace fs = std::filesystem;

// Read by pxed, which may run as another user.
constexpr mode_t kFileMode = 0644;
constexpr fs::perms kFolderMode = fs::perms(0755);
constexpr size_t kChunkBytes = 65536;
constexpr size_t kDigestCharacters = 64;
constexpr std::string_view kGap = "  ";  // between digest and name, as sha256sum writes it

absl::Status FileError(const std::error_code& error, const fs::path& path) {
  return FromErrno(error.value(), path.string());
}

// Hands the bytes of a file to `add`.
template <typename Add>
absl::Status ReadAll(const fs::path& path, Add add) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return FromErrno(errno, path.string());
  std::array<char, kChunkBytes> chunk;
  while (in.read(chunk.data(), chunk.size()) || in.gcount() > 0) {
    PXE_RETURN_IF_ERROR(add(std::string_view(chunk.data(), static_cast<size_t>(in.gcount()))));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> DigestOf(const fs::path& path) {
  api::Sha256 digest;
  PXE_RETURN_IF_ERROR(ReadAll(path, [&digest](std::string_view bytes) {
    digest.Add(bytes);
    return absl::OkStatus();
  }));
  return digest.Finish();
}

absl::Status MakeFolder(const fs::path& folder) {
  std::error_code error;
  const bool made = fs::create_directory(folder, error);
  if (made) fs::permissions(folder, kFolderMode, error);
  return error ? FileError(error, folder) : absl::OkStatus();
}

// Makes the copy as old as its source: a later run tells by that which of two versions is newer.
absl::Status TakeAge(const fs::path& source, const fs::path& copy) {
  std::error_code error;
  const fs::file_time_type written = fs::last_write_time(source, error);
  if (!error) fs::last_write_time(copy, written, error);
  return error ? FileError(error, copy) : absl::OkStatus();
}

absl::Status Copy(const fs::path& source, const fs::path& target) {
  PartialFile copy(target.string(), kFileMode);
  PXE_RETURN_IF_ERROR(copy.Open());
  PXE_RETURN_IF_ERROR(ReadAll(source, [&copy](std::string_view bytes) { return copy.Add(bytes); }));
  PXE_RETURN_IF_ERROR(TakeAge(source, copy.path()));
  return copy.Commit(true);
}

// What we have installed before: name to digest.
class InstalledList {
 public:
  explicit InstalledList(const fs::path& root) : path_(root / kInstalledList) {}

  // A line that is not ours to read is as if it were not there: its file counts as foreign.
  void Read() {
    std::ifstream in(path_);
    const size_t name_at = kDigestCharacters + kGap.size();
    for (std::string line; std::getline(in, line);) {
      if (line.size() <= name_at || line.substr(kDigestCharacters, kGap.size()) != kGap) continue;
      digests_[line.substr(name_at)] = line.substr(0, kDigestCharacters);
    }
  }

  absl::Status Write() const {
    PartialFile file(path_.string(), kFileMode);
    PXE_RETURN_IF_ERROR(file.Open());
    for (const auto& [name, digest] : digests_) {
      PXE_RETURN_IF_ERROR(file.Add(absl::StrFormat("%s%s%s\n", digest, kGap, name)));
    }
    return file.Commit(true);
  }

  bool Has(const std::string& name, const std::string& digest) const {
    const auto found = digests_.find(name);
    return found != digests_.end() && found->second == digest;
  }
  void Set(const std::string& name, const std::string& digest) { digests_[name] = digest; }

 private:
  const fs::path path_;
  std::map<std::string, std::string> digests_;
};

bool IsNewer(const fs::path& target, const fs::path& source) {
  std::error_code error;
  return fs::last_write_time(target, error) > fs::last_write_time(source, error);
}

// What is to become of a target that is there, unless it is forced.
absl::StatusOr<BootFileOutcome> Judge(const BootFile& file, const fs::path& source,
                                      const std::string& digest, const fs::path& target,
                                      const InstalledList& installed) {
  std::error_code error;
  if (!fs::is_regular_file(target, error)) return BootFileOutcome::kKeptForeign;
  PXE_ASSIGN_OR_RETURN(const std::string present, DigestOf(target));
  if (present == digest) return BootFileOutcome::kUnchanged;
  if (!installed.Has(file.name, present)) return BootFileOutcome::kKeptForeign;
  return IsNewer(target, source) ? BootFileOutcome::kKeptNewer : BootFileOutcome::kReplaced;
}

absl::StatusOr<BootFileOutcome> InstallOne(const BootFile& file, const fs::path& source,
                                           const fs::path& root, bool force,
                                           InstalledList& installed) {
  const fs::path target = root / file.name;
  PXE_RETURN_IF_ERROR(MakeFolder(target.parent_path()));
  PXE_ASSIGN_OR_RETURN(const std::string digest, DigestOf(source));
  auto outcome = BootFileOutcome::kInstalled;
  std::error_code error;
  if (fs::exists(fs::symlink_status(target, error))) {
    PXE_ASSIGN_OR_RETURN(outcome, Judge(file, source, digest, target, installed));
    if (force && outcome != BootFileOutcome::kUnchanged) outcome = BootFileOutcome::kReplaced;
  }
  if (outcome == BootFileOutcome::kKeptForeign || outcome == BootFileOutcome::kKeptNewer) {
    return outcome;
  }
  const bool is_there = outcome == BootFileOutcome::kUnchanged;
  PXE_RETURN_IF_ERROR(is_there ? TakeAge(source, target) : Copy(source, target));
  installed.Set(file.name, digest);
  return outcome;
}

}  // namespace

absl::StatusOr<std::vector<InstalledFile>> InstallBootFiles(const SourceTrees& sources,
                                                            const fs::path& root, bool force) {
  PXE_RETURN_IF_ERROR(MakeFolder(root));
  InstalledList installed(root);
  installed.Read();
  std::vector<InstalledFile> results;
  absl::Status failed;
  for (const BootFile& file : sources.Files()) {
    const auto source = sources.Find(file.source);
    if (!source) {
      results.push_back({file, BootFileOutcome::kNoSource});
      continue;
    }
    const auto outcome = InstallOne(file, *source, root, force, installed);
    failed = outcome.status();
    if (!failed.ok()) break;
    results.push_back({file, *outcome});
  }
  const absl::Status written = installed.Write();  // also when one has failed: the others are ours
  PXE_RETURN_IF_ERROR(failed);
  PXE_RETURN_IF_ERROR(written);
  return results;
}

std::vector<std::string_view> Lacking(const BootWay& way, const fs::path& root) {
  std::vector<std::string_view> lacking;
  for (const std::string_view name : way.needs) {
    std::error_code error;
    const bool is_file = fs::is_regular_file(root / name, error);
    if (!is_file || fs::file_size(root / name, error) == 0) lacking.push_back(name);
  }
  return lacking;
}

}  // namespace pxe::adm
