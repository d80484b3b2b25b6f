// A packet sees the state before a write or after it, never between: one thread looks and asks
// while another writes. Run under ThreadSanitizer too.
#include "server/live_state.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "server/dhcp_facts.h"
#include "store/leases.h"
#include "tests/server/resolver/test_plane.h"

namespace pxe::server {
namespace {

constexpr int kWrites = 2000;

// The two states of one host; the address and the profile go together.
core::Host HostAt(const char* address, const char* profile) {
  return {.id = "n1",
          .uid = "u1",
          .nics = {{.mac = Mac(1), .address = Ip(address)}},
          .labels = {{"profile", profile}},
          .profile = profile};
}

core::Profile ProfileWithLoader(const char* id, const char* loader) {
  core::Profile profile = LinuxProfile(id);
  profile.loaders = {{"bios", loader}};
  return profile;
}

// What of the host's state one look under the mutex finds; empty when it all fits together.
std::string Misfit(const LiveState& state, Seconds now) {
  const HostNic found = state.catalog.FindByMac(Mac(1));
  if (found.host == nullptr) return "the host is gone";
  const Ipv4 address = *found.nic->address;
  const Ipv4 other = address == Ip("10.0.0.10") ? Ip("10.0.0.11") : Ip("10.0.0.10");
  const HardwareAddress stranger = HardwareAddress::Of(Mac(2));
  if (state.catalog.FindByReservedAddress(address).host != found.host) return "by address";
  if (state.catalog.FindByReservedAddress(other).host != nullptr) return "by the other address";
  if (state.catalog.FindByProfile(found.host->profile) == nullptr) return "by profile";
  if (state.catalog.FindByLabel("profile", found.host->profile) == nullptr) return "by label";
  if (state.leases.StandingOf(address, stranger, now) != core::Standing::kReserved) {
    return "the lease book knows another address";
  }
  if (state.leases.StandingOf(other, stranger, now) != core::Standing::kFree) {
    return "the lease book keeps the other address";
  }
  return "";
}

TEST(LiveStateTest, A7_APacketSeesTheStateBeforeAWriteOrAfterItNeverBetween) {
  LiveState state;
  const Seconds now{std::chrono::seconds{1'000'000}};
  state.Apply(LabSubnet());
  state.Apply(ProfileWithLoader("p10", "ten.0"));
  state.Apply(ProfileWithLoader("p11", "eleven.0"));
  state.Apply(HostAt("10.0.0.10", "p10"));
  core::DhcpQuestion question{.client = HardwareAddress::Of(Mac(1)),
                              .facts = {.vendor_class = "PXEClient", .architectures = {0}},
                              .local_addresses = {Ip("10.0.0.1")}};

  std::atomic<bool> written = false;
  std::thread writer([&] {
    for (int i = 0; i < kWrites; ++i) {
      state.Apply(i % 2 == 0 ? HostAt("10.0.0.11", "p11") : HostAt("10.0.0.10", "p10"));
    }
    written = true;
  });
  std::string misfit;
  int looks = 0;
  for (; misfit.empty() && (!written || looks == 0); ++looks) {
    const std::lock_guard lock(state.mutex);
    misfit = Misfit(state, now);
    const core::DhcpFacts facts = WhoAsks(question, state, Seconds{}, std::nullopt).facts;
    const auto verdict = core::DecideDhcp(question, facts, state.leases, now);
    const auto* offer = std::get_if<core::DhcpGrant>(&verdict.answer);
    const bool ten = offer != nullptr && offer->address == Ip("10.0.0.10");
    if (offer == nullptr) {
      misfit = "no offer";
    } else if (offer->boot.file != (ten ? "ten.0" : "eleven.0")) {
      misfit = offer->address.ToString() + " with " + offer->boot.file;
    }
  }
  writer.join();
  EXPECT_EQ(misfit, "") << "after " << looks << " looks";
  EXPECT_EQ(Misfit(state, now), "");
}

TEST(LiveStateTest, WhatAStartFindsOddIsToldAndServed) {
  const TempDir folder;
  const FakeClock clock;
  {
    auto dir = store::StateDir::Open(folder.path());
    ASSERT_TRUE(dir.ok());
    ASSERT_TRUE(store::InsertSubnet(dir->db(), LabSubnet(), clock.Now()).ok());
    for (const char* address : {"10.0.0.10", "10.0.0.11", "10.99.0.1"}) {
      const core::Lease lease{.address = Ip(address),
                              .client = HardwareAddress::Of(Mac(1)),
                              .ends = clock.Now() + std::chrono::hours{1}};
      ASSERT_TRUE(store::PutLease(dir->db(), lease).ok());
    }
  }
  const TestPlane plane(folder.path());
  const auto odd = OddLeases(plane.state, clock.Now());
  ASSERT_EQ(odd.size(), 2u);
  EXPECT_EQ(odd[0],
            "52:54:00:00:00:01 has two leases: it is given 10.0.0.10, and 10.0.0.11 is kept from "
            "others until it ends");
  EXPECT_EQ(odd[1], "leases in no subnet: 1, kept and not served");
  EXPECT_TRUE(OddLeases(plane.state, clock.Now() + std::chrono::hours{1}).size() == 1u);
}

}  // namespace
}  // namespace pxe::server
