// What many PXE ROMs say and hear: iPXE's options, a MAC address each, bytes without allocation.
//
// A packet is a template in which a few fields are overwritten. A client is known by its number,
// which is in its MAC address, its xid, its client identifier and its UUID.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/ipv4.h"
#include "base/mac_address.h"

namespace pxe::bench {

// Never of a maker: locally administered. `herd` keeps the clients of one run from those of others.
MacAddress MacOf(uint8_t herd, uint32_t client);

class RequestTemplates {
 public:
  // `relay`: giaddr, 0 for direct clients. `broadcast`: they cannot take unicast yet.
  RequestTemplates(uint8_t herd, Ipv4 relay, bool broadcast);

  size_t discover_bytes() const { return discover_.bytes.size(); }
  size_t request_bytes() const { return request_.bytes.size(); }

  // `out` is exactly as long as that.
  void WriteDiscover(uint32_t client, std::span<uint8_t> out) const;
  void WriteRequest(uint32_t client, Ipv4 requested, Ipv4 server, std::span<uint8_t> out) const;

 private:
  struct Template {
    std::vector<uint8_t> bytes;
    // Where these begin; 0: not in it.
    size_t client_id = 0;
    size_t uuid = 0;
    size_t requested = 0;
    size_t server = 0;
  };

  static Template Make(uint8_t type, Ipv4 relay, bool broadcast);
  void Fill(const Template& form, uint32_t client, std::span<uint8_t> out) const;

  uint8_t herd_;
  Template discover_;
  Template request_;
};

// A server's packet, as far as a client of a load test looks at it.
struct Heard {
  uint8_t type = 0;     // option 53
  uint32_t client = 0;  // by xid
  Ipv4 address;         // yiaddr
  Ipv4 server;          // option 54
};

// Nothing for what is no answer to a client of this herd: xid and MAC address must fit.
std::optional<Heard> ReadAnswer(uint8_t herd, std::span<const uint8_t> bytes);

}  // namespace pxe::bench
