// Lists: slices join to exactly what a look at every object gives, whatever index is used, and go
// on after any id.
#include "server/list_slice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "tests/server/resolver/test_plane.h"

namespace pxe::server {
namespace {

constexpr int kHosts = 1000;

core::Host HostNumber(int n) {
  char id[8];
  std::snprintf(id, sizeof id, "n%04d", n);
  core::Host host{.id = id, .uid = id, .nics = {{.mac = Mac(n)}}};
  host.labels = {{"rack", std::to_string(n / 10)}, {"odd", n % 2 == 1 ? "yes" : "no"}};
  if (n % 3 == 0) host.profile = "deb";
  Uuid uuid;
  uuid.bytes = {1, 2, 3, 4, 5, 6, 7, 8};
  uuid.bytes[15] = static_cast<uint8_t>(n);
  uuid.bytes[14] = static_cast<uint8_t>(n >> 8);
  host.uuid = uuid;
  host.stamp.revision = static_cast<uint64_t>(n);
  return host;
}

class ListSliceTest : public testing::Test {
 protected:
  ListSliceTest() {
    for (int n = 0; n < kHosts; ++n) state.Apply(HostNumber(n));
    state.Apply(LabSubnet());
  }

  // Ids of all slices, and how many slices it took.
  std::vector<std::string> All(const core::HostFilter& filter, size_t limit,
                               int* slices = nullptr) {
    std::vector<std::string> ids;
    ListSlice<core::Host> slice{.more = true};
    for (int count = 1; slice.more; ++count) {
      slice = SliceOf(state.catalog, filter, slice.last, limit);
      EXPECT_LE(slice.found.size(), limit);
      for (const core::Host& host : slice.found) ids.push_back(host.id);
      if (slices != nullptr) *slices = count;
    }
    return ids;
  }
  std::vector<std::string> AllByLooking(const core::HostFilter& filter) {
    std::vector<std::string> ids;
    for (const auto& [id, host] : state.catalog.hosts()) {
      if (core::Matches(filter, host)) ids.push_back(id);
    }
    return ids;
  }
  std::vector<Ipv4> Leases(const core::LeaseFilter& filter, size_t limit) {
    std::vector<Ipv4> addresses;
    LeaseSlice slice{.more = true};
    while (slice.more) {
      slice = SliceOf(state, filter, slice.last, limit, now);
      for (const OwnedLease& owned : slice.found) addresses.push_back(owned.lease.address);
    }
    return addresses;
  }
  void Lease(const char* address, int client, std::vector<uint8_t> client_id = {}) {
    state.leases.Load({.address = Ip(address),
                       .client = HardwareAddress::Of(Mac(client)),
                       .client_id = std::move(client_id),
                       .ends = now + std::chrono::seconds{60}},
                      now);
  }

