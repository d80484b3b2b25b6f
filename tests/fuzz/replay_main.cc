// Runs a fuzz target over every file of the folders named as arguments, and over every prefix of
// each: what libFuzzer once found stays found, under g++ too. An empty corpus is a failure.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

int Replay(const std::filesystem::path& folder) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::vector<char> text{std::istreambuf_iterator<char>(file), {}};
    const std::vector<uint8_t> bytes(text.begin(), text.end());
    for (size_t length = 0; length <= bytes.size(); ++length) {
      // A copy of the exact size, so that AddressSanitizer sees a read past the prefix.
      const std::vector<uint8_t> prefix(bytes.begin(),
                                        bytes.begin() + static_cast<std::ptrdiff_t>(length));
      LLVMFuzzerTestOneInput(prefix.data(), prefix.size());
    }
    ++files;
  }
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  int files = 0;
  for (int i = 1; i < argc; ++i) files += Replay(argv[i]);
  std::cout << files << " files replayed\n";
  return files > 0 ? 0 : 1;
}
