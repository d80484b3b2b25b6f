// Readers of the other config languages, written from their documentation and their readers'
// habits: the commands that a loader would obey in a text of ours. Used to prove that values stay
// values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pxe::boot {

using Command = std::vector<std::string>;  // its words, quotes taken off

inline std::vector<std::string> LinesOf(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = text.find_first_of("\r\n");
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

inline std::vector<std::string> WordsOf(std::string_view line) {
  std::vector<std::string> words;
  while (true) {
    const size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    const size_t end = line.find_first_of(" \t");
    words.emplace_back(line.substr(0, end));
    line.remove_prefix(words.back().size());
  }
}

// menu.lst: a line is a command; `#` begins a comment line.
inline std::vector<Command> ReadGrub4dos(std::string_view text) {
  std::vector<Command> commands;
  for (const std::string& line : LinesOf(text)) {
    Command words = WordsOf(line);
    if (words.empty() || words[0].starts_with('#')) continue;
    Command command;
    for (const std::string& word : words) {
      if (word == "&&" || word == "||" || word == "|" || word == ";" || word == ">") {
        commands.push_back(command);
        command.clear();
      } else {
        command.push_back(word);
      }
    }
    commands.push_back(command);
  }
  return commands;
}

// An iPXE script: words, `#` at the beginning of any of them ends the line, operators between
// commands.
inline std::vector<Command> ReadIpxe(std::string_view text) {
  std::vector<Command> commands;
  for (const std::string& line : LinesOf(text)) {
    Command command;
    for (const std::string& word : WordsOf(line)) {
      if (word.starts_with('#')) break;
      if (word == "&&" || word == "||" || word == ";") {
        commands.push_back(command);
        command.clear();
      } else {
        command.push_back(word);
      }
    }
    if (!command.empty()) commands.push_back(command);
  }
  return commands;
}

// A GRUB script, as far as its quoting goes. What an unquoted `$` expands to is left as it is.
class GrubReader {
 public:
  static std::vector<Command> Read(std::string_view text) {
    GrubReader reader;
    for (const char c : text) reader.Take(c);
    reader.EndCommand();
    return reader.commands_;
  }

 private:
  void Take(char c) {
    if (comment_) {
      comment_ = c != '\n';
    } else if (escaped_) {
      escaped_ = false;
      Append(c);
    } else if (quote_ != 0) {
      TakeQuoted(c);
    } else {
      TakePlain(c);
    }
  }

  void TakeQuoted(char c) {
    if (c == quote_) {
      quote_ = 0;
    } else if (c == '\\' && quote_ == '"') {
      escaped_ = true;
    } else {
      Append(c);
    }
  }

  void TakePlain(char c) {
    const std::string_view ends = "\n;|&{}<>";
    if (c == '\\') {
      escaped_ = true;
    } else if (c == '\'' || c == '"') {
      quote_ = c;
      in_word_ = true;
    } else if (c == '#' && !in_word_) {
      comment_ = true;
    } else if (ends.find(c) != std::string_view::npos) {
      EndCommand();
    } else if (c == ' ' || c == '\t') {
      EndWord();
    } else {
      Append(c);
    }
  }

  void Append(char c) {
    word_ += c;
    in_word_ = true;
  }

  void EndWord() {
    if (in_word_) command_.push_back(word_);
    word_.clear();
    in_word_ = false;
  }

  void EndCommand() {
    EndWord();
    if (!command_.empty()) commands_.push_back(command_);
    command_.clear();
  }

  std::vector<Command> commands_;
  Command command_;
  std::string word_;
  bool in_word_ = false;
  bool comment_ = false;
  bool escaped_ = false;
  char quote_ = 0;
};

}  // namespace pxe::boot
