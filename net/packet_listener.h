// Hears UDP on one interface that no socket of this machine is meant to get: an AF_PACKET socket
// that sends nothing, and is never promiscuous.
//
// The kernel hands over what its filter lets through, and no packet that this machine sends. Needs
// CAP_NET_RAW. What is heard may be anything: see net/udp_packet.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "absl/status/statusor.h"
#include "net/unique_fd.h"

namespace pxe::net {

// What the filter lets through: UDP with these ports whose payload begins with that byte.
struct Wanted {
  uint16_t source_port = 0;
  uint16_t destination_port = 0;
  uint8_t first_byte = 0;
};

class PacketListener {
 public:
  // PERMISSION_DENIED without CAP_NET_RAW; another error when the interface is gone.
  static absl::StatusOr<PacketListener> Open(int interface_index, const Wanted& wanted);

  int fd() const { return fd_.get(); }

  struct Heard {
    std::span<const uint8_t> packet;  // from the IP header on, in the buffer
    bool checksum_ready = true;       // for ReadUdpPacket
  };

  // The next one, cut to the buffer; nothing when none waits.
  std::optional<Heard> Receive(std::span<uint8_t> buffer);

 private:
  explicit PacketListener(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
};

}  // namespace pxe::net
