#!/usr/bin/env bash
# Proves that the shape checks can fail: each bad sample below must be refused for its own reason,
# and a good tree must pass.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failed=0

# refused CHECK FILE REASON: the text on stdin, as FILE of an otherwise empty tree, is refused.
refused() {
  local check=$1 file=$2 reason=$3 said
  rm -rf "${tree:?}"/*
  mkdir -p "$(dirname "$tree/$file")"
  cat >"$tree/$file"
  if said=$("$here/$check" "$tree"); then
    echo "$check let this pass: $file ($reason)"
    failed=1
  elif [[ $said != "$file:"*"$reason"* ]]; then
    printf '%s refused %s for another reason than "%s":\n%s\n' "$check" "$file" "$reason" "$said"
    failed=1
  fi
}

# passes CHECK FILE: the text on stdin is not refused.
passes() {
  local check=$1 file=$2
  rm -rf "${tree:?}"/*
  mkdir -p "$(dirname "$tree/$file")"
  cat >"$tree/$file"
  "$here/$check" "$tree" || { echo "$check refused a good $file"; failed=1; }
}

# lines N TEXT, around HEAD N TEXT TAIL: samples of a given length.
lines() { for ((i = 0; i < $1; i++)); do echo "$2"; done; }
around() { echo "$1"; lines "$2" "$3"; echo "$4"; }

layers=check_layers.sh
refused $layers core/a.h 'core may not include store' <<<'#include "store/sqlite.h"'
refused $layers dhcp/wire/a.h 'dhcp/wire may not include dhcp' <<<'#include "dhcp/serve.h"'
refused $layers tftp/a.cc 'tftp may not include dhcp/wire' <<<'#include "dhcp/wire/packet.h"'
refused $layers boot/a.cc 'boot may not include proto' <<<'#include "pxe/v1/host.pb.h"'
refused $layers dhcp/a.cc 'gRPC is for' <<<'#include <grpcpp/grpcpp.h>'
refused $layers server/a.cc 'only store knows SQL' <<<'#include <sqlite3.h>'
refused $layers core/a.cc 'no system calls' <<<'#include <sys/socket.h>'
refused $layers tftp/wire/a.cc 'no system calls' <<<'#include <netinet/in.h>'
refused $layers base/a.h 'nobody includes tests' <<<'#include "tests/support/hex.h"'
refused $layers base/a.h 'from the root' <<<'#include "status.h"'
refused $layers core/a.cc 'time is an argument' <<<'auto now = std::chrono::system_clock::now();'
refused $layers dhcp/wire/a.cc 'a codec has no clock' <<<'auto now = steady_clock::now();'
refused $layers server/a.cc 'no singletons' <<<'Store::instance().Save();'
refused $layers server/a.cc 'no global variables' <<<'static int counter = 0;'
refused $layers net/a.cc 'finish it' <<<'// TODO: later'
refused $layers tests/core/a_test.cc 'a test is run' <<<'GTEST_SKIP() << "not today";'
passes $layers server/main.cc <<<'#include "dhcp/serve.h"'
passes $layers tests/core/a_test.cc <<<'#include "store/sqlite.h"'
passes $layers core/a.cc <<<'static int Twice(int x) { return 2 * x; }  // not ::now()'
passes $layers store/a.cc <<<'#include <sqlite3.h>'

conformance=check_conformance.sh
refused $conformance docs/conformance-dhcp.md 'run it' <<<'# Yesterday'

size=check_size.sh
refused $size core/a.cc 'a file of 401 lines' < <(lines 401 '// x')
refused $size tests/core/a_test.cc 'a file of 601 lines' < <(lines 601 '// x')
refused $size core/a.cc 'F has 61 lines' < <(around 'int F(int a) {' 59 '  a++;' '}')
refused $size core/a.h 'G has 61 lines' < <(around $'class A {\n int G() const {' 59 '  a++;' $' }\n};')
refused $size tests/core/a_test.cc 'has 61 lines' < <(around 'TEST(A, B) {' 59 '  a++;' '}')
passes $size core/a.cc < <(lines 400 '// x')
passes $size core/a.cc < <(around 'int F(int a) {' 58 '  a++;' '}')
passes $size core/a.cc < <(around 'const Row kRows[] = {' 99 '  {F(1), "}"},' '};')
passes $size core/a.cc < <(around 'const char* kText = R"(int F() {' 99 'x' ')";')
passes $size core/a.cc < <(around 'namespace a {' 99 'int F() { return 1; }' '}')

exit $failed
