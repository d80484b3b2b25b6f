// BatchUpsertHosts through gRPC on a unix socket: 100,000 hosts with a label and a reserved
// address, created, and then replaced: by the same, with another label, with another address. Each
// batch is durable and in the catalog before it is answered.
//
// Files lie in $TMPDIR.
#include <benchmark/benchmark.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "server/api_server.h"
#include "server/host_batch.h"
#include "server/host_service.h"
#include "store/state_dir.h"
#include "tests/support/temp_dir.h"

namespace pxe::server {
namespace {

constexpr uint32_t kHosts = 100'000;
constexpr uint32_t kBatches = kHosts / kMaxBatch;

// What a second round brings.
enum class Round : uint8_t { kNew, kSame, kOtherLabel, kOtherAddress };

v1::BatchUpsertHostsRequest BatchOf(uint32_t batch, Round round) {
  const uint32_t first_rack = round == Round::kOtherLabel ? 1 : 0;
  const uint32_t first_address = round == Round::kOtherAddress ? 0x0a800100 : 0x0a000100;
  v1::BatchUpsertHostsRequest request;
  for (uint32_t i = 0; i < kMaxBatch; ++i) {
    const uint32_t n = batch * kMaxBatch + i;
    v1::Host& host = *request.add_hosts();
    host.set_name(absl::StrFormat("hosts/node-%d", n));
    v1::Nic& nic = *host.add_nics();
    nic.set_mac(absl::StrFormat("52:54:00:%02x:%02x:%02x", n >> 16, n >> 8 & 0xff, n & 0xff));
    nic.set_address(Ipv4{first_address + n}.ToString());
    (*host.mutable_labels())["rack"] = std::to_string(first_rack + n / 40);
  }
  return request;
}

// A control plane with one subnet, large enough for all.
struct Plane {
  TempDir scratch;
  store::StateDir dir = *store::StateDir::Open(scratch.path() / "state");
  SystemClock clock;
  LiveState state;
  std::unique_ptr<store::Reader> history = *store::Reader::Open(dir.db());
  core::Subnet subnet = [this] {
    core::Subnet lab;
    lab.id = "lab";
    lab.cidr = *ParseIpv4Prefix("10.0.0.0/8");
    return *store::InsertSubnet(dir.db(), lab, clock.Now());
  }();
  store::Writer writer{dir.db()};
  ControlPlane plane{state, writer, clock, *history};
  HostService hosts{plane};
  std::vector<grpc::Service*> services{&hosts};
  std::unique_ptr<ApiServer> server = *ApiServer::Start(
      std::vector<std::string>{"unix:" + (scratch.path() / "s").string()}, {}, services);
};

bool UpsertAll(v1::HostService::Stub& stub, const std::vector<v1::BatchUpsertHostsRequest>& all) {
  for (const auto& request : all) {
    grpc::ClientContext context;
    v1::BatchUpsertHostsResponse response;
    if (!stub.BatchUpsertHosts(&context, request, &response).ok()) return false;
  }
  return true;
}

std::vector<v1::BatchUpsertHostsRequest> AllOf(Round round) {
  std::vector<v1::BatchUpsertHostsRequest> all;
  for (uint32_t batch = 0; batch < kBatches; ++batch) all.push_back(BatchOf(batch, round));
  return all;
}

void HostsUpserted(benchmark::State& state, Round round) {
  const auto all = AllOf(round);
  Plane plane;
  plane.state.Apply(plane.subnet);
  const auto stub = v1::HostService::NewStub(
      grpc::CreateChannel(plane.server->addresses().front(), grpc::InsecureChannelCredentials()));
  if (round != Round::kNew && !UpsertAll(*stub, AllOf(Round::kNew))) {
    state.SkipWithError("refused");
  }
  for (auto _ : state) {
    if (!UpsertAll(*stub, all)) state.SkipWithError("refused");
  }
  state.SetItemsProcessed(state.iterations() * kHosts);
}

void Once(benchmark::internal::Benchmark* bench) {
  bench->Unit(benchmark::kMillisecond)->Iterations(1)->UseRealTime();
}
BENCHMARK_CAPTURE(HostsUpserted, created, Round::kNew)->Apply(Once);
BENCHMARK_CAPTURE(HostsUpserted, same, Round::kSame)->Apply(Once);
BENCHMARK_CAPTURE(HostsUpserted, other_label, Round::kOtherLabel)->Apply(Once);
BENCHMARK_CAPTURE(HostsUpserted, other_address, Round::kOtherAddress)->Apply(Once);

}  // namespace
}  // namespace pxe::server
