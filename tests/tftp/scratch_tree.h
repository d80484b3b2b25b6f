// A TFTP root in a temporary directory, with a file beside it that must never be served.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace pxe::tftp {

class ScratchTree {
 public:
  ScratchTree() {
    std::string pattern = std::filesystem::temp_directory_path() / "tftp_test.XXXXXX";
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    top_ = pattern;
    std::filesystem::create_directory(top_ / "root");
    WriteFile(top_ / "secret.txt", "secret");
  }
  ~ScratchTree() { std::filesystem::remove_all(top_); }
  ScratchTree(const ScratchTree&) = delete;
  ScratchTree& operator=(const ScratchTree&) = delete;

  std::string root() const { return top_ / "root"; }

  void Write(std::string_view path, std::string_view bytes) {
    const auto file = top_ / "root" / path;
    std::filesystem::create_directories(file.parent_path());
    WriteFile(file, bytes);
  }
  void Link(const std::string& target, std::string_view path) {
    std::filesystem::create_symlink(target, top_ / "root" / path);
  }

 private:
  static void WriteFile(const std::filesystem::path& file, std::string_view bytes) {
    std::ofstream(file, std::ios::binary) << bytes;
  }

  std::filesystem::path top_;
};

}  // namespace pxe::tftp
