// A reader of the pxelinux config language, written from its documentation and its readers' habits:
// what the loader would obey in a text of ours. Used to prove that values stay values.
#pragma once

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pxe::boot {

// Keyword in lower case, value without the blanks around it; in the order of the text.
using Directive = std::pair<std::string, std::string>;

inline std::string_view WithoutBlanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

inline std::vector<Directive> ReadPxelinuxConfig(std::string_view text) {
  constexpr size_t kLoadersLine = 4095;  // a longer one is cut, and its rest is a line of its own
  std::vector<Directive> directives;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), kLoadersLine);
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), end + (line.size() < kLoadersLine ? 1 : 0)));
    line = WithoutBlanks(line.substr(0, line.find('\r')));
    if (line.empty()) continue;
    const size_t blank = line.find_first_of(" \t");
    std::string keyword(line.substr(0, blank));
    for (char& c : keyword) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    line.remove_prefix(keyword.size());
    directives.emplace_back(keyword, WithoutBlanks(line));
  }
  return directives;
}

}  // namespace pxe::boot
