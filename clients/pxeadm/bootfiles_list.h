// Which loaders a TFTP root needs, for which client kind, and where Debian's packages keep them.
//
// pxelinux.0 and syslinux.efi differ in their core module (ldlinux.c32, ldlinux.e64), so both can
// lie in the root; their other modules have the same names, and each loader looks for them beside
// itself only. So each family is a folder as well, loader and all: bios/ and efi64/.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pxe::adm {

// One file of a TFTP root.
struct BootFile {
  std::string name;     // below the TFTP root
  std::string source;   // where its package puts it, below "/"
  std::string package;  // of Debian 12

  bool operator==(const BootFile&) const = default;
};

enum class WayRole {
  kBuiltIn,    // what the kind is given unless its profile says otherwise
  kLocalBoot,  // what takes it to its local disk
  kByChoice,   // what a profile can name
};

// "built in", "local boot", "by choice"
std::string_view ToString(WayRole role);

// One way in which a kind of client boots: its first file, and all that it needs.
struct BootWay {
  std::string_view kind;  // as the API spells it
  std::string_view loader;
  WayRole role;
  std::vector<std::string_view> needs;  // names below the TFTP root
};

std::vector<BootWay> BootWays();

// Folders that stand for "/": those that packages were unpacked in, or "/" itself.
class SourceTrees {
 public:
  explicit SourceTrees(std::vector<std::filesystem::path> trees) : trees_(std::move(trees)) {}

  // Where `source` is, in the first tree that has it.
  std::optional<std::filesystem::path> Find(std::string_view source) const;

  // Every file there is to install: the loaders, found or not, and the modules that are found.
  std::vector<BootFile> Files() const;

 private:
  std::vector<std::filesystem::path> trees_;
};

// The package that brings the file `name` of a TFTP root; empty if none does.
std::string PackageOf(std::string_view name);

}  // namespace pxe::adm
