// Sends UDP to a machine that has no address yet: a whole Ethernet frame to its MAC.
//
// Such a machine cannot answer ARP, so a normal send would wait for a neighbour that never comes
// (C6). Needs CAP_NET_RAW. Receives nothing.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "base/ipv4.h"
#include "base/mac_address.h"
#include "net/send_result.h"
#include "net/unique_fd.h"

namespace pxe::net {

// One UDP datagram on one Ethernet link.
struct Frame {
  MacAddress source_mac;
  MacAddress destination_mac;
  Ipv4 source;
  Ipv4 destination;
  uint16_t source_port = 0;
  uint16_t destination_port = 0;
  std::span<const uint8_t> payload;
};

inline constexpr size_t kFrameOverhead = 14 + 20 + 8;  // Ethernet, IPv4 and UDP headers
inline constexpr size_t kMaxFramePayload = 65507;      // of UDP over IPv4

// The frame's bytes with both checksums; empty when the payload exceeds kMaxFramePayload.
std::vector<uint8_t> BuildFrame(const Frame& frame);

class PacketSocket {
 public:
  // PERMISSION_DENIED without CAP_NET_RAW.
  static absl::StatusOr<PacketSocket> Open();

  // Hands the frame to the interface. Any thread.
  SendResult Send(int interface_index, const Frame& frame) const;

  // The same for many, in few calls of the kernel; `results` gets one each.
  struct Outgoing {
    int interface_index = 0;
    Frame frame;
  };
  void SendAll(std::span<const Outgoing> frames, std::span<SendResult> results) const;

 private:
  explicit PacketSocket(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
};

}  // namespace pxe::net
