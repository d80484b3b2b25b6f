// What tftp_load and dhcp_load have in common around their loads: flags before, one JSON object
// after, and an exit code. 0: all answers were right. 1: one was wrong. 2: it could not be run, and
// standard error says why.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "bench/load_histogram.h"

namespace pxe::bench {

// Reads the flags that `app` has, then runs the load, which returns the number of wrong answers.
int RunLoad(CLI::App& app, int argc, char** argv,
            const std::function<absl::StatusOr<uint64_t>()>& load);

// Of this process so far, kernel included.
double CpuSeconds();

// As a member of a JSON object: "NAME":{"p50":0.1,"p99":0.2,"max":0.3}
std::string Json(std::string_view name, const Durations& durations);

}  // namespace pxe::bench
