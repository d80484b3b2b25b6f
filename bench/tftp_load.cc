// tftp_load: so many clients fetch a file, or each its boot config; prints what became of them and
// how long it took. A byte or an option that is wrong is a wrong answer (load_program.h).
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "bench/load_program.h"
#include "bench/tftp_load_crowd.h"

namespace pxe::bench {
namespace {

struct Flags {
  CrowdPlan plan;
  std::string server;
  std::string own;
  std::string file;
  uint64_t bytes = 0;
  std::string text;
  std::string make;
  uint32_t patience_ms = 1000;
};

void AddFlags(CLI::App& app, Flags& flags) {
  CrowdPlan& plan = flags.plan;
  app.add_option("--server", flags.server, "its address");
  app.add_option("--from", flags.own, "an address of this machine");
  app.add_option("--file", flags.file, "all fetch this file");
  app.add_option("--bytes", flags.bytes, "the size of the file");
  app.add_option("--configs", flags.text, "each fetches pxelinux.cfg/01-MAC, this text with @MAC@");
  app.add_option("--make", flags.make, "only write a file of --bytes, which --file expects, here");
  app.add_option("--first", plan.first, "the number of the first machine, 52:54:00 and that");
  app.add_option("--fetches", plan.fetches)->check(CLI::Range(1u, 16'000'000u));
  app.add_option("--at-once", plan.at_once, "clients")->check(CLI::Range(1u, 60'000u));
  app.add_option("--block", plan.asked.block_bytes, "ask for blksize")->check(CLI::Range(8, 65464));
  app.add_option("--window", plan.asked.window_blocks, "ask for windowsize")
      ->check(CLI::Range(1, 65535));
  app.add_flag("--tsize", plan.asked.size, "ask for tsize");
  app.add_option("--patience-ms", flags.patience_ms, "with a server that says nothing");
  app.add_option("--tries", plan.tries)->check(CLI::Range(1u, 100u));
}

absl::StatusOr<std::string> ReadText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in || text.empty()) return InvalidArgument("cannot read " + path);
  return text;
}

absl::StatusOr<Wanted> WantedOf(const Flags& flags) {
  if (!flags.file.empty()) return Wanted::File(flags.file, flags.bytes);
  PXE_ASSIGN_OR_RETURN(std::string text, ReadText(flags.text));
  return Wanted::Configs(std::move(text));
}

void Print(const CrowdResult& result, double cpu_seconds) {
  std::printf(
      "%s\n",
      absl::StrFormat(
          R"({"done":%d,"refused":%d,"given_up":%d,"wrong":%d,"timeouts":%d,"strays":%d,)"
          R"("repeated":%d,"gaps":%d,"bytes":%d,"block_bytes":%d,"window_blocks":%d,)"
          R"("seconds":%.6f,"client_cpu_seconds":%.4f,%s})",
          result.done, result.refused, result.given_up, result.wrong, result.timeouts,
          result.strays, result.tally.repeated, result.tally.gaps, result.bytes, result.block_bytes,
          result.window_blocks, result.seconds, cpu_seconds, Json("fetch_ms", result.fetch))
          .c_str());
}

absl::Status Make(const Flags& flags) {
  const auto bytes = Pattern().First(flags.bytes);
  std::ofstream out(flags.make, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  return out.flush() ? absl::OkStatus() : InvalidArgument("cannot write " + flags.make);
}

absl::StatusOr<uint64_t> Run(Flags& flags) {
  if (!flags.make.empty()) {
    PXE_RETURN_IF_ERROR(Make(flags));
    return uint64_t{0};
  }
  PXE_ASSIGN_OR_RETURN(flags.plan.server, ParseIpv4(flags.server));
  PXE_ASSIGN_OR_RETURN(flags.plan.own, ParseIpv4(flags.own));
  flags.plan.patience = std::chrono::milliseconds(flags.patience_ms);
  PXE_ASSIGN_OR_RETURN(const Wanted wanted, WantedOf(flags));
  PXE_ASSIGN_OR_RETURN(Crowd crowd, Crowd::Open(flags.plan, wanted));
  const double before = CpuSeconds();
  const CrowdResult result = crowd.Run();
  Print(result, CpuSeconds() - before);
  return result.wrong;
}

int Main(int argc, char** argv) {
  CLI::App app("TFTP clients by the thousand", "tftp_load");
  Flags flags;
  AddFlags(app, flags);
  return RunLoad(app, argc, argv, [&flags] { return Run(flags); });
}

}  // namespace
}  // namespace pxe::bench

int main(int argc, char** argv) {
  return pxe::bench::Main(argc, argv);
}
