// Replies on their way out: those that are ready together leave together.
//
// A call of the kernel for each reply costs a tenth of what a lease costs.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <vector>

#include "base/ipv4.h"
#include "base/mac_address.h"
#include "dhcp/reply_target.h"
#include "net/interfaces.h"
#include "net/packet_socket.h"
#include "net/udp_socket.h"

namespace pxe::dhcp {

struct OutgoingReply {
  ReplyTarget target;
  net::UdpSocket* socket = nullptr;  // the request came by; a frame takes none
  Ipv4 source;                       // the address that option 54 names (C4)
  int interface_index = 0;           // it answers
  MacAddress source_mac;
  std::vector<uint8_t> bytes;
  net::SendResult result = net::SendResult::kFailed;  // set by SendTogether
  int retries = 0;                                    // its sender's: SendTogether tries once
};

// `sockets`: all that replies name. `frames`: null when there are none to be sent. `port`: the
// server's.
void SendTogether(std::span<OutgoingReply> replies, uint16_t port,
                  std::initializer_list<net::UdpSocket*> sockets, const net::PacketSocket* frames);

}  // namespace pxe::dhcp
