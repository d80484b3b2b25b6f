// How a Server comes to be: everything bound, or one clear error.
#include <utility>

#include "base/status.h"
#include "dhcp/serve.h"

namespace pxe::dhcp {
namespace {

constexpr uint16_t kLastPort = 65533;

absl::Status Check(const ServerConfig& config, const net::InterfaceTable& interfaces) {
  if (config.interfaces.empty()) return InvalidArgument("interfaces: DHCP needs at least one");
  if (config.port == 0 || config.port > kLastPort) {
    return InvalidArgument(
        "dhcp-port: must be 1 to 65533; clients and the boot service are on the next ones");
  }
  for (const auto& name : config.interfaces) {
    if (interfaces.Find(name) == nullptr) return NotFound("interface " + name + ": does not exist");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Open(ServerConfig config,
                                                     core::Resolver& resolver) {
  PXE_ASSIGN_OR_RETURN(auto interfaces, net::InterfaceTable::Open());
  PXE_RETURN_IF_ERROR(Check(config, interfaces));
  PXE_ASSIGN_OR_RETURN(auto loop, net::EventLoop::Create());
  net::UdpSocket::Options options;
  options.broadcast = true;
  options.timestamps = true;
  options.receive_buffer_bytes = config.limits.receive_buffer_bytes;
  auto socket = net::UdpSocket::Bind({Ipv4{}, config.port}, options);
  if (!socket.ok()) return Annotate(socket.status(), "DHCP");
  auto boot_service = net::UdpSocket::Bind({Ipv4{}, config.boot_service_port}, options);
  if (!boot_service.ok()) return Annotate(boot_service.status(), "boot service of DHCP");
  std::optional<net::PacketSocket> packet_socket;
  auto opened = net::PacketSocket::Open();
  if (opened.ok()) packet_socket = std::move(*opened);
  std::optional<net::IcmpSocket> icmp;
  auto icmp_opened = net::IcmpSocket::Open();
  if (icmp_opened.ok()) icmp = std::move(*icmp_opened);

  std::unique_ptr<Server> server(new Server(
      std::move(config), resolver, std::move(loop), std::move(interfaces), std::move(*socket),
      std::move(*boot_service), std::move(packet_socket), std::move(icmp)));
  PXE_RETURN_IF_ERROR(server->Watch());
  return server;
}

Server::Server(ServerConfig config, core::Resolver& resolver, std::unique_ptr<net::EventLoop> loop,
               net::InterfaceTable interfaces, net::UdpSocket socket, net::UdpSocket boot_service,
               std::optional<net::PacketSocket> packet_socket, std::optional<net::IcmpSocket> icmp)
    : config_(std::move(config)),
      resolver_(resolver),
      loop_(std::move(loop)),
      interfaces_(std::move(interfaces)),
      socket_(std::move(socket)),
      boot_service_(std::move(boot_service)),
      packet_socket_(std::move(packet_socket)),
      icmp_(std::move(icmp)),
      foreign_({.interfaces = config_.interfaces, .server_port = config_.port}, *loop_, interfaces_,
               resolver_),
      batch_(config_.limits.batch_packets, config_.limits.max_packet_bytes),
      rates_(config_.limits.rates),
      pings_(config_.limits.pings),
      delayed_(config_.limits.max_delayed) {}

absl::Status Server::Watch() {
  PXE_RETURN_IF_ERROR(loop_->Watch(
      interfaces_.fd(),
      [this](net::Readiness) {
        if (!interfaces_.OnReadable()) return;
        routes_.Forget();
        foreign_.Refresh();
      },
      net::EventLoop::Urgency::kFirst));
  for (net::UdpSocket* socket : {&socket_, &boot_service_}) {
    PXE_RETURN_IF_ERROR(
        loop_->Watch(socket->fd(), [this, socket](net::Readiness) { OnReadable(*socket); }));
  }
  foreign_.Refresh();
  if (!icmp_) return absl::OkStatus();
  return loop_->Watch(icmp_->fd(), [this](net::Readiness) { OnEchoes(); });
}

void Server::Run() {
  loop_thread_ = std::this_thread::get_id();
  loop_->Run();
}

void Server::Stop() {
  loop_->Stop();
}

}  // namespace pxe::dhcp
