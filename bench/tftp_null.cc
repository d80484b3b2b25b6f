// tftp_null: the least that serves TFTP: a ceiling to measure servers against.
//
// One socket, batches in, one sendmmsg for all that a batch asks for, and each window one message
// that the kernel cuts (UDP_SEGMENT), straight from memory. It knows the files it is given, and
// boot configs that are one text with the address of the machine in it; it has no timers, for
// clients repeat their last word, and believes every ACK. Usage: tftp_null TEXT FILE...
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/status.h"
#include "bench/tftp_load_content.h"
#include "net/unique_fd.h"
#include "tftp/wire/packet.h"

namespace pxe::bench {
namespace {

namespace wire = tftp::wire;

constexpr size_t kBatch = 64;
constexpr size_t kMaxRequestBytes = 1024;
constexpr size_t kMaxSegments = 64;
constexpr size_t kMaxMessageBytes = 65'507;
constexpr uint64_t kMaxWindow = 64;
constexpr int kReceiveBuffer = 32 << 20;

struct Session {
  std::string text;  // of a boot config
  std::string_view content;
  uint16_t block_bytes = 512;
  uint16_t window = 1;
  uint64_t acknowledged = 0;
};

// Messages until they are sent, and the headers and pieces they are made of.
class Outbox {
 public:
  explicit Outbox(int fd) : fd_(fd) {}

  void AddPacket(const sockaddr_in& to, const std::vector<uint8_t>& bytes) {
    Message& message = Next(to);
    message.packet = bytes;
    message.pieces[0] = {.iov_base = message.packet.data(), .iov_len = message.packet.size()};
    headers_[used_ - 1].msg_hdr.msg_iovlen = 1;
  }

  // `count` blocks of `session` behind the acknowledged ones.
  void AddWindow(const sockaddr_in& to, const Session& session, uint64_t first, uint64_t count) {
    const size_t frame = wire::kDataHeaderBytes + session.block_bytes;
    const uint64_t most = std::clamp<uint64_t>(kMaxMessageBytes / frame, 1, kMaxSegments);
    while (count > 0) {
      const uint64_t now = std::min(most, count);
      AddBlocks(to, session, first, now);
      first += now;
      count -= now;
    }
  }

  void Flush() {
    for (size_t done = 0; done < used_;) {
      const int sent =
          ::sendmmsg(fd_, headers_.data() + done, static_cast<unsigned>(used_ - done), 0);
      done += static_cast<size_t>(std::max(sent, 1));
    }
    used_ = 0;
  }

 private:
  struct Message {
    sockaddr_in to;
    std::vector<uint8_t> packet;
    std::array<std::array<uint8_t, wire::kDataHeaderBytes>, kMaxSegments> block_headers;
    std::array<iovec, 2 * kMaxSegments> pieces;
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(uint16_t))> control;
  };

  Message& Next(const sockaddr_in& to) {
    if (used_ == kBatch) Flush();
    Message& message = messages_[used_];
    message.to = to;
    msghdr& header = headers_[used_].msg_hdr;
    header = {};
    header.msg_name = &message.to;
    header.msg_namelen = sizeof message.to;
    header.msg_iov = message.pieces.data();
    ++used_;
    return message;
  }

  void AddBlocks(const sockaddr_in& to, const Session& session, uint64_t first, uint64_t count) {
    Message& message = Next(to);
    msghdr& header = headers_[used_ - 1].msg_hdr;
    for (uint64_t i = 0; i < count; ++i) {
      auto& block = message.block_headers[i];
      wire::WriteDataHeader(static_cast<uint16_t>(first + i), block);
      const auto bytes =
          session.content.substr((first + i - 1) * session.block_bytes, session.block_bytes);
      message.pieces[2 * i] = {.iov_base = block.data(), .iov_len = block.size()};
      message.pieces[2 * i + 1] = {.iov_base = const_cast<char*>(bytes.data()),
                                   .iov_len = bytes.size()};
    }
    header.msg_iovlen = 2 * count;
    if (count == 1) return;
    header.msg_control = message.control.data();
    header.msg_controllen = message.control.size();
    cmsghdr* c = CMSG_FIRSTHDR(&header);
    c->cmsg_level = IPPROTO_UDP;
    c->cmsg_type = UDP_SEGMENT;
    c->cmsg_len = CMSG_LEN(sizeof(uint16_t));
    const auto frame = static_cast<uint16_t>(wire::kDataHeaderBytes + session.block_bytes);
    std::memcpy(CMSG_DATA(c), &frame, sizeof frame);
  }

  int fd_;
  size_t used_ = 0;
  std::array<Message, kBatch> messages_;
  std::array<mmsghdr, kBatch> headers_{};
};

class NullServer {
 public:
  using Files = absl::flat_hash_map<std::string, std::string>;

  NullServer(net::UniqueFd socket, std::string text, Files files)
      : socket_(std::move(socket)),
        text_(std::move(text)),
        files_(std::move(files)),
        outbox_(socket_.get()) {
    for (size_t i = 0; i < kBatch; ++i) {
      vectors_[i] = {.iov_base = in_[i].data(), .iov_len = kMaxRequestBytes};
      headers_[i].msg_hdr.msg_iov = &vectors_[i];
      headers_[i].msg_hdr.msg_iovlen = 1;
      headers_[i].msg_hdr.msg_name = &peers_[i];
    }
  }

