#include <google/protobuf/util/time_util.h>

#include "api/resource_name.h"
#include "clients/pxeadm/command_line.h"
#include "clients/pxeadm/commands.h"
#include "clients/pxeadm/resource.h"
#include "pxe/v1/lease.grpc.pb.h"
#include "pxe/v1/pool.grpc.pb.h"

namespace pxe::adm {
namespace {

struct LeaseArguments final : Arguments {
  std::string address;
  std::string filter;
  std::string subnet;
};

std::string StateCell(v1::LeaseState state) {
  if (state == v1::LEASE_STATE_BOUND) return "bound";
  if (state == v1::LEASE_STATE_EXPIRED) return "expired";
  if (state == v1::LEASE_STATE_RELEASED) return "released";
  if (state == v1::LEASE_STATE_DECLINED) return "declined";
  return "unknown";
}

struct LeaseApi {
  using Service = v1::LeaseService;
  using Resource = v1::Lease;
  using GetRequest = v1::GetLeaseRequest;
  using ListRequest = v1::ListLeasesRequest;
  using ListResponse = v1::ListLeasesResponse;
  static constexpr std::string_view kCollection = api::kLeases;

  static grpc::Status Get(Service::Stub& stub, grpc::ClientContext* context,
                          const GetRequest& request, v1::Lease* out) {
    return stub.GetLease(context, request, out);
  }
  static grpc::Status List(Service::Stub& stub, grpc::ClientContext* context,
                           const ListRequest& request, ListResponse* out) {
    return stub.ListLeases(context, request, out);
  }
  static auto Items(ListResponse& page) { return page.mutable_leases(); }
  static Row Headline() { return {"ADDRESS", "MAC", "HOST", "STATE", "ENDS", "KIND", "NAME"}; }
  static Row Cells(const v1::Lease& lease) {
    return {lease.address(),
            lease.mac(),
            ShortName(lease.host()),
            StateCell(lease.state()),
            google::protobuf::util::TimeUtil::ToString(lease.end_time()),
            lease.kind(),
            lease.host_name()};
  }
};

absl::Status RunRelease(Session& session, const LeaseArguments& given) {
  const auto stub = v1::LeaseService::NewStub(session.channel());
  v1::ReleaseLeaseRequest request;
  request.set_name(FullName(api::kLeases, given.address));
  google::protobuf::Empty nothing;
  PXE_RETURN_IF_ERROR(session.Call([&](grpc::ClientContext* context) {
    return stub->ReleaseLease(context, request, &nothing);
  }));
  session.err << request.name() << " released\n";
  return absl::OkStatus();
}

void PrintCounts(Session& session, const v1::GetPoolStatisticsResponse& counts) {
  std::vector<Row> rows;
  const auto add = [&rows](const char* what, uint32_t count) {
    rows.push_back({what, std::to_string(count)});
  };
  add("free", counts.free());
  add("offered", counts.offered());
  add("pending", counts.pending());
  add("bound", counts.bound());
  add("resting", counts.resting());
  add("declined", counts.declined());
  add("reserved", counts.reserved());
  add("excluded", counts.excluded());
  add("total", counts.total());
  session.out << RenderTable({"USE", "ADDRESSES"}, rows);
}

absl::Status RunCount(Session& session, const LeaseArguments& given) {
  const auto stub = v1::PoolService::NewStub(session.channel());
  v1::GetPoolStatisticsRequest request;
  request.set_subnet(FullName(api::kSubnets, given.subnet));
  v1::GetPoolStatisticsResponse counts;
  PXE_RETURN_IF_ERROR(session.Call([&](grpc::ClientContext* context) {
    return stub->GetPoolStatistics(context, request, &counts);
  }));
  if (session.format == Format::kJson || session.format == Format::kYaml) {
    return PrintMessage(session, counts);
  }
  PrintCounts(session, counts);
  return absl::OkStatus();
}

}  // namespace

void AddLeaseCommands(CommandLine& line) {
  auto* noun = line.AddNoun("lease", "Addresses granted to machines");
  auto& given = line.Own<LeaseArguments>();
  const auto get = [](Session& session, const LeaseArguments& arguments) {
    return RunGet<LeaseApi>(session, arguments.address);
  };
  const auto list = [](Session& session, const LeaseArguments& arguments) {
    return RunList<LeaseApi>(session, arguments.filter);
  };
  line.AddVerb(noun, "list", "Show all of them", list, given)
      ->add_option("--filter", given.filter, "Conditions: subnet = subnets/lab AND state = BOUND");
  line.AddVerb(noun, "get", "Show the lease of an address", get, given)
      ->add_option("ADDRESS", given.address)
      ->required();
  line.AddVerb(noun, "count", "Count the addresses in the pools of a subnet by their use",
               &RunCount, given)
      ->add_option("SUBNET", given.subnet)
      ->required();
  line.AddVerb(noun, "release", "Take an address back; its machine is not told", &RunRelease, given)
      ->add_option("ADDRESS", given.address)
      ->required();
}

}  // namespace pxe::adm
