// dhcp_null: the least that answers DHCP and keeps the law: a ceiling to measure servers against.
//
// Every client has the address of its number (bench/dhcp_load_packets.h). OFFERs leave at once;
// what else lies in the socket is one record each in a preallocated file, one fdatasync, then all
// ACKs. It reads no options, knows no subnets and forgets everything. Usage: dhcp_null ADDRESS
// FIRST FILE: our address, that of client 0, the log.
#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "base/byte_reader.h"
#include "base/status.h"
#include "dhcp/wire/packet.h"
#include "net/unique_fd.h"

namespace pxe::bench {
namespace {

using dhcp::wire::MessageType;
using dhcp::wire::OptionCode;

constexpr size_t kBatch = 256;
constexpr size_t kMaxBytes = 2048;
constexpr size_t kAnswerBytes = 342;
constexpr size_t kRecordBytes = 128;  // as a lease's row, or thereabouts
constexpr off_t kLogBytes = 64 << 20;
constexpr int kReceiveBuffer = 32 << 20;
constexpr size_t kTypeAt = 242;  // option 53 is the first of every packet of dhcp_load

class NullServer {
 public:
  NullServer(net::UniqueFd socket, net::UniqueFd log, Ipv4 own, Ipv4 first)
      : socket_(std::move(socket)), log_(std::move(log)), first_(first) {
    offer_ = Answer(MessageType::kOffer, own);
    ack_ = Answer(MessageType::kAck, own);
    for (size_t i = 0; i < kBatch; ++i) {
      in_vectors_[i] = {.iov_base = in_[i].data(), .iov_len = kMaxBytes};
      in_headers_[i].msg_hdr.msg_iov = &in_vectors_[i];
      in_headers_[i].msg_hdr.msg_iovlen = 1;
      in_headers_[i].msg_hdr.msg_name = &peers_[i];
    }
  }

  [[noreturn]] void Run() {
    while (true) {
      for (auto& header : in_headers_) header.msg_hdr.msg_namelen = sizeof(sockaddr_in);
      const int count =
          ::recvmmsg(socket_.get(), in_headers_.data(), kBatch, MSG_WAITFORONE, nullptr);
      const size_t received = static_cast<size_t>(std::max(count, 0));
      SendAnswers(received, MessageType::kDiscover, offer_);
      if (Record(received)) SendAnswers(received, MessageType::kRequest, ack_);
    }
  }

 private:
  using Bytes = std::array<uint8_t, kMaxBytes>;

  static std::vector<uint8_t> Answer(MessageType type, Ipv4 own) {
    dhcp::wire::Packet packet;
    packet.op = dhcp::wire::kBootReply;
    packet.options.AddU8(OptionCode::kMessageType, static_cast<uint8_t>(type));
    packet.options.AddAddress(OptionCode::kServerId, own);
    packet.options.AddU32(OptionCode::kLeaseTime, 3600);
    packet.options.AddAddress(OptionCode::kSubnetMask, {0xfff00000});
    std::vector<uint8_t> bytes = dhcp::wire::SerializePacket(packet);
    bytes.resize(kAnswerBytes);
    return bytes;
  }

  bool Asks(size_t i, MessageType type) const {
    return in_headers_[i].msg_len > kTypeAt && in_[i][kTypeAt] == static_cast<uint8_t>(type);
  }

  void SendAnswers(size_t received, MessageType to, const std::vector<uint8_t>& answer) {
    size_t count = 0;
    for (size_t i = 0; i < received; ++i) {
      if (!Asks(i, to)) continue;
      Fill(answer, in_[i], out_[count]);
      out_vectors_[count] = {.iov_base = out_[count].data(), .iov_len = kAnswerBytes};
      out_headers_[count].msg_hdr = {};
      out_headers_[count].msg_hdr.msg_name = Target(i);
      out_headers_[count].msg_hdr.msg_namelen = sizeof(sockaddr_in);
      out_headers_[count].msg_hdr.msg_iov = &out_vectors_[count];
      out_headers_[count].msg_hdr.msg_iovlen = 1;
      ++count;
    }
    for (size_t done = 0; done < count;) {
      const int sent = ::sendmmsg(socket_.get(), out_headers_.data() + done,
                                  static_cast<unsigned>(count - done), 0);
      done += static_cast<size_t>(std::max(sent, 1));
    }
  }

