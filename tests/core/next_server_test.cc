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

  ServerAddress Named() { return NextServer(verdict_, &host_, subnet_, question_, advertised_); }
  std::string Answer() { return Named().address.ToString(); }

  Host host_;
  Profile profile_;
  BootVerdict verdict_{.action = BootAction::kProfile, .profile = &profile_};
  Subnet subnet_;
  DhcpQuestion question_;
  std::optional<Ipv4> advertised_;
};

TEST_F(NextServerTest, HostThenProfileThenSubnetBeatWhatWeKnowOfOurselves) {
  advertised_ = *ParseIpv4("10.8.8.8");
  subnet_.next_server = *ParseIpv4("10.0.0.4");
  EXPECT_EQ(Named(), (ServerAddress{*ParseIpv4("10.0.0.4"), ServerSource::kSubnet}));
  profile_.next_server = *ParseIpv4("10.0.0.3");
  EXPECT_EQ(Named(), (ServerAddress{*ParseIpv4("10.0.0.3"), ServerSource::kProfile}));
  host_.next_server = *ParseIpv4("10.0.0.2");
  EXPECT_EQ(Named(), (ServerAddress{*ParseIpv4("10.0.0.2"), ServerSource::kHost}));
}

TEST_F(NextServerTest, AMachineThatIsNoHostAndBootsNoProfileGoesByItsSubnet) {
  subnet_.next_server = *ParseIpv4("10.0.0.4");
  EXPECT_EQ(NextServer({}, nullptr, subnet_, question_, {}).source, ServerSource::kSubnet);
}

TEST_F(NextServerTest, APlainFileHasAServerOfItsOwnAndNoneOfAProfile) {
  verdict_.action = BootAction::kPlainFile;
  host_.next_server = *ParseIpv4("10.0.0.2");
  profile_.next_server = *ParseIpv4("10.0.0.3");
  subnet_.plain_next_server = *ParseIpv4("10.0.0.5");
  EXPECT_EQ(Named(), (ServerAddress{*ParseIpv4("10.0.0.5"), ServerSource::kPlain}));
  subnet_.plain_next_server.reset();
  EXPECT_EQ(Named().source, ServerSource::kHost);
  host_.next_server.reset();
  EXPECT_EQ(Named().source, ServerSource::kInterface);
}

TEST_F(NextServerTest, TheAdvertisedAddressBeatsWhatTheInterfaceSays) {
  advertised_ = *ParseIpv4("10.8.8.8");
  question_.giaddr = *ParseIpv4("10.0.0.254");
  question_.route_source = *ParseIpv4("172.16.0.1");
  EXPECT_EQ(Named(), (ServerAddress{*ParseIpv4("10.8.8.8"), ServerSource::kAdvertised}));
}

TEST_F(NextServerTest, ADirectClientIsToldOurAddressInItsNetwork) {
  EXPECT_EQ(Named(), (ServerAddress{*ParseIpv4("10.0.0.1"), ServerSource::kInterface}));
}

TEST_F(NextServerTest, WithoutOneInItsNetworkTheFirstOfTheInterface) {
  subnet_.cidr = *ParseIpv4Prefix("10.5.0.0/24");
  EXPECT_EQ(Answer(), "192.168.7.1");
}

TEST_F(NextServerTest, ARelayedClientIsToldOurEndOfTheRouteToItsRelay) {
  subnet_.cidr = *ParseIpv4Prefix("10.5.0.0/24");
  question_.giaddr = *ParseIpv4("10.5.0.254");
  question_.route_source = *ParseIpv4("172.16.0.1");
  EXPECT_EQ(Named(), (ServerAddress{*ParseIpv4("172.16.0.1"), ServerSource::kRoute}));
}

TEST_F(NextServerTest, ARelayedClientWhoseNetworkWeAreInIsToldOurAddressThere) {
  question_.giaddr = *ParseIpv4("10.0.0.254");
  question_.route_source = *ParseIpv4("172.16.0.1");
  EXPECT_EQ(Answer(), "10.0.0.1");
}

TEST_F(NextServerTest, ARelayedClientWithoutAKnownRouteIsToldAnAddressOfTheInterface) {
  question_.giaddr = *ParseIpv4("10.5.0.254");
  subnet_.cidr = *ParseIpv4Prefix("10.5.0.0/24");
  EXPECT_EQ(Answer(), "192.168.7.1");
}

}  // namespace
}  // namespace pxe::core
