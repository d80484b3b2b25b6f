// Hosts that were discovered: approved, rejected, and left as they are by everything else.
#include <future>

#include "server/change_writer.h"
#include "tests/server/services_fixture.h"

namespace pxe::server {
namespace {

class DiscoveredHostTest : public ServicesTest {
 protected:
  void SetUp() override {
    CreateLab();
    ASSERT_THAT(Discover(), IsOk());
  }

  // hosts/found, as server/discovery.h makes it.
  absl::Status Discover() {
    std::vector<CatalogChange> shown;
    std::promise<absl::Status> done;
    const store::Author author{.actor = "packet"};
    server.writer.Submit({.change = [&](store::Database& db) -> absl::Status {
                            ChangeWriter writer(db, author, server.clock.Now());
                            core::Host host{.id = "found", .uid = "u-1"};
                            host.nics = {{.mac = *ParseMacAddress("52:54:00:00:00:01")}};
                            host.state = core::HostState::kDiscovered;
                            host.discovery = core::Discovery{.subnet = "lab", .kind = "bios"};
                            PXE_RETURN_IF_ERROR(writer.Create(std::move(host)).status());
                            shown = writer.TakeShown();
                            return absl::OkStatus();
                          },
                          .done = [&](const absl::Status& status) { done.set_value(status); }});
    const absl::Status status = done.get_future().get();
    if (status.ok()) server.state.Apply(std::move(shown));
    return status;
  }

  auto Approve(const std::string& request) {
    return Call(*hosts, &v1::HostService::Stub::ApproveHost, request);
  }
  auto Reject(const std::string& request) {
    return Call(*hosts, &v1::HostService::Stub::RejectHost, request);
  }
};

TEST_F(DiscoveredHostTest, ItShowsWhatItsPacketsTold) {
  const auto host = GetHost("found");
  ASSERT_THAT(host, IsOk());
  EXPECT_EQ(host->state(), v1::HOST_STATE_DISCOVERED);
  EXPECT_EQ(host->discovery().subnet(), "subnets/lab");
  EXPECT_EQ(host->discovery().kind(), "bios");
  const auto found = ListHosts(R"(filter: "state = DISCOVERED")");
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->hosts_size(), 1);
}

TEST_F(DiscoveredHostTest, ApprovedItIsAHostAndMayBootAProfile) {
  const auto host = Approve(R"(name: "hosts/found" profile: "profiles/deb")");
  ASSERT_THAT(host, IsOk());
  EXPECT_EQ(host->state(), v1::HOST_STATE_APPROVED);
  EXPECT_EQ(host->profile(), "profiles/deb");
  EXPECT_EQ(host->discovery().kind(), "bios") << "where it came from stays";
  EXPECT_THAT(Approve(R"(name: "hosts/found")"), StatusIs(kRefused, "approved already"));
  EXPECT_THAT(Reject(R"(name: "hosts/found")"), StatusIs(kRefused, "approved already"));
}

TEST_F(DiscoveredHostTest, RejectedItCanStillBeApproved) {
  EXPECT_EQ(Reject(R"(name: "hosts/found")")->state(), v1::HOST_STATE_REJECTED);
  EXPECT_THAT(Reject(R"(name: "hosts/found")"), StatusIs(kRefused, "rejected already"));
  EXPECT_EQ(Approve(R"(name: "hosts/found")")->state(), v1::HOST_STATE_APPROVED);
}

TEST_F(DiscoveredHostTest, RefusalsAreSpeltAsTheVerbIs) {
  EXPECT_THAT(Approve(R"(name: "hosts/none")"), StatusIs(kMissing, "hosts/none"));
  EXPECT_THAT(Approve(R"(name: "found")"), StatusIs(kInvalid, "name: "));
  EXPECT_THAT(Approve(R"(name: "hosts/found" profile: "profiles/x")"),
              StatusIs(kRefused, "profile: profiles/x does not exist"));
  EXPECT_THAT(Approve(R"(name: "hosts/found" etag: "1")"), StatusIs(kAborted, "etag: "));
  EXPECT_EQ(Approve(R"(name: "hosts/found" validate_only: true)")->state(),
            v1::HOST_STATE_APPROVED);
  EXPECT_EQ(GetHost("found")->state(), v1::HOST_STATE_DISCOVERED);
}

TEST_F(DiscoveredHostTest, NoUpdateJudgesIt) {
  for (const char* mask : {"", R"(update_mask { paths: "*" })"}) {
    const auto host = UpdateHost(absl::StrFormat(
        R"(host { name: "hosts/found" state: 1 serial: "s" nics { mac: "52:54:00:00:00:01" } } %s)",
        mask));
    ASSERT_THAT(host, IsOk());
    EXPECT_EQ(host->state(), v1::HOST_STATE_DISCOVERED) << mask;
    EXPECT_TRUE(host->has_discovery()) << mask;
  }
  const auto batch =
      UpsertHosts(R"(hosts { name: "hosts/found" nics { mac: "52:54:00:00:00:01" } })");
  ASSERT_THAT(batch, IsOk());
  EXPECT_EQ(batch->hosts(0).state(), v1::HOST_STATE_DISCOVERED);
}

TEST_F(DiscoveredHostTest, ARevertTakesAJudgementBack) {
  const auto before = GetHost("found");
  ASSERT_THAT(Reject(R"(name: "hosts/found")"), IsOk());
  ASSERT_THAT(
      Revert(absl::StrFormat(R"(resource: "hosts/found" to_revision: %d)", before->revision())),
      IsOk());
  EXPECT_EQ(GetHost("found")->state(), v1::HOST_STATE_DISCOVERED);
  ASSERT_THAT(DeleteHost("found"), IsOk());
  ASSERT_THAT(
      Revert(absl::StrFormat(R"(resource: "hosts/found" to_revision: %d)", before->revision())),
      IsOk());
  const auto again = GetHost("found");
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->uid(), "u-1");
  EXPECT_EQ(again->discovery().SerializeAsString(), before->discovery().SerializeAsString());
}

}  // namespace
}  // namespace pxe::server
