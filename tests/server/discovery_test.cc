// From a stranger's packet to a host of the API: once, bounded, and with its author in the history.
#include "server/discovery.h"

#include <gmock/gmock.h>

#include <condition_variable>
#include <future>

#include "store/hosts.h"
#include "tests/server/services_fixture.h"

namespace pxe::server {
namespace {

class DiscoveryTest : public ServicesTest {
 protected:
  void SetUp() override { CreateLab(); }

  static core::Host Stranger(int n) {
    core::Host host;
    host.id = "mac-5254000000" + absl::StrFormat("%02x", n);
    host.nics = {{.mac = MacAddress{{0x52, 0x54, 0, 0, 0, static_cast<uint8_t>(n)}}}};
    host.state = core::HostState::kDiscovered;
    host.discovery = core::Discovery{
        .subnet = "lab", .kind = "uefi-x64", .vendor_class = "PXEClient", .circuit_id = "eth7"};
    return host;
  }

  // When this is answered, all that was submitted before it is.
  void AwaitWriter() {
    std::promise<void> done;
    ASSERT_TRUE(server.writer.Submit({.change = [](store::Database&) { return absl::OkStatus(); },
                                      .done = [&](const absl::Status&) { done.set_value(); }}));
    done.get_future().wait();
  }

  uint64_t Count(Discovery::Outcome outcome) const { return discovery_.counts().Get(outcome); }

  ControlPlane plane_{server.state, server.writer, server.clock, *server.history};
  Discovery discovery_{plane_};
};

TEST_F(DiscoveryTest, AStrangerBecomesAHostWithWhatItTold) {
  discovery_.Found(Stranger(1));
  AwaitWriter();
  const auto host = GetHost("mac-525400000001");
  ASSERT_THAT(host, IsOk());
  EXPECT_EQ(host->state(), v1::HOST_STATE_DISCOVERED);
  EXPECT_NE(host->uid(), "");
  EXPECT_EQ(host->discovery().kind(), "uefi-x64");
  EXPECT_EQ(host->discovery().circuit_id(), "eth7");
  EXPECT_EQ(KnownAs("52:54:00:00:00:01"), "mac-525400000001");
  const auto log = ListChanges(R"(resource: "hosts/mac-525400000001")");
  ASSERT_THAT(log, IsOk());
  ASSERT_EQ(log->changes_size(), 1);
  EXPECT_EQ(log->changes(0).actor(), "packet");
}

TEST_F(DiscoveryTest, FoundAgainItIsTheSameHost) {
  discovery_.Found(Stranger(1));
  AwaitWriter();
  const std::string uid = GetHost("mac-525400000001")->uid();
  discovery_.Found(Stranger(1));
  AwaitWriter();
  EXPECT_EQ(GetHost("mac-525400000001")->uid(), uid);
  EXPECT_EQ(Count(Discovery::Outcome::kDiscovered), 1U);
  EXPECT_EQ(Count(Discovery::Outcome::kKnown), 1U);
}

TEST_F(DiscoveryTest, AHostThatHasItsMacAlreadyKeepsIt) {
  ASSERT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" })"), IsOk());
  discovery_.Found(Stranger(1));
  AwaitWriter();
  EXPECT_THAT(GetHost("mac-525400000001"), StatusIs(kMissing, "does not exist"));
  EXPECT_EQ(KnownAs("52:54:00:00:00:01"), "n1");
  EXPECT_EQ(Count(Discovery::Outcome::kFailed), 1U);
}

TEST_F(DiscoveryTest, AFullSubnetIsCountedAndTakesNoMore) {
  std::promise<void> filled;
  ASSERT_TRUE(server.writer.Submit(
      {.change =
           [&](store::Database& db) {
             for (uint64_t n = 0; n < store::kMaxDiscoveredPerSubnet; ++n) {
               core::Host host = Stranger(1);
               host.id = "full-" + std::to_string(n);
               host.uid = host.id;
               host.nics[0].mac.bytes[3] = static_cast<uint8_t>(n / 250);
               host.nics[0].mac.bytes[4] = static_cast<uint8_t>(n % 250);
               PXE_RETURN_IF_ERROR(store::InsertHost(db, host, Seconds{}).status());
             }
             return absl::OkStatus();
           },
       .done =
           [&](const absl::Status& status) {
             EXPECT_THAT(status, IsOk());
             filled.set_value();
           }}));
  filled.get_future().wait();
  discovery_.Found(Stranger(2));
  AwaitWriter();
  EXPECT_EQ(Count(Discovery::Outcome::kFull), 1U);
  EXPECT_THAT(GetHost("mac-525400000002"), StatusIs(kMissing, "does not exist"));
}

TEST_F(DiscoveryTest, AFloodWaitsForItsNextPacket) {
  std::promise<void> go;
  ASSERT_TRUE(server.writer.Submit({.change =
                                        [&](store::Database&) {
                                          go.get_future().wait();
                                          return absl::OkStatus();
                                        },
                                    .done = [](const absl::Status&) {}}));
  for (size_t n = 0; n <= Discovery::kMaxOnTheWay; ++n) {
    core::Host host = Stranger(1);
    host.id = "flood-" + std::to_string(n);
    discovery_.Found(std::move(host));
  }
  EXPECT_EQ(Count(Discovery::Outcome::kOverload), 1U);
  go.set_value();
  AwaitWriter();
}

}  // namespace
}  // namespace pxe::server
