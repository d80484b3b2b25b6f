# Building, and the stages of `./dev test` and `./dev lint`. Sourced by ./dev.
# shellcheck shell=bash

# build PRESET [TARGET...]: configures once, builds what has changed. One clone's compiled files
# serve the next clone: ccache is to know paths from the top folder only.
build() {
  local preset=$1
  shift
  export CCACHE_BASEDIR=$here CCACHE_NOHASHDIR=1
  [[ -f build/$preset/build.ninja ]] || cmake --preset "$preset" >"$(log_of "configure-$preset")" ||
    { cat "$(log_of "configure-$preset")"; return 1; }
  local options=()
  [[ -t 1 ]] || options+=(--quiet) # a terminal gets the progress, a log only what is wrong
  ninja -C "build/$preset" "${options[@]}" "$@"
}

log_of() {
  mkdir -p build/log
  echo "build/log/$1.log"
}

# What can be built with the thread sanitizer: Debian's gRPC cannot.
tsan_folders=(base net core store resolver pending dhcp_wire dhcp tftp_wire tftp)
failed_stages=()

# stage NAME COMMAND...: runs it and prints what it took; a failure is kept for the end.
stage() {
  local name=$1 began=$SECONDS took outcome='done'
  shift
  echo "== $name"
  # A command in a condition ignores `set -e`, so it runs in a shell of its own.
  set +e
  (set -e; "$@")
  local code=$?
  set -e
  if ((code != 0)); then
    outcome=FAILED
    failed_stages+=("$name")
  fi
  took=$((SECONDS - began))
  printf '== %s: %s after %d min %02d s\n' "$name" "$outcome" $((took / 60)) $((took % 60))
}

run_stages() {
  rm -rf build/results
  mkdir -p build/results
  stage "build with sanitizers" build asan
  stage "unit and conversation tests" unit_tests asan
  stage "build for release" build release
  stage "namespace tests" python_tests tests/net asan
  stage "machines that boot" python_tests tests/e2e release
  stage "the dev stack" stack_tests
  if [[ ${1:-} == --all ]]; then
    stage "build with the thread sanitizer" build tsan "${tsan_folders[@]/%/_test}"
    stage "tests under it" unit_tests tsan -R "^($(IFS='|' && echo "${tsan_folders[*]}"))\$"
  fi
  local count=0
  say_what_failed || count=1
  "$python" tools/dev/count.py build/results "${failed_stages[@]}" || count=1
  return "$count"
}

say_what_failed() {
  ((${#failed_stages[@]})) || return 0
  local list
  printf -v list ', %s' "${failed_stages[@]}"
  echo "failed: ${list:2}"
  return 1
}

# unit_tests PRESET [CTEST OPTION...]: each test program leaves its counts in build/results/.
unit_tests() {
  local preset=$1
  shift
  GTEST_OUTPUT="json:$here/build/results/$preset/" \
    ctest --test-dir "build/$preset" --output-on-failure --no-tests=error -j "$(nproc)" "$@"
}

# python_tests FOLDER PRESET: the tests of a folder against the programs of a build.
python_tests() {
  as_root env "PXE_BIN=$here/build/$2/bin" "$python" tools/lab/run_tests.py "$1" \
    --result "build/results/$(basename "$1").json"
}

# stack_tests: where no container can run, one line says so, and nothing is proven.
stack_tests() {
  local why
  if ! why=$(need_engine && stack_program --check 2>&1); then
    echo "skipped: the dev stack, ${why##*$'\n'}"
    return
  fi
  python_tests tests/stack release
}

# stack_program FLAG...: as root, unless an engine answers this user.
stack_program() {
  if docker version >/dev/null 2>&1; then
    "$python" tools/stack.py "$@"
  else
    as_root "$python" tools/stack.py "$@"
  fi
}

cpp_files() {
  git ls-files -z --cached --others --exclude-standard '*.cc' '*.h'
}

bash_files() { # those that are run; what they source is checked with them
  git grep -lzE --untracked '^#!(/usr/bin/env bash|/bin/(ba)?sh)' -- . ':!*.md' ':!*.py'
}

check_format() {
  cpp_files | xargs -0 clang-format-14 --dry-run -Werror
}

check_shell() {
  bash_files | xargs -0 shellcheck -x -a
}

check_tidy() {
  build asan pxe_proto # generated headers, and the list of compile commands
  "$python" tools/dev/tidy.py build/asan
}

lint() {
  stage format check_format
  stage layers tools/check_layers.sh
  stage sizes tools/check_size.sh
  stage "checks that can fail" tools/check_selftest.sh
  stage "conformance page" tools/check_conformance.sh
  stage shellcheck check_shell
  stage clang-tidy check_tidy
  say_what_failed
}
