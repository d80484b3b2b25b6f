// How a name is really spelled, for clients that do not care: Windows asks for \boot\bcd and finds
// Boot/BCD.
//
// Listings of directories are kept until the directory changes, and no more than kMaxNames of them.
// One that was changed just before it was read is read again the next time: the clock of file
// systems is too coarse to tell a change right after.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace pxe::tftp {

class FoldedNames {
 public:
  static constexpr size_t kMaxNames = 65536;

  // The path beneath `root` that differs from `path` in the case of ASCII letters at most; a
  // component that exists as it is spelled is taken. Nothing when there is none, or more than one.
  std::optional<std::string> Spell(int root, std::string_view path);

  size_t names_kept() const { return names_kept_; }

 private:
  // From the name in lower case; empty for one that several have.
  using Names = absl::flat_hash_map<std::string, std::string>;
  struct Listing {
    int64_t changed_ns = 0;
    bool settled = false;
    Names names;
  };
  using DirectoryId = std::pair<uint64_t, uint64_t>;  // device, inode

  const Names* NamesOf(int directory);
  void Keep(const DirectoryId& id, Listing listing);

  absl::flat_hash_map<DirectoryId, Listing> listings_;
  size_t names_kept_ = 0;
};

}  // namespace pxe::tftp
