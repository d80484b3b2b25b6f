// A TFTP root in a temporary directory, with a file beside it that must never be served.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "tests/support/temp_dir.h"

namespace pxe::tftp {

class ScratchTree {
 public:
  ScratchTree() {
    std::filesystem::create_directory(top_.path() / "root");
    WriteFile(top_.path() / "secret.txt", "secret");
  }

  std::string root() const { return top_.path() / "root"; }

  void Write(std::string_view path, std::string_view bytes) {
    const auto file = top_.path() / "root" / path;
    std::filesystem::create_directories(file.parent_path());
    WriteFile(file, bytes);
  }
  void Link(const std::string& target, std::string_view path) {
    std::filesystem::create_symlink(target, top_.path() / "root" / path);
  }

 private:
  static void WriteFile(const std::filesystem::path& file, std::string_view bytes) {
    std::ofstream(file, std::ios::binary) << bytes;
  }

  TempDir top_;
};

}  // namespace pxe::tftp