  LiveState state;
  Seconds now{std::chrono::seconds{1'000'000}};
};

TEST_F(ListSliceTest, SlicesJoinToWhatALookAtEveryHostGives) {
  std::vector<core::HostFilter> filters(13);
  filters[1].id = "n0005";
  filters[2].mac = Mac(700);
  filters[3].uuid = HostNumber(12).uuid->Swapped();
  filters[4].profile = "deb";
  filters[5].profile = "";
  filters[6].profile = "none";
  filters[7].labels = {{"rack", "17"}};
  filters[8].labels = {{"odd", "yes"}};
  filters[9].labels = {{"odd", "yes"}, {"rack", "17"}};
  filters[10].labels = {{"rack", std::nullopt}, {"odd", "maybe"}};
  filters[11].labels = {{"rack", "17"}};
  filters[11].profile = "deb";
  filters[12].after_revision = 990;
  for (size_t i = 0; i < filters.size(); ++i) {
    for (const size_t limit : {size_t{1}, size_t{7}, size_t{1000}}) {
      EXPECT_EQ(All(filters[i], limit), AllByLooking(filters[i])) << i << " by " << limit;
    }
  }
  EXPECT_EQ(AllByLooking(filters[11]).size(), 3u) << "171, 174, 177";
}

TEST_F(ListSliceTest, NoSliceLooksAtMoreThanItsShare) {
  core::HostFilter nothing;
  nothing.labels = {{"row", std::nullopt}};
  int slices = 0;
  EXPECT_TRUE(All(nothing, 1000, &slices).empty());
  EXPECT_EQ(slices, kHosts / static_cast<int>(kScanSlice) + 1);
}

TEST_F(ListSliceTest, AnIndexNamesFewToLookAt) {
  core::HostFilter rack;
  rack.labels = {{"rack", "17"}, {"odd", "yes"}};
  int slices = 0;
  EXPECT_EQ(All(rack, 1000, &slices).size(), 5u);
  EXPECT_EQ(slices, 1);
  EXPECT_EQ(state.catalog.FindByLabel("rack", "17")->size(), 10u);
}

TEST_F(ListSliceTest, ListsFollowWhatIsChangedBetweenTheirSlices) {
  core::HostFilter rack;
  rack.labels = {{"rack", "17"}};
  const auto first = SliceOf(state.catalog, rack, "", 4);
  ASSERT_EQ(first.last, "n0173");
  state.catalog.EraseHost("n0173");
  core::Host moved = HostNumber(175);
  moved.labels["rack"] = "18";
  state.Apply(moved);
  const auto second = SliceOf(state.catalog, rack, first.last, 100);
  std::string ids;
  for (const core::Host& host : second.found) ids += host.id + " ";
  EXPECT_EQ(ids, "n0174 n0176 n0177 n0178 n0179 ");
  EXPECT_FALSE(second.more);
}

TEST_F(ListSliceTest, AnEmptySetIsForgotten) {
  for (int n = 170; n < 180; ++n) state.catalog.EraseHost(HostNumber(n).id);
  EXPECT_EQ(state.catalog.FindByLabel("rack", "17"), nullptr);
}

TEST_F(ListSliceTest, SubnetsAreFoundByAnAddressInThem) {
  core::SubnetFilter filter;
  filter.contains = Ip("10.0.0.200");
  EXPECT_EQ(SliceOf(state.catalog, filter, "", 10).found.size(), 1u);
  EXPECT_TRUE(SliceOf(state.catalog, filter, "lab", 10).found.empty()) << "after it";
  filter.contains = Ip("10.0.1.200");
  EXPECT_TRUE(SliceOf(state.catalog, filter, "", 10).found.empty());
}

TEST_F(ListSliceTest, LeasesBySubnetHostClientAndIdentifier) {
  Lease("9.255.255.255", 1);
  Lease("10.0.0.20", 1, {1, 2, 3});
  Lease("10.0.0.10", 2, {1, 2, 3});
  Lease("10.0.1.0", 5000);
  const std::vector<Ipv4> all{Ip("9.255.255.255"), Ip("10.0.0.10"), Ip("10.0.0.20"),
                              Ip("10.0.1.0")};
  for (const size_t limit : {size_t{1}, size_t{3}, size_t{100}}) {
    core::LeaseFilter filter;
    EXPECT_EQ(Leases(filter, limit), all);
    filter.subnet = "lab";
    EXPECT_EQ(Leases(filter, limit), (std::vector{Ip("10.0.0.10"), Ip("10.0.0.20")}));
    filter.host = "n0001";
    EXPECT_EQ(Leases(filter, limit), (std::vector{Ip("10.0.0.20")}));
    filter.subnet.reset();
    EXPECT_EQ(Leases(filter, limit), (std::vector{Ip("9.255.255.255"), Ip("10.0.0.20")}));
    filter = {.client_id = std::vector<uint8_t>{1, 2, 3}};
    EXPECT_EQ(Leases(filter, limit), (std::vector{Ip("10.0.0.10"), Ip("10.0.0.20")}));
    filter.client = HardwareAddress::Of(Mac(2));
    EXPECT_EQ(Leases(filter, limit), (std::vector{Ip("10.0.0.10")}));
    filter = {.address = Ip("10.0.0.20")};
    EXPECT_EQ(Leases(filter, limit), (std::vector{Ip("10.0.0.20")}));
    filter.address = Ip("10.0.0.21");
    EXPECT_TRUE(Leases(filter, limit).empty());
    for (const char* nowhere : {"none", "empty"}) {
      filter = {.subnet = nowhere};
      EXPECT_TRUE(Leases(filter, limit).empty());
    }
  }
  core::LeaseFilter expired{.condition = core::LeaseCondition::kExpired};
  EXPECT_TRUE(Leases(expired, 100).empty());
  now += std::chrono::seconds{60};
  EXPECT_EQ(Leases(expired, 100), all);
}

}  // namespace
}  // namespace pxe::server
