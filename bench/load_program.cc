#include "bench/load_program.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdio>

#include "absl/strings/str_format.h"
#include "base/status.h"

namespace pxe::bench {
namespace {

constexpr int kExitWrong = 1;
constexpr int kExitNotRun = 2;

}  // namespace

int RunLoad(CLI::App& app, int argc, char** argv,
            const std::function<absl::StatusOr<uint64_t>()>& load) {
  CLI11_PARSE(app, argc, argv);
  // Of waits: the default of 50 us is as much as what is measured here.
  prctl(PR_SET_TIMERSLACK, 1);
  const auto wrong = load();
  if (wrong.ok()) return *wrong == 0 ? 0 : kExitWrong;
  std::fprintf(stderr, "%s: %s\n", app.get_name().c_str(), MessageOf(wrong.status()).c_str());
  return kExitNotRun;
}

double CpuSeconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

std::string Json(std::string_view name, const Durations& durations) {
  return absl::StrFormat(R"("%s":{"p50":%.4f,"p99":%.4f,"max":%.4f})", name,
                         durations.PercentileMs(50), durations.PercentileMs(99),
                         durations.max_ms());
}

}  // namespace pxe::bench
