// Whole exchanges per second, DISCOVER to durable ACK, through the real resolver, lease book,
// writer and a database on disk: asked in this process, and over the stream on a unix socket.
//
// `clients` ask at once, as data planes do: on a thread of their own, what is ready in batches of
// 64. Files lie in $TMPDIR; its disk decides the figures of few clients.
#include <benchmark/benchmark.h>

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/status.h"
#include "clients/control/remote_resolver.h"
#include "server/api_server.h"
#include "server/dataplane_service.h"
#include "server/live_state.h"
#include "server/resolver.h"
#include "store/state_dir.h"
#include "store/writer.h"
#include "tests/support/temp_dir.h"

namespace pxe {
namespace {

constexpr uint64_t kExchanges = 5000;  // of one iteration, each by a client of its own
constexpr size_t kBatch = 64;
constexpr Ipv4 kServer{0x0a000001};

// A control plane with one large subnet.
class Plane {
 public:
  Plane() {
    core::Subnet subnet;
    subnet.id = "lab";
    subnet.cidr = *ParseIpv4Prefix("10.0.0.0/16");
    subnet.pools = {*ParseIpv4Range("10.0.1.0-10.0.200.255")};
    subnet.edge_addresses = true;
    state_.Apply(subnet);
  }
  ~Plane() { writer_.Stop(); }
  server::Resolver& resolver() { return resolver_; }
  const std::filesystem::path& folder() const { return scratch_.path(); }

 private:
  TempDir scratch_;
  store::StateDir dir_ = *store::StateDir::Open(scratch_.path());
  server::LiveState state_;
  const SystemClock clock_;
  store::Writer writer_{dir_.db()};
  server::Resolver resolver_{
      state_,      writer_, clock_, [](const core::BootEvent&) {}, [](const core::Host&) {},
      std::nullopt};
};

// Clients that boot, so many at a time; the loop of a data plane without its sockets.
class Clients final : public core::DhcpAnswerSink {
 public:
  explicit Clients(core::Resolver& resolver) : resolver_(resolver) {}

  void OnDhcpAnswers(std::vector<core::TaggedDhcpAnswer> answers) override {
    const std::lock_guard lock(mutex_);
    for (auto& answer : answers) answers_.push_back(std::move(answer));
    ready_.notify_one();
  }

  // Returns how many of `count` exchanges ended with silence or a refusal.
  uint64_t Run(uint64_t count, uint64_t at_once) {
    uint64_t begun = 0;
    uint64_t failed = 0;
    for (; begun < at_once; ++begun) Ask(Discover(begun));
    SendRest();
    for (uint64_t ended = 0; ended < count;) {
      for (const auto& [client, answer] : TakeAnswers()) {
        const auto* grant = std::get_if<core::DhcpGrant>(&answer);
        if (grant != nullptr && !BindsAddress(grant->kind)) {
          Ask(Request(client, grant->address));
          continue;
        }
        failed += grant == nullptr ? 1 : 0;
        ++ended;
        if (begun < count) Ask(Discover(begun++));
      }
      SendRest();
    }
    return failed;
  }

 private:
  static core::DhcpQuestion Discover(uint64_t client) {
    const MacAddress mac{
        {0x52, 0x54, 0, 0, static_cast<uint8_t>(client >> 8), static_cast<uint8_t>(client)}};
    return {.tag = client,
            .message = core::DhcpMessage::kDiscover,
            .client = HardwareAddress::Of(mac),
            .facts = {.vendor_class = "PXEClient:Arch:00007:UNDI:003016", .architectures = {7}},
            .client_id = std::vector<uint8_t>(17, 1),
            .local_addresses = {kServer}};
  }
  static core::DhcpQuestion Request(uint64_t client, Ipv4 address) {
    core::DhcpQuestion question = Discover(client);
    question.message = core::DhcpMessage::kRequest;
    question.requested = address;
    question.server_id = kServer;
    return question;
  }
  void Ask(core::DhcpQuestion question) {
    batch_.push_back(std::move(question));
    if (batch_.size() == kBatch) SendRest();
  }
  void SendRest() {
    if (!batch_.empty()) resolver_.ResolveDhcp(std::exchange(batch_, {}), *this);
  }
  std::vector<core::TaggedDhcpAnswer> TakeAnswers() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return !answers_.empty(); });
    return std::exchange(answers_, {});
  }

  core::Resolver& resolver_;
  std::vector<core::DhcpQuestion> batch_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::vector<core::TaggedDhcpAnswer> answers_;
};

void Measure(benchmark::State& state, core::Resolver& resolver) {
  Clients clients(resolver);
  for (auto _ : state) {
    if (clients.Run(kExchanges, static_cast<uint64_t>(state.range(0))) != 0) {
      state.SkipWithError("an exchange failed");
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kExchanges));
}

void InThisProcess(benchmark::State& state) {
  Plane plane;
  Measure(state, plane.resolver());
}
BENCHMARK(InThisProcess)
    ->ArgName("clients")
    ->Arg(1)
    ->Arg(64)
    ->Arg(256)
    ->Arg(1024)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void OverTheStream(benchmark::State& state) {
  Plane plane;
  server::DataPlaneService service(plane.resolver());
  const std::vector<std::string> listen{"unix:" + (plane.folder() / "pxed.sock").string()};
  const std::vector<grpc::Service*> services{&service};
  const auto server = server::ApiServer::Start(listen, {}, services);
  {
    std::mutex mutex;
    std::condition_variable changed;
    bool there = false;
    control::RemoteResolver remote(listen[0], {.on_change =
                                                   [&](bool now, std::string_view) {
                                                     const std::lock_guard lock(mutex);
                                                     there = now;
                                                     changed.notify_one();
                                                   },
                                               .on_event = {}});
    {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return there; });
    }
    Measure(state, remote);
  }
  service.Stop();
  (*server)->Shutdown(std::chrono::seconds{5});
}
BENCHMARK(OverTheStream)
    ->ArgName("clients")
    ->Arg(1)
    ->Arg(64)
    ->Arg(256)
    ->Arg(1024)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pxe