  [[noreturn]] void Run() {
    while (true) {
      for (auto& header : headers_) header.msg_hdr.msg_namelen = sizeof(sockaddr_in);
      const int count = ::recvmmsg(socket_.get(), headers_.data(), kBatch, MSG_WAITFORONE, nullptr);
      for (size_t i = 0; i < static_cast<size_t>(std::max(count, 0)); ++i) {
        OnPacket(peers_[i], std::span(in_[i]).first(headers_[i].msg_len));
      }
      outbox_.Flush();
      ended_.clear();
    }
  }

 private:
  static uint64_t KeyOf(const sockaddr_in& peer) {
    return uint64_t{peer.sin_addr.s_addr} << 16 | peer.sin_port;
  }

  void OnPacket(const sockaddr_in& peer, std::span<const uint8_t> bytes) {
    constexpr uint8_t kAck = 4;
    if (bytes.size() < wire::kDataHeaderBytes) return;
    if (bytes[1] == kAck) return OnAck(peer, static_cast<uint16_t>(bytes[2] << 8 | bytes[3]));
    const auto packet = wire::Parse(bytes);
    if (!packet.ok()) return;
    if (const auto* rrq = std::get_if<wire::Rrq>(&*packet)) OnRequest(peer, *rrq);
  }

  void OnRequest(const sockaddr_in& peer, const wire::Rrq& rrq) {
    End(peer);
    const auto file = files_.find(std::string(rrq.filename));
    const auto machine = MachineOf(rrq.filename);
    if (file == files_.end() && !machine) return;
    Session& session = sessions_[KeyOf(peer)];
    if (machine) session.text = ConfigText(text_, *machine);
    session.content = machine ? session.text : file->second;
    const wire::Oack oack{Agree(rrq, session)};
    if (oack.options.empty()) return SendWindow(peer, session);
    outbox_.AddPacket(peer, wire::Serialize(oack));
  }

  static std::vector<wire::OackOption> Agree(const wire::Rrq& rrq, Session& session) {
    std::vector<wire::OackOption> agreed;
    for (const wire::Option& option : rrq.options) {
      uint64_t value = 0;
      std::from_chars(option.value.data(), option.value.data() + option.value.size(), value);
      if (option.name == "tsize") value = session.content.size();
      if (option.name == "windowsize") value = std::min(value, kMaxWindow);
      if (option.name == "windowsize") session.window = static_cast<uint16_t>(value);
      if (option.name == "blksize") session.block_bytes = static_cast<uint16_t>(value);
      agreed.push_back({std::string(option.name), std::to_string(value)});
    }
    return agreed;
  }

  void OnAck(const sockaddr_in& peer, uint16_t number) {
    const auto found = sessions_.find(KeyOf(peer));
    if (found == sessions_.end()) return;
    Session& session = found->second;
    const auto ahead = static_cast<uint16_t>(number - static_cast<uint16_t>(session.acknowledged));
    if (ahead > session.window) return;
    session.acknowledged += ahead;
    if (session.acknowledged == LastBlock(session)) return End(peer);
    SendWindow(peer, session);
  }

  static uint64_t LastBlock(const Session& session) {
    return session.content.size() / session.block_bytes + 1;
  }

  void SendWindow(const sockaddr_in& peer, const Session& session) {
    const uint64_t left = LastBlock(session) - session.acknowledged;
    outbox_.AddWindow(peer, session, session.acknowledged + 1,
                      std::min<uint64_t>(session.window, left));
  }

  // Its text may be in the outbox still.
  void End(const sockaddr_in& peer) {
    const auto found = sessions_.find(KeyOf(peer));
    if (found == sessions_.end()) return;
    ended_.push_back(std::move(found->second.text));
    sessions_.erase(found);
  }

  net::UniqueFd socket_;
  const std::string text_;
  const Files files_;
  Outbox outbox_;
  // Moved as the table grows: the texts, longer than a string holds in itself, stay where they are.
  absl::flat_hash_map<uint64_t, Session> sessions_;
  std::vector<std::string> ended_;
  std::array<std::array<uint8_t, kMaxRequestBytes>, kBatch> in_;
  std::array<iovec, kBatch> vectors_{};
  std::array<mmsghdr, kBatch> headers_{};
  std::array<sockaddr_in, kBatch> peers_{};
};

absl::StatusOr<net::UniqueFd> OpenSocket() {
  net::UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof kReceiveBuffer);
  sockaddr_in own{};
  own.sin_family = AF_INET;
  own.sin_port = htons(69);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) {
    return FromErrno(errno, "binding UDP port 69");
  }
  return fd;
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

int Fail(std::string_view message) {
  std::fprintf(stderr, "tftp_null: %s\n", std::string(message).c_str());
  return 2;
}

int Main(int argc, char** argv) {
  if (argc < 2) return Fail("usage: tftp_null TEXT FILE...");
  std::string text = ReadFile(argv[1]);
  if (text.size() < 32) return Fail("expected a text of some length");
  NullServer::Files files;
  for (const std::filesystem::path path : std::span(argv, static_cast<size_t>(argc)).subspan(2)) {
    files[path.filename().string()] = ReadFile(path);
  }
  auto socket = OpenSocket();
  if (!socket.ok()) return Fail(MessageOf(socket.status()));
  std::make_unique<NullServer>(*std::move(socket), std::move(text), std::move(files))->Run();
}

}  // namespace
}  // namespace pxe::bench

int main(int argc, char** argv) {
  return pxe::bench::Main(argc, argv);
}