  // xid, flags, giaddr and chaddr are the client's; its number is the end of its MAC address.
  void Fill(const std::vector<uint8_t>& answer, const Bytes& asked, Bytes& out) const {
    std::memcpy(out.data(), answer.data(), kAnswerBytes);
    std::memcpy(out.data() + 4, asked.data() + 4, 8);
    std::memcpy(out.data() + 24, asked.data() + 24, 20);
    const uint32_t number = ByteReader(std::span(asked).subspan(30, 4)).U32();
    const uint32_t address = htonl(first_.value + number);
    std::memcpy(out.data() + 16, &address, sizeof address);
  }

  // The relay, or all machines on the wire.
  sockaddr_in* Target(size_t i) {
    const uint32_t giaddr = ByteReader(std::span(in_[i]).subspan(24, 4)).U32();
    if (giaddr == 0) {
      peers_[i].sin_port = htons(68);
      peers_[i].sin_addr.s_addr = INADDR_BROADCAST;
    }
    return &peers_[i];
  }

  bool Record(size_t received) {
    size_t bytes = 0;
    for (size_t i = 0; i < received; ++i) {
      if (!Asks(i, MessageType::kRequest)) continue;
      std::memcpy(records_.data() + bytes, in_[i].data(), kRecordBytes);
      bytes += kRecordBytes;
    }
    if (bytes == 0) return false;
    if (written_ + static_cast<off_t>(bytes) > kLogBytes) written_ = 0;
    const bool done =
        ::pwrite(log_.get(), records_.data(), bytes, written_) == static_cast<ssize_t>(bytes) &&
        ::fdatasync(log_.get()) == 0;
    written_ += static_cast<off_t>(bytes);
    return done;
  }

  net::UniqueFd socket_;
  net::UniqueFd log_;
  Ipv4 first_;
  off_t written_ = 0;
  std::vector<uint8_t> offer_;
  std::vector<uint8_t> ack_;
  std::array<Bytes, kBatch> in_{};
  std::array<iovec, kBatch> in_vectors_{};
  std::array<mmsghdr, kBatch> in_headers_{};
  std::array<sockaddr_in, kBatch> peers_{};
  std::array<Bytes, kBatch> out_{};
  std::array<iovec, kBatch> out_vectors_{};
  std::array<mmsghdr, kBatch> out_headers_{};
  std::array<uint8_t, kBatch * kRecordBytes> records_{};
};

absl::StatusOr<net::UniqueFd> OpenSocket() {
  net::UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const int yes = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof kReceiveBuffer);
  sockaddr_in own{};
  own.sin_family = AF_INET;
  own.sin_port = htons(67);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) {
    return FromErrno(errno, "binding UDP port 67");
  }
  return fd;
}

absl::StatusOr<net::UniqueFd> OpenLog(const std::string& path) {
  net::UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd.valid()) return FromErrno(errno, path);
  const std::vector<uint8_t> zeros(1 << 20);
  for (off_t at = 0; at < kLogBytes; at += static_cast<off_t>(zeros.size())) {
    if (::pwrite(fd.get(), zeros.data(), zeros.size(), at) < 0) return FromErrno(errno, path);
  }
  if (::fdatasync(fd.get()) != 0) return FromErrno(errno, path);
  return fd;
}

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "dhcp_null: %s\n", MessageOf(status).c_str());
  return 2;
}

int Main(int argc, char** argv) {
  if (argc != 4) return Fail(InvalidArgument("usage: dhcp_null ADDRESS FIRST FILE"));
  const auto own = ParseIpv4(argv[1]);
  const auto first = ParseIpv4(argv[2]);
  if (!own.ok() || !first.ok()) return Fail(InvalidArgument("expected two addresses"));
  auto socket = OpenSocket();
  if (!socket.ok()) return Fail(socket.status());
  auto log = OpenLog(argv[3]);
  if (!log.ok()) return Fail(log.status());
  std::puts("ready");
  std::fflush(stdout);
  std::make_unique<NullServer>(*std::move(socket), *std::move(log), *own, *first)->Run();
}

}  // namespace
}  // namespace pxe::bench

int main(int argc, char** argv) {
  return pxe::bench::Main(argc, argv);
}
