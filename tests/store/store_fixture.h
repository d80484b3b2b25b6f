// A state directory on a real disk, emptied when the test ends, and the nouns with every field set.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/ipv4.h"
#include "core/model.h"
#include "store/profiles.h"
#include "store/sqlite.h"
#include "store/state_dir.h"
#include "store/subnets.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace pxe::store {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kTaken = absl::StatusCode::kAlreadyExists;
constexpr auto kMissing = absl::StatusCode::kNotFound;
constexpr auto kRefused = absl::StatusCode::kFailedPrecondition;
constexpr auto kLost = absl::StatusCode::kDataLoss;

inline Seconds At(int64_t seconds) {
  return Seconds{std::chrono::seconds{seconds}};
}
inline Ipv4 Ip(std::string_view text) {
  return *ParseIpv4(text);
}
inline Ipv4Prefix Net(std::string_view text) {
  return *ParseIpv4Prefix(text);
}
inline MacAddress Mac(std::string_view text) {
  return *ParseMacAddress(text);
}

class StoreTest : public testing::Test {
 protected:
  StoreTest() { Reopen(); }

  // As after a restart of the program.
  void Reopen() {
    state_.reset();
    auto opened = StateDir::Open(dir_.path());
    EXPECT_THAT(opened, IsOk());
    state_.emplace(std::move(*opened));
  }
  Database& db() { return state_->db(); }
  std::filesystem::path file() const { return dir_.path() / "state.db"; }

  TempDir dir_;
  std::optional<StateDir> state_;
};

inline core::Subnet LabSubnet() {
  core::Subnet subnet;
  subnet.id = "lab";
  subnet.cidr = Net("10.0.0.0/24");
  subnet.pools = {{Ip("10.0.0.100"), Ip("10.0.0.199")}, {Ip("10.0.0.10"), Ip("10.0.0.19")}};
  subnet.pool_guards = {{.pool = subnet.pools[1],
                         .clients = core::PoolClients::kUnknown,
                         .kinds = {"bios", "uefi-x64"},
                         .vendor_class_prefix = "PXEClient"},
                        {.pool = subnet.pools[0], .clients = core::PoolClients::kKnown}};
  subnet.edge_addresses = true;
  subnet.reuse_declined = true;
  subnet.routers = {Ip("10.0.0.1"), Ip("10.0.0.2")};
  subnet.dns_servers = {Ip("10.0.0.3"), Ip("9.9.9.9")};
  subnet.ntp_servers = {Ip("10.0.0.4")};
  subnet.domain_name = "lab.test";
  subnet.default_lease = std::chrono::seconds{1800};
  subnet.min_lease = std::chrono::seconds{300};
  subnet.max_lease = std::chrono::seconds{7200};
  subnet.next_server = Ip("10.0.0.5");
  subnet.authoritative = false;
  subnet.always_broadcast = true;
  subnet.plain_boot_file = "phone.cfg";
  subnet.plain_next_server = Ip("10.0.0.6");
  subnet.mode = core::SubnetMode::kReservationsOnly;
  subnet.shared_network = "floor-1";
  subnet.relay_addresses = {Ip("192.168.9.2"), Ip("192.168.9.1")};
  subnet.identity = core::Identity::kAuto;
  subnet.bootp = core::Bootp::kDynamic;
  subnet.rapid_commit = true;
  subnet.echo_client_id = false;
  subnet.host_keys = {core::HostKey::kRemoteId, core::HostKey::kCircuitId, core::HostKey::kClientId,
                      core::HostKey::kUuid, core::HostKey::kMac};
  subnet.ping_check = true;
  subnet.trust_subnet_selection = true;
  subnet.trust_direct_relay_agent = false;
  subnet.min_secs = std::chrono::seconds{8};
  subnet.options = {{.code = 44, .value = {10, 0, 0, 7}, .always = true},
                    {.code = 13, .value = {0, 4}}};
  return subnet;
}

inline core::Profile DebProfile() {
  core::Profile profile;
  profile.id = "deb";
  profile.loaders = {{"bios", "pxelinux.0"}, {"uefi-x64", "efi/syslinux.efi"}};
  profile.entries = {
      {.name = "install",
       .title = "Install Debian",
       .kernel = "deb/vmlinuz",
       .initrds = {"deb/initrd.img", "deb/firmware.cpio"},
       .arguments = "console=ttyS0 host={{host.id}}",
       .sysappend = 3},
      {.name = "rescue", .kernel = "deb/vmlinuz", .initrds = {"deb/rescue.img"}},
      {.name = "local", .title = "Local disk", .local_boot = true},
      {.name = "grub", .chain = "grubx64.efi"},
      {.name = "memtest", .arguments = "iso raw", .disk_image = "memtest.iso"},
  };
  profile.menu.default_entry = "install";
  profile.menu.prompt = true;
  profile.menu.timeout_ds = 600;
  profile.menu.on_timeout = "local";
  profile.menu.display = "boot.msg";
  profile.menu.function_keys[0] = "boot.msg";
  profile.menu.function_keys[11] = "help.msg";
  profile.menu.ui = "menu.c32";
  profile.menu.title = "Boot menu";
  profile.variables = {{"mirror", "deb.test"}, {"suite", "bookworm"}};
  profile.options = {{.code = 210, .value = {'/', 'd'}, .always = true},
                     {.code = 43, .value = {0, 255}}};
  profile.next_server = Ip("10.0.0.7");
  return profile;
}

inline core::Host NodeHost() {
  core::Host host;
  host.id = "n1";
  host.uid = "uid-1";
  host.nics = {{.mac = Mac("52:54:00:00:00:01"), .address = Ip("10.0.0.20"), .host_name = "n1"},
               {.mac = Mac("52:54:00:00:00:00"), .answers = core::Answers::kNothing}};
  host.uuid = *ParseUuid("b8945908-d6a6-41a9-611d-74a6ab80b83d");
  host.client_ids = {{0xff, 0, 1}, {0, 'S', 'N'}};
  host.circuit_id = "eth1/7";
  host.remote_id = "0x0006aabb";
  host.labels = {{"rack", "a"}, {"row", ""}};
  host.variables = {{"disk", "/dev/vda"}};
  host.serial = "SN 4711";
  host.options = {{.code = 17, .value = {'/', 'r'}}, {.code = 6, .value = {1, 1, 1, 1}}};
  host.profile = "deb";
  host.answers = core::Answers::kAddressOnly;
  host.state = core::HostState::kRejected;
  host.local_boot = true;
  host.next_server = Ip("10.0.0.8");
  host.discovery = {.subnet = "lab",
                    .kind = "uefi-x64",
                    .vendor_class = "PXEClient:Arch:00007",
                    .circuit_id = "eth1/7",
                    .first_seen = At(55)};
  return host;
}

// Another host that shares nothing with NodeHost().
inline core::Host PlainHost(std::string_view id, int number) {
  core::Host host;
  host.id = id;
  host.uid = "uid-of-" + host.id;
  MacAddress mac = Mac("52:54:00:01:00:00");
  mac.bytes[5] = static_cast<uint8_t>(number);
  host.nics = {{.mac = mac}};
  return host;
}

}  // namespace pxe::store
