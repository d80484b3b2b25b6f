#include "tests/support/hex.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/hex.h"

namespace pxe {

std::vector<uint8_t> BytesOf(std::string_view text) {
  std::vector<uint8_t> bytes;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    for (std::string word; words >> word;) {
      const size_t star = word.find('*');
      const auto byte = ParseHex(std::string_view(word).substr(0, star));
      const size_t count = star == std::string::npos ? 1 : std::stoul(word.substr(star + 1));
      if (!byte || byte->size() != 1) {
        ADD_FAILURE() << "not a byte: " << word;
        return bytes;
      }
      bytes.insert(bytes.end(), count, byte->front());
    }
  }
  return bytes;
}

std::vector<std::string> FixtureNames(std::string_view folder, std::string_view suffix) {
  std::vector<std::string> names;
  const auto root = std::filesystem::path(PXE_TEST_DATA) / folder;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    std::string name = entry.path().filename().string();
    if (!name.ends_with(suffix)) continue;
    name.resize(name.size() - suffix.size());
    names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  return names;
}

std::string ReadFixture(std::string_view path) {
  std::ifstream in(std::filesystem::path(PXE_TEST_DATA) / path);
  EXPECT_TRUE(in.good()) << "no fixture " << path;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace pxe
