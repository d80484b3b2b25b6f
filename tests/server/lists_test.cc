// Lists over the wire: the examples of docs/api.md, pages of a filtered list, and short pages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "server/api_read.h"
#include "tests/server/services_fixture.h"

namespace pxe::server {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class ListsTest : public ServicesTest {
 protected:
  // Straight into memory: what lists look at.
  void Show(int count) {
    for (int n = 0; n < count; ++n) {
      core::Host host{.id = absl::StrFormat("n%05d", n),
                      .labels = {{"rack", n % 2 == 0 ? "a" : "b"}}};
      host.nics = {
          {.mac = {{0x52, 0x54, 0, 0, static_cast<uint8_t>(n >> 8), static_cast<uint8_t>(n)}}}};
      server.state.Apply(std::move(host));
    }
  }
  auto ListSubnets(const std::string& filter) {
    return Call(*subnets, &v1::SubnetService::Stub::ListSubnets, "filter: '" + filter + "'");
  }
  auto ListProfiles(const std::string& filter) {
    return Call(*profiles, &v1::ProfileService::Stub::ListProfiles, "filter: '" + filter + "'");
  }
  auto ListLeases(const std::string& filter) {
    return Call(*leases, &v1::LeaseService::Stub::ListLeases, "filter: '" + filter + "'");
  }
};

TEST_F(ListsTest, PagesOfAFilteredListJoinToAllOfIt) {
  Show(1000);
  std::vector<std::string> names;
  std::string token;
  do {
    const auto page =
        ListHosts(R"(page_size: 7 filter: "labels.rack = a" page_token: ")" + token + "\"");
    ASSERT_THAT(page, IsOk());
    EXPECT_LE(page->hosts_size(), 7);
    for (const v1::Host& host : page->hosts()) names.push_back(host.name());
    token = page->next_page_token();
  } while (!token.empty());
  ASSERT_EQ(names.size(), 500u);
  EXPECT_EQ(names.front(), "hosts/n00000");
  EXPECT_EQ(names.back(), "hosts/n00998");
  EXPECT_TRUE(std::ranges::is_sorted(names));
}

TEST_F(ListsTest, ATokenGoesWithItsFilter) {
  Show(10);
  const auto page = ListHosts(R"(page_size: 1 filter: "labels.rack = a")");
  ASSERT_THAT(page, IsOk());
  const std::string token = " page_token: \"" + page->next_page_token() + "\"";
  EXPECT_THAT(ListHosts(R"(filter: "labels.rack = b")" + token),
              StatusIs(kInvalid, "page_token: is one of a list with another filter"));
  EXPECT_THAT(ListHosts(token), StatusIs(kInvalid, "page_token: "));
  EXPECT_THAT(ListHosts(R"(filter: "labels.rack = a")" + token), IsOk());
}

TEST_F(ListsTest, ASearchThroughEverythingComesBackShortWithAToken) {
  constexpr int kHosts = static_cast<int>(kScanSlice * kMaxSlices) + 100;
  Show(kHosts);
  int pages = 0;
  int found = 0;
  std::string token;
  do {
    const auto page =
        ListHosts("page_size: 1000 filter: \"labels.row:*\" page_token: \"" + token + "\"");
    ASSERT_THAT(page, IsOk());
    found += page->hosts_size();
    token = page->next_page_token();
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(found, 0);
  EXPECT_EQ(pages, 2);
}

TEST_F(ListsTest, WhatIsNoFilterIsRefusedByEveryList) {
  EXPECT_THAT(ListHosts(R"(filter: "colour = red")"), StatusIs(kInvalid, "filter: column 1: "));
  EXPECT_THAT(ListSubnets("labels.a = b"), StatusIs(kInvalid, "filter: column 1: "));
  EXPECT_THAT(ListProfiles("cidr = 10.0.0.0/8"), StatusIs(kInvalid, "filter: column 1: "));
  EXPECT_THAT(ListLeases("profile = profiles/deb"), StatusIs(kInvalid, "filter: column 1: "));
}

TEST_F(ListsTest, TheExamplesOfTheDocumentation) {
  CreateLab();
  ASSERT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" address: "10.0.0.20" }
                                  labels { key: "rack" value: "a" } profile: "profiles/deb"
                                  uuid: "b8945908-d6a6-41a9-611d-74a6ab80b83d")"),
              IsOk());
  ASSERT_THAT(CreateHost("n2", R"(nics { mac: "52:54:00:00:00:02" })"), IsOk());
  for (const char* filter :
       {"labels.rack = a AND profile = profiles/deb", "name = hosts/n1", "labels.rack:*",
        "nics.mac = 5254.0000.0001", "nics.address = 10.0.0.20", "profile = profiles/deb",
        "uuid = b8945908-d6a6-41a9-611d-74a6ab80b83d"}) {
    const auto page = ListHosts(std::string("filter: '") + filter + "'");
    ASSERT_THAT(page, IsOk()) << filter;
    ASSERT_EQ(page->hosts_size(), 1) << filter;
    EXPECT_EQ(page->hosts(0).name(), "hosts/n1") << filter;
  }
  EXPECT_EQ(ListHosts(R"(filter: 'profile = ""')")->hosts(0).name(), "hosts/n2");
  EXPECT_EQ(ListSubnets("cidr:10.0.0.77")->subnets_size(), 1);
  EXPECT_EQ(ListSubnets("default_profile = profiles/deb")->subnets_size(), 0);
  EXPECT_EQ(ListProfiles("entries.kernel = vmlinuz")->profiles_size(), 1);
  EXPECT_EQ(ListProfiles("loaders.uefi-x64:*")->profiles_size(), 0);
}

TEST_F(ListsTest, LeasesBySubnetHostStateAndEnd) {
  CreateLab();
  ASSERT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" })"), IsOk());
  const Seconds now = server.clock.Now();
  for (uint8_t n = 1; n <= 3; ++n) {
    const std::lock_guard lock(server.state.mutex);
    server.state.leases.Load({.address = {ParseIpv4("10.0.0.20")->value + n},
                              .client = HardwareAddress::Of({{0x52, 0x54, 0, 0, 0, n}}),
                              .client_id = {1, n},
                              .starts = now,
                              .ends = now + 60s * n},
                             now);
  }
  server.clock.Advance(60s);
  const auto addresses = [this](const std::string& filter) {
    std::vector<std::string> found;
    const auto page = ListLeases(filter);
    EXPECT_THAT(page, IsOk()) << filter;
    if (!page.ok()) return found;
    for (const v1::Lease& lease : page->leases()) found.push_back(lease.address());
    return found;
  };
  EXPECT_THAT(addresses("subnet = subnets/lab AND state = BOUND"),
              ElementsAre("10.0.0.22", "10.0.0.23"));
  EXPECT_THAT(addresses("state = EXPIRED"), ElementsAre("10.0.0.21"));
  EXPECT_THAT(addresses("host = hosts/n1"), ElementsAre("10.0.0.21"));
  EXPECT_THAT(addresses("mac = 5254.0000.0002"), ElementsAre("10.0.0.22"));
  EXPECT_THAT(addresses("client_id = 0103"), ElementsAre("10.0.0.23"));
  EXPECT_THAT(addresses("subnet = subnets/none"), IsEmpty());
  EXPECT_THAT(addresses(R"(end_time < "1970-01-12T13:48:41Z")"),
              ElementsAre("10.0.0.21", "10.0.0.22"));
}

}  // namespace
}  // namespace pxe::server
