// The network interfaces of this machine, as they are now.
//
// They change under a running server: addresses come late at boot, a bridge is made again with
// another index. The table listens to the kernel and reads itself anew, so that nobody who asks it
// holds a stale one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/ipv4.h"
#include "base/mac_address.h"
#include "net/unique_fd.h"

namespace pxe::net {

struct Interface {
  struct Address {
    Ipv4 address;
    Ipv4Prefix network;
  };

  int index = 0;
  std::string name;
  MacAddress mac;  // zeros where there is none (loopback, tunnels)
  int mtu = 1500;  // bytes
  bool loopback = false;
  std::vector<Address> addresses;  // IPv4, in the kernel's order: the primary first

  bool Has(Ipv4 address) const;
};

// All interfaces, now. Fails only when the kernel refuses to list them.
absl::StatusOr<std::vector<Interface>> ListInterfaces();

// Not thread-safe: for the thread whose loop watches fd().
class InterfaceTable {
 public:
  static absl::StatusOr<InterfaceTable> Open();

  // Readable when something changed; call OnReadable then.
  int fd() const { return changes_.get(); }

  // Takes the kernel's messages and reads the interfaces anew; true when it did. A failed reading
  // keeps the old table.
  bool OnReadable();

  // Null when there is none. Good until the next OnReadable.
  const Interface* Find(int index) const;
  const Interface* Find(std::string_view name) const;

  // Whether any interface of this machine has the address.
  bool IsOurs(Ipv4 address) const;

 private:
  InterfaceTable(UniqueFd changes, std::vector<Interface> interfaces)
      : changes_(std::move(changes)), interfaces_(std::move(interfaces)) {}

  UniqueFd changes_;
  std::vector<Interface> interfaces_;
};

}  // namespace pxe::net
