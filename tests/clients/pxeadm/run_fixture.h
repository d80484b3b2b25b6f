// pxeadm against a real server on a unix socket: one command line, what it prints and how it ends.
#pragma once

#include <gmock/gmock.h>

#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "clients/pxeadm/exit_code.h"
#include "clients/pxeadm/run.h"
#include "tests/server/test_server.h"

namespace pxe::adm {

struct Ended {
  ExitCode code;
  std::string out;
  std::string err;
};

inline Ended RunWords(std::vector<std::string> words, const std::string& input = "") {
  std::istringstream in(input);
  std::ostringstream out, err;
  const int code = Run(words, in, out, err);
  return {static_cast<ExitCode>(code), out.str(), err.str()};
}

class RunTest : public testing::Test {
 protected:
  // One command line; words are separated by spaces, "quotes" keep them together.
  Ended Pxeadm(const std::string& line, const std::string& input = "") {
    std::vector<std::string> words{"--server", server.address()};
    std::istringstream in(line);
    std::string word;
    while (in >> std::ws && !in.eof()) {
      if (in.peek() == '"') {
        in.get();
        std::getline(in, word, '"');
      } else {
        in >> word;
      }
      words.push_back(word);
    }
    return RunWords(std::move(words), input);
  }

  // A command that must succeed; its result.
  std::string Done(const std::string& line, const std::string& input = "") {
    const Ended ended = Pxeadm(line, input);
    EXPECT_EQ(ended.code, ExitCode::kDone) << line << "\n" << ended.err;
    return ended.out;
  }

  void CreateLab() {
    Done(
        "subnet create lab --cidr 10.0.0.0/24 --pool 10.0.0.10-10.0.0.99 --router 10.0.0.1 "
        "--dns 10.0.0.1");
    Done("profile create deb --kernel vmlinuz --initrd initrd.img --args console=ttyS0");
    Done(
        "host create n1 --mac 52:54:00:00:00:01 --address 10.0.0.20 --profile deb "
        "--label rack=a");
  }

  server::TestServer server;
};

}  // namespace pxe::adm
