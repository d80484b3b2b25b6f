#include "net/packet_listener.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/status.h"

namespace pxe::net {
namespace {

constexpr uint16_t kUdpProtocol = 17;
constexpr uint16_t kFragmentOffset = 0x1fff;

// Offsets are from the IP header: a cooked socket (SOCK_DGRAM) sees no link header.
absl::Status Attach(int fd, const Wanted& wanted) {
  // The last two numbers of a jump are how many to skip where the test holds, and where it fails.
  std::array<sock_filter, 13> program{{
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kUdpProtocol, 0, 10),
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, kFragmentOffset, 8, 0),
      BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),  // X: length of the IP header
      BPF_STMT(BPF_LD | BPF_H | BPF_IND, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, wanted.source_port, 0, 5),
      BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, wanted.destination_port, 0, 3),
      BPF_STMT(BPF_LD | BPF_B | BPF_IND, 8),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, wanted.first_byte, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0xffff),
      BPF_STMT(BPF_RET | BPF_K, 0),
  }};
  const sock_fprog filter{.len = program.size(), .filter = program.data()};
  if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) != 0) {
    return FromErrno(errno, "filtering a packet socket");
  }
  return absl::OkStatus();
}

absl::Status SetOption(int fd, int option) {
  constexpr int kOn = 1;
  if (setsockopt(fd, SOL_PACKET, option, &kOn, sizeof kOn) == 0) return absl::OkStatus();
  return FromErrno(errno, "setting up a packet socket");
}

absl::Status BindTo(int fd, int interface_index) {
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_IP);
  address.sll_ifindex = interface_index;
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    return absl::OkStatus();
  }
  return FromErrno(errno, "binding a packet socket");
}

bool HasChecksum(msghdr& message) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_PACKET || part->cmsg_type != PACKET_AUXDATA) continue;
    tpacket_auxdata data;
    std::memcpy(&data, CMSG_DATA(part), sizeof data);
    return (data.tp_status & TP_STATUS_CSUMNOTREADY) == 0;
  }
  return true;
}

}  // namespace

absl::StatusOr<PacketListener> PacketListener::Open(int interface_index, const Wanted& wanted) {
  // Protocol 0, so that nothing is received before the filter is there and the socket bound.
  UniqueFd fd(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return FromErrno(errno, "opening a packet socket");
  PXE_RETURN_IF_ERROR(Attach(fd.get(), wanted));
  PXE_RETURN_IF_ERROR(SetOption(fd.get(), PACKET_AUXDATA));
  PXE_RETURN_IF_ERROR(SetOption(fd.get(), PACKET_IGNORE_OUTGOING));
  PXE_RETURN_IF_ERROR(BindTo(fd.get(), interface_index));
  return PacketListener(std::move(fd));
}

std::optional<PacketListener::Heard> PacketListener::Receive(std::span<uint8_t> buffer) {
  iovec bytes{buffer.data(), buffer.size()};
  alignas(cmsghdr) std::array<uint8_t, CMSG_SPACE(sizeof(tpacket_auxdata))> control;
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t size = ::recvmsg(fd_.get(), &message, 0);
  if (size < 0) return std::nullopt;
  return Heard{.packet = buffer.first(static_cast<size_t>(size)),
               .checksum_ready = HasChecksum(message)};
}

}  // namespace pxe::net
