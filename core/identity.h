// Who a DHCP client is: its hardware address, or what its client identifier says, as the subnet has
// it (C98-C104).
//
// A lease belongs to a key of the form of a hardware address. One made of an identifier is of type
// 0, which no hardware has, so the two never meet. Firmware and system of one NIC send different
// identifiers: where those count, they are two clients, unless the one takes the other's lease
// over.
#pragma once

#include <cstdint>
#include <span>

#include "base/clock.h"
#include "base/hardware_address.h"
#include "core/dhcp_exchange.h"
#include "core/model.h"

namespace pxe::core {

// The key of a client that goes by its identifier.
HardwareAddress KeyOfClientId(std::span<const uint8_t> client_id);

// Whose the lease is.
HardwareAddress KeyOf(const Lease& lease);

// Whose leases of a client take part in a decision, and how the next one is to be kept.
struct ClientKey {
  HardwareAddress key;
  bool by_client_id = false;  // the lease is to be kept under the identifier

  bool operator==(const ClientKey&) const = default;
};

// By the mode of the subnet alone: what the client would be if it had no lease yet. An identifier
// that repeats the hardware address says nothing (C100).
ClientKey KeyOf(const DhcpQuestion& question, Identity mode);

}  // namespace pxe::core
