// A TFTP client on loopback, packet by packet or file by file.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/udp_socket.h"
#include "tftp/wire/packet.h"

namespace pxe::tftp {

inline constexpr Ipv4 kServerAddress{0x7f000001};

class TestClient {
 public:
  using Options = std::vector<wire::Option>;

  explicit TestClient(uint16_t server_port, Ipv4 server = kServerAddress)
      : TestClient(net::Endpoint{server, server_port}, {.address = kServerAddress}) {}
  TestClient(const net::Endpoint& server, const net::Endpoint& local)
      : server_(server), socket_(*net::UdpSocket::Bind(local, {.broadcast = true})) {}

  static std::vector<uint8_t> RrqBytes(std::string_view file, const Options& options = {},
                                       wire::Mode mode = wire::Mode::kOctet) {
    wire::Rrq rrq;
    rrq.filename = file;
    rrq.mode = mode;
    rrq.options = options;
    return wire::Serialize(rrq);
  }

  void SendTo(const net::Endpoint& peer, std::span<const uint8_t> bytes) {
    EXPECT_EQ(socket_.Send({.peer = peer, .payload = bytes}), net::SendResult::kSent);
  }
  void Request(std::string_view file, const Options& options = {},
               wire::Mode mode = wire::Mode::kOctet) {
    SendTo(server_, RrqBytes(file, options, mode));
  }
  void WriteRequest(std::string_view file, const Options& options = {},
                    wire::Mode mode = wire::Mode::kOctet) {
    auto bytes = RrqBytes(file, options, mode);
    bytes[1] = 2;
    SendTo(server_, bytes);
  }
  void Data(uint16_t block, std::string_view text) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
    SendTo(session_, wire::Serialize(wire::Data{.block = block, .bytes = {bytes, text.size()}}));
  }
  void SendRaw(std::string_view bytes) {
    SendTo(server_, {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
  }
  void Ack(uint16_t block) { SendTo(session_, wire::Serialize(wire::Ack{block})); }

  // The next packet; where it came from becomes the session. Fails the test after the guard.
  wire::Packet Receive() {
    constexpr int kHangGuardMs = 20'000;
    pollfd waiting{.fd = socket_.fd(), .events = POLLIN, .revents = 0};
    const auto got = socket_.Receive(batch_);
    const auto datagrams =
        got.empty() && ::poll(&waiting, 1, kHangGuardMs) == 1 ? socket_.Receive(batch_) : got;
    if (datagrams.empty()) {
      ADD_FAILURE() << "no packet from the server";
      return wire::Error{.code = 999, .message = "none"};
    }
    session_ = datagrams[0].peer;
    bytes_.assign(datagrams[0].payload.begin(), datagrams[0].payload.end());
    return *wire::Parse(bytes_);
  }

  // "DATA 1 hello", "OACK tsize=5", "ERROR 1 file not found".
  std::string ReceiveText() { return Text(Receive()); }

  // Stores the whole text; "" or the text of the ERROR that came instead.
  std::string Store(std::string_view file, std::string_view text, const Options& options = {},
                    wire::Mode mode = wire::Mode::kOctet) {
    WriteRequest(file, options, mode);
    size_t block_bytes = 512;
    uint64_t window = 1;
    const wire::Packet first = Receive();
    if (std::holds_alternative<wire::Error>(first)) return Text(first);
    if (const auto* oack = std::get_if<wire::Oack>(&first)) {
      for (const auto& [name, value] : oack->options) {
        if (name == "blksize") block_bytes = std::stoul(value);
        if (name == "windowsize") window = std::stoul(value);
      }
    }
    const uint64_t last = text.size() / block_bytes + 1;
    for (uint64_t block = 1; block <= last; ++block) {
      Data(static_cast<uint16_t>(block), text.substr((block - 1) * block_bytes, block_bytes));
      if (block % window != 0 && block != last) continue;
      const wire::Packet answer = Receive();
      if (std::holds_alternative<wire::Error>(answer)) return Text(answer);
      EXPECT_EQ(Text(answer), "ACK " + std::to_string(static_cast<uint16_t>(block)));
    }
    return "";
  }

  // The whole file, or the text of the ERROR that came instead. ACKs every `window` blocks.
  std::string Fetch(std::string_view file, const Options& options = {},
                    wire::Mode mode = wire::Mode::kOctet) {
    Request(file, options, mode);
    size_t block_bytes = 512;
    uint64_t window = 1;
    std::string contents;
    for (uint64_t expected = 1;;) {
      const wire::Packet packet = Receive();
      if (std::holds_alternative<wire::Error>(packet)) return Text(packet);
      if (const auto* oack = std::get_if<wire::Oack>(&packet)) {
        for (const auto& [name, value] : oack->options) {
          if (name == "blksize") block_bytes = std::stoul(value);
          if (name == "windowsize") window = std::stoul(value);
        }
        Ack(0);
        continue;
      }
      const auto& data = std::get<wire::Data>(packet);
      if (data.block != static_cast<uint16_t>(expected)) continue;
      contents.append(data.bytes.begin(), data.bytes.end());
      const bool last = data.bytes.size() < block_bytes;
      if (last || expected % window == 0) Ack(data.block);
      if (last) return contents;
      ++expected;
    }
  }

  net::Endpoint session() const { return session_; }
  net::Endpoint local() const { return socket_.local(); }

  static std::string Text(const wire::Packet& packet) {
    if (const auto* error = std::get_if<wire::Error>(&packet)) {
      return "ERROR " + std::to_string(error->code) + " " + error->message;
    }
    if (const auto* oack = std::get_if<wire::Oack>(&packet)) {
      std::string text = "OACK";
      for (const auto& [name, value] : oack->options) text += " " + name + "=" + value;
      return text;
    }
    if (const auto* ack = std::get_if<wire::Ack>(&packet)) {
      return "ACK " + std::to_string(ack->block);
    }
    const auto* data = std::get_if<wire::Data>(&packet);
    if (data == nullptr) return "another packet";
    return "DATA " + std::to_string(data->block) + " " +
           std::string(data->bytes.begin(), data->bytes.end());
  }

 private:
  net::Endpoint server_;
  net::UdpSocket socket_;
  net::ReceiveBatch batch_{1, 65536};
  net::Endpoint session_;
  std::vector<uint8_t> bytes_;
};

}  // namespace pxe::tftp
