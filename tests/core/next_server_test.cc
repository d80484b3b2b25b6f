// Which address clients are told to boot from.
#include "core/next_server.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace pxe::core {
namespace {

class NextServerTest : public testing::Test {
 protected:
  NextServerTest() {
    question_.local_addresses = {*ParseIpv4("192.168.7.1"), *ParseIpv4("10.0.0.1")};
    subnet_.cidr = *ParseIpv4Prefix("10.0.0.0/24");
  }

  std::string Answer() { return NextServer(subnet_, question_, advertised_).ToString(); }

  Subnet subnet_;
  DhcpQuestion question_;
  std::optional<Ipv4> advertised_;
};

TEST_F(NextServerTest, TheSubnetsOwnComesFirst) {
  subnet_.next_server = *ParseIpv4("10.9.9.9");
  advertised_ = *ParseIpv4("10.8.8.8");
  EXPECT_EQ(Answer(), "10.9.9.9");
}

TEST_F(NextServerTest, TheAdvertisedAddressBeatsWhatTheInterfaceSays) {
  advertised_ = *ParseIpv4("10.8.8.8");
  question_.giaddr = *ParseIpv4("10.0.0.254");
  question_.route_source = *ParseIpv4("172.16.0.1");
  EXPECT_EQ(Answer(), "10.8.8.8");
}

TEST_F(NextServerTest, ADirectClientIsToldOurAddressInItsNetwork) {
  EXPECT_EQ(Answer(), "10.0.0.1");
}

TEST_F(NextServerTest, WithoutOneInItsNetworkTheFirstOfTheInterface) {
  subnet_.cidr = *ParseIpv4Prefix("10.5.0.0/24");
  EXPECT_EQ(Answer(), "192.168.7.1");
}

TEST_F(NextServerTest, ARelayedClientIsToldOurEndOfTheRouteToItsRelay) {
  question_.giaddr = *ParseIpv4("10.0.0.254");
  question_.route_source = *ParseIpv4("172.16.0.1");
  EXPECT_EQ(Answer(), "172.16.0.1");
}

TEST_F(NextServerTest, ARelayedClientWithoutAKnownRouteIsToldAnAddressOfTheInterface) {
  question_.giaddr = *ParseIpv4("10.5.0.254");
  subnet_.cidr = *ParseIpv4Prefix("10.5.0.0/24");
  EXPECT_EQ(Answer(), "192.168.7.1");
}

}  // namespace
}  // namespace pxe::core
