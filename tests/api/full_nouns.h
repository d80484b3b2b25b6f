// One of each noun with every field that a request may set set, none to its default.
#pragma once

#include <chrono>

#include "base/ipv4.h"
#include "base/mac_address.h"
#include "base/uuid.h"
#include "core/model.h"
#include "core/quirk.h"

namespace pxe::api {

inline core::Subnet FullSubnet() {
  using namespace std::chrono_literals;
  return {
      .id = "lab",
      .cidr = *ParseIpv4Prefix("10.0.0.0/24"),
      .pools = {*ParseIpv4Range("10.0.0.10-10.0.0.99"), *ParseIpv4Range("10.0.0.120-10.0.0.120")},
      .pool_guards = {{.pool = *ParseIpv4Range("10.0.0.120-10.0.0.120"),
                       .clients = core::PoolClients::kKnown,
                       .kinds = {"bios", "uefi-x64"},
                       .vendor_class_prefix = "PXEClient"}},
      .edge_addresses = true,
      .reuse_declined = true,
      .routers = {*ParseIpv4("10.0.0.1"), *ParseIpv4("10.0.0.2")},
      .dns_servers = {*ParseIpv4("8.8.8.8")},
      .ntp_servers = {*ParseIpv4("10.0.0.3")},
      .domain_name = "lab.example.com",
      .default_lease = 600s,
      .min_lease = 300s,
      .max_lease = 900s,
      .next_server = *ParseIpv4("10.0.0.4"),
      .plain_boot_file = "phone.cfg",
      .plain_next_server = *ParseIpv4("10.0.0.6"),
      .default_profile = "deb",
      .unknown_machines = core::UnknownMachines::kProfile,
      .unknown_profile = "rescue",
      .authoritative = false,
      .always_broadcast = true,
      .mode = core::SubnetMode::kProxy,
      .shared_network = "floor-1",
      .relay_addresses = {*ParseIpv4("192.168.9.1")},
      .identity = core::Identity::kClientId,
      .bootp = core::Bootp::kOff,
      .rapid_commit = true,
      .echo_client_id = false,
      .host_keys = {core::HostKey::kRemoteId, core::HostKey::kCircuitId, core::HostKey::kClientId,
                    core::HostKey::kUuid, core::HostKey::kMac},
      .ping_check = true,
      .trust_subnet_selection = true,
      .trust_direct_relay_agent = false,
      .min_secs = 8s,
      .options = {{.code = 13, .value = {0, 4}, .always = true}}};
}

inline core::Host FullHost() {
  return {.id = "n1",
          .nics = {{.mac = *ParseMacAddress("52:54:00:00:00:01"),
                    .address = *ParseIpv4("10.0.0.20"),
                    .host_name = "n1"},
                   {.mac = *ParseMacAddress("52:54:00:00:00:02"),
                    .answers = core::Answers::kAddressOnly}},
          .uuid = *ParseUuid("b8945908-d6a6-41a9-611d-74a6ab80b83d"),
          .client_ids = {{0xff, 0x01}, {0x00, 0x53}},
          .circuit_id = "eth0/1",
          .remote_id = "0x0006aa",
          .labels = {{"rack", "a"}, {"row", ""}},
          .variables = {{"disk", "/dev/sda"}},
          .serial = "CZ1234",
          .profile = "deb",
          .local_boot = true,
          .next_server = *ParseIpv4("10.0.0.8"),
          .answers = core::Answers::kNothing,
          .options = {{.code = 17, .value = {'/', 'r'}}}};
}

inline core::Profile FullProfile() {
  core::Profile profile{.id = "deb",
                        .parent = "base",
                        .loaders = {{"bios", "pxelinux.0"}},
                        .next_server = *ParseIpv4("10.0.0.7"),
                        .entries = {{.name = "linux",
                                     .title = "Debian",
                                     .kernel = "deb/vmlinuz",
                                     .initrds = {"deb/a", "deb/b"},
                                     .arguments = "ip={{host.address}}"},
                                    {.name = "disk", .local_boot = true, .sysappend = 3},
                                    {.name = "other", .chain = "ipxe.lkrn"},
                                    {.name = "dos", .arguments = "raw", .disk_image = "dos.img"}},
                        .menu = {.default_entry = "linux",
                                 .prompt = true,
                                 .timeout_ds = 65,
                                 .on_timeout = "disk",
                                 .display = "boot.msg",
                                 .ui = "menu.c32",
                                 .title = "Boot"},
                        .variables = {{"a", "b"}},
                        .options = {{.code = 209, .value = {'a', '/', 'b'}, .always = true},
                                    {.code = 43, .value = {1, 0, 255}}},
                        .configs = {{"grub", "menu"}},
                        .files = {{"debian/ks.cfg", "ks"}}};
  profile.menu.function_keys[0] = "f1.msg";
  profile.menu.function_keys[11] = "f12.msg";
  return profile;
}

inline core::Rule FullRule() {
  return {.id = "rack-a",
          .priority = 100,
          .match = {.labels = {{"rack", "a"}},
                    .mac_prefix = "52:54:00",
                    .uuid = *ParseUuid("b8945908-d6a6-41a9-611d-74a6ab80b83d"),
                    .kinds = {"bios", "uefi-x64"},
                    .vendor_class_prefix = "PXEClient",
                    .subnet = "lab",
                    .circuit_id = "eth0/1"},
          .action = core::RuleAction::kDiscover,
          .profile = "deb"};
}

inline core::Quirk FullQuirk() {
  return {.id = "jetway",
          .priority = 100,
          .match = {.mac_prefix = {0x52, 0x54, 0},
                    .vendor_class_prefix = "PXEClient",
                    .kinds = {"bios", "uefi-x64"}},
          .actions = {.vendor_options = core::VendorOptions::kGiven,
                      .vendor_bytes = {6, 1, 8, 255},
                      .vendor_class = "",
                      .omit_boot_option = true,
                      .nul_in_length = false,
                      .broadcast = false,
                      .pad_to = 576,
                      .delay = std::chrono::milliseconds{1500}},
          .why = "reads 67 too far"};
}

}  // namespace pxe::api
