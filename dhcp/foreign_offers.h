// Listens for what other DHCP servers tell the machines of our links, and reports them.
//
// It hears what is broadcast, which is most of what machines without an address are told, and never
// more than the kernel would receive anyway. Nothing depends on it: where there is no CAP_NET_RAW,
// or an interface is gone, there is nothing to hear. Whether a server is meant to be there, the
// control plane knows (server/event_finder.h).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/counters.h"
#include "base/hardware_address.h"
#include "base/ipv4.h"
#include "core/resolver.h"
#include "dhcp/rate_limit.h"
#include "net/event_loop.h"
#include "net/interfaces.h"
#include "net/packet_listener.h"

namespace pxe::dhcp {

// What became of a packet that a server sent; they are none of those that we are asked with.
enum class ForeignFrame {
  kForeign,      // another server's; reported
  kOurs,         // names an address of this machine
  kBadIp,        // lengths or checksums are wrong, or a fragment (M34)
  kNotDhcp,      // malformed behind the UDP header
  kNoServer,     // an offer of nobody
  kOther,        // a NAK, which says that there is no address
  kRateLimited,  // foreign, but its server says too much
  kCount,
};

// "bad_ip": the label of the counter.
std::string_view ToString(ForeignFrame frame);

// An OFFER or an ACK, as far as it matters here.
struct ServerWord {
  HardwareAddress client;
  Ipv4 server;   // option 54
  Ipv4 address;  // yiaddr; 0: only where to boot from

  bool operator==(const ServerWord&) const = default;
};

// Reads an IPv4 packet; what it is if it is none. `checksum_ready` as in net/udp_packet.h.
std::variant<ServerWord, ForeignFrame> ReadServerWord(std::span<const uint8_t> packet,
                                                      bool checksum_ready);

// Not thread-safe but for frames(): it lives on the loop's thread.
class ForeignOffers {
 public:
  static constexpr size_t kMaxPacket = 4096;     // bytes; longer ones are cut, and so are bad
  static constexpr size_t kPacketsPerTurn = 16;  // of one interface, heard together
  static constexpr size_t kServers = 64;         // whose rates are remembered
  static constexpr Rate kReports{10, 100};       // of one server

  struct Config {
    std::vector<std::string> interfaces;
    uint16_t server_port = 67;  // clients are on the next one
  };

  // All must outlive it.
  ForeignOffers(Config config, net::EventLoop& loop, const net::InterfaceTable& interfaces,
                core::Resolver& resolver);
  ~ForeignOffers();
  ForeignOffers(const ForeignOffers&) = delete;
  ForeignOffers& operator=(const ForeignOffers&) = delete;

  // Listens on those of the interfaces that are there now, and no more on those that are gone.
  void Refresh();

  // One packet that came in by `interface`.
  void Hear(const net::PacketListener::Heard& heard, const net::Interface& interface,
            net::TimePoint now);

  const Counters<ForeignFrame>& frames() const { return frames_; }

 private:
  void OnReadable(int interface_index);
  ForeignFrame Judge(const std::variant<ServerWord, ForeignFrame>& word, net::TimePoint now);

  const Config config_;
  net::EventLoop& loop_;
  const net::InterfaceTable& interfaces_;
  core::Resolver& resolver_;
  std::map<int, net::PacketListener> listeners_;  // by interface
  std::array<uint8_t, kMaxPacket> buffer_;
  TokenBuckets<Ipv4> rates_{kServers};
  Counters<ForeignFrame> frames_;
};

}  // namespace pxe::dhcp
