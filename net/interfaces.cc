#include "net/interfaces.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <memory>
#include <span>

#include "base/status.h"

namespace pxe::net {
namespace {

Ipv4 Ipv4Of(const sockaddr* address) {
  sockaddr_in in{};
  std::memcpy(&in, address, sizeof in);
  return {ntohl(in.sin_addr.s_addr)};
}

// Six bytes or nothing: an InfiniBand address has twenty.
MacAddress MacOf(const sockaddr* address) {
  sockaddr_ll link{};
  std::memcpy(&link, address, sizeof link);
  MacAddress mac;
  if (link.sll_halen == mac.bytes.size()) std::copy_n(link.sll_addr, 6, mac.bytes.begin());
  return mac;
}

int MtuOf(int any_socket, const std::string& name) {
  ifreq request{};
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  return ::ioctl(any_socket, SIOCGIFMTU, &request) == 0 ? request.ifr_mtu : 1500;
}

Interface& Entry(std::vector<Interface>& interfaces, const ifaddrs& entry) {
  const auto found =
      std::ranges::find(interfaces, std::string_view(entry.ifa_name), &Interface::name);
  if (found != interfaces.end()) return *found;
  Interface added;
  added.name = entry.ifa_name;
  added.index = static_cast<int>(::if_nametoindex(entry.ifa_name));
  added.loopback = (entry.ifa_flags & IFF_LOOPBACK) != 0;
  return interfaces.emplace_back(std::move(added));
}

void TakeAddress(Interface& interface, const ifaddrs& entry) {
  if (entry.ifa_addr == nullptr) return;
  if (entry.ifa_addr->sa_family == AF_PACKET) interface.mac = MacOf(entry.ifa_addr);
  if (entry.ifa_addr->sa_family != AF_INET || entry.ifa_netmask == nullptr) return;
  const Ipv4 address = Ipv4Of(entry.ifa_addr);
  const uint32_t mask = Ipv4Of(entry.ifa_netmask).value;
  interface.addresses.push_back({address, {{address.value & mask}, std::popcount(mask)}});
}

}  // namespace

bool Interface::Has(Ipv4 address) const {
  return std::ranges::find(addresses, address, &Address::address) != addresses.end();
}

absl::StatusOr<std::vector<Interface>> ListInterfaces() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return FromErrno(errno, "listing the network interfaces");
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, ::freeifaddrs);
  std::vector<Interface> interfaces;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    // An address with a label ("eth0:1") is one of its interface's.
    ifaddrs plain = *entry;
    std::string name(entry->ifa_name);
    name.resize(std::min(name.size(), name.find(':')));
    plain.ifa_name = name.data();
    TakeAddress(Entry(interfaces, plain), plain);
  }
  const UniqueFd any(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  for (Interface& interface : interfaces) interface.mtu = MtuOf(any.get(), interface.name);
  return interfaces;
}

absl::StatusOr<InterfaceTable> InterfaceTable::Open() {
  UniqueFd changes(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
  if (!changes.valid()) return FromErrno(errno, "opening a netlink socket");
  sockaddr_nl local{};
  local.nl_family = AF_NETLINK;
  local.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE;
  if (::bind(changes.get(), reinterpret_cast<const sockaddr*>(&local), sizeof local) != 0) {
    return FromErrno(errno, "subscribing to changes of network interfaces");
  }
  // After the subscription: what changes in between is read twice rather than missed.
  PXE_ASSIGN_OR_RETURN(auto interfaces, ListInterfaces());
  return InterfaceTable(std::move(changes), std::move(interfaces));
}

bool InterfaceTable::OnReadable() {
  std::array<char, 8192> buffer{};
  bool changed = false;
  while (true) {
    const ssize_t got = ::recv(changes_.get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    // ENOBUFS: messages were lost, which is a change too.
    if (got < 0 && errno != ENOBUFS) break;
    changed = true;
  }
  if (!changed) return false;
  auto interfaces = ListInterfaces();
  if (interfaces.ok()) interfaces_ = std::move(*interfaces);
  return interfaces.ok();
}

const Interface* InterfaceTable::Find(int index) const {
  const auto found = std::ranges::find(interfaces_, index, &Interface::index);
  return found != interfaces_.end() ? &*found : nullptr;
}

const Interface* InterfaceTable::Find(std::string_view name) const {
  const auto found = std::ranges::find(interfaces_, name, &Interface::name);
  return found != interfaces_.end() ? &*found : nullptr;
}

bool InterfaceTable::IsOurs(Ipv4 address) const {
  return std::ranges::any_of(interfaces_,
                             [&](const Interface& interface) { return interface.Has(address); });
}

}  // namespace pxe::net
