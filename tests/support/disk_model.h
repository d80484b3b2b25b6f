// What a power failure leaves of the database in a folder (`state.db`, its log): everything that
// was synced, and of what was not, whatever the test chooses. Fed with the events of
// tests/support/recording_vfs.h.
//
// A sector of 512 bytes is written or not; what was written before a sync may reach the disk in any
// order or never. That is what SQLite is built for, and what disks keep that do not lie.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/support/recording_vfs.h"

namespace pxe {

// Of the writes that were not synced yet, these reach the disk all the same.
enum class Survivors {
  kNone,
  kAll,         // also what is left when only the process is killed
  kEveryOther,  // whole writes
  kTorn,        // sectors, by a seed
};

class DiskModel {
 public:
  // All that is there now counts as synced.
  explicit DiskModel(const std::filesystem::path& folder);

  void Apply(const DiskEvent& event);

  // Changes that a power failure now could lose.
  size_t unsynced() const;

  // Makes the database in `folder` what it is after a power failure now.
  void WriteTo(const std::filesystem::path& folder, Survivors survivors, uint64_t seed) const;

 private:
  struct File {
    bool exists = false;
    std::vector<uint8_t> content;
    std::vector<DiskEvent> unsynced;
  };

  static void Change(File& file, const DiskEvent& event);
  static File AfterPowerFailure(const File& file, Survivors survivors, uint64_t seed);

  std::map<std::string, File> files_;
};

}  // namespace pxe
