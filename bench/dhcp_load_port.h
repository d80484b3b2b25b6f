// Where the clients of a load test are plugged in: as a relay's UDP socket, or as machines on the
// wire, whole frames with a MAC address each and no IP stack behind them.
//
// Packets go out and come in by the batch, from buffers made once. What the kernel refuses to send
// is counted and lost: it is the client's fault and must not pass for the server's.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "base/ipv4.h"
#include "base/mac_address.h"
#include "net/unique_fd.h"

namespace pxe::bench {

class Port {
 public:
  static constexpr size_t kBatch = 64;

  // Sends from `relay`, port 67, which must be an address of this machine, to `server`.
  static absl::StatusOr<Port> AsRelay(Ipv4 relay, Ipv4 server);

  // Broadcasts frames by `interface`, and hears what comes in there for anybody.
  static absl::StatusOr<Port> OnWire(const std::string& interface);

  Port(Port&&) noexcept;
  Port& operator=(Port&&) = delete;
  ~Port();

  // Room for the next packet, of `bytes`; to be filled before the next call of anything here.
  std::span<uint8_t> Next(const MacAddress& from, size_t bytes);
  void Flush();

  // The payloads of packets for DHCP clients or relays that wait, good until the next call.
  std::span<const std::span<const uint8_t>> Receive();

  // Until something waits or the time is over.
  void Wait(int64_t ns) const;

  uint64_t refused() const { return refused_; }

 private:
  struct Buffers;

  Port(net::UniqueFd fd, bool frames);
  std::span<const uint8_t> PayloadOf(std::span<const uint8_t> packet) const;

  net::UniqueFd fd_;
  bool frames_;
  std::unique_ptr<Buffers> buffers_;
  size_t unsent_ = 0;
  uint64_t refused_ = 0;
};

}  // namespace pxe::bench
