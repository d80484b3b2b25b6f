#include "server/change_service.h"

#include <filesystem>

#include "store/migrate.h"
#include "tests/server/services_fixture.h"

namespace pxe::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class HistoryTest : public ServicesTest {
 protected:
  HistoryTest() { CreateLab(); }

  void CreateNode() {
    ASSERT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" address: "10.0.0.20" }
                                    labels { key: "rack" value: "a" })"),
                IsOk());
  }
  void SetRack(const std::string& rack) {
    ASSERT_THAT(
        UpdateHost(R"(host { name: "hosts/n1" labels { key: "rack" value: ")" + rack + R"(" } })"),
        IsOk());
  }
  auto HostAt(uint64_t revision) {
    return Call(*hosts, &v1::HostService::Stub::GetHost,
                R"(name: "hosts/n1" at_revision: )" + std::to_string(revision));
  }
  auto GetChange(const std::string& name) {
    return Call(*changes, &v1::ChangeService::Stub::GetChange, "name: \"" + name + "\"");
  }
  uint64_t Now() { return ListChanges("page_size: 1")->changes(0).revision(); }

  // "path: before -> after" for each.
  std::vector<std::string> Diff(const std::string& request) {
    const auto diff = Call(*changes, &v1::ChangeService::Stub::DiffResource, request);
    EXPECT_THAT(diff, IsOk());
    std::vector<std::string> lines;
    if (!diff.ok()) return lines;
    for (const auto& one : diff->differences()) {
      lines.push_back(one.path() + ": " + one.before() + " -> " + one.after());
    }
    return lines;
  }
  auto DiffStatus(const std::string& request) {
    return Call(*changes, &v1::ChangeService::Stub::DiffResource, request).status();
  }
  static std::string HostTo(uint64_t revision, const std::string& more = "") {
    return R"(resource: "hosts/n1" to_revision: )" + std::to_string(revision) + " " + more;
  }
};

TEST_F(HistoryTest, AnObjectIsReadAsItWasAtARevision) {
  CreateNode();
  const v1::Host first = *GetHost("n1");
  SetRack("b");
  const v1::Host second = *GetHost("n1");
  ASSERT_THAT(CreateSubnet("other", R"(cidr: "10.9.0.0/24")"), IsOk());
  ASSERT_THAT(DeleteHost("n1"), IsOk());
  EXPECT_EQ(HostAt(first.revision())->DebugString(), first.DebugString());
  EXPECT_EQ(HostAt(second.revision())->DebugString(), second.DebugString());
  EXPECT_EQ(HostAt(second.revision() + 1)->DebugString(), second.DebugString());
  EXPECT_THAT(HostAt(Now()), StatusIs(kMissing, "hosts/n1 did not exist at revision 6"));
  EXPECT_THAT(HostAt(1), StatusIs(kMissing, "hosts/n1 did not exist at revision 1"));
  EXPECT_THAT(HostAt(7), StatusIs(kOutOfRange, "at_revision: revision 7 has not happened yet"));
  EXPECT_EQ(
      Call(*subnets, &v1::SubnetService::Stub::GetSubnet, R"(name: "subnets/lab" at_revision: 1)")
          ->cidr(),
      "10.0.0.0/24");
  EXPECT_THAT(Call(*profiles, &v1::ProfileService::Stub::GetProfile,
                   R"(name: "profiles/deb" at_revision: 1)"),
              StatusIs(kMissing, "profiles/deb did not exist"));
}

TEST_F(HistoryTest, AChangeSaysWhatWhenAndByWhom) {
  CreateNode();
  const v1::Host first = *GetHost("n1");
  server.clock.Advance(std::chrono::seconds{60});
  SetRack("b");
  const v1::Host second = *GetHost("n1");
  ASSERT_THAT(DeleteHost("n1"), IsOk());

  const auto list = ListChanges(R"(resource: "hosts/n1")");
  ASSERT_THAT(list->changes(), SizeIs(3));
  const v1::Change& deleted = list->changes(0);
  EXPECT_EQ(deleted.action(), v1::CHANGE_ACTION_DELETED);
  EXPECT_EQ(deleted.before().host().DebugString(), second.DebugString());
  EXPECT_FALSE(deleted.has_after());
  const v1::Change& updated = list->changes(1);
  EXPECT_EQ(updated.action(), v1::CHANGE_ACTION_UPDATED);
  EXPECT_EQ(updated.revision(), second.revision());
  EXPECT_EQ(updated.time().seconds(), 1'000'060);
  EXPECT_EQ(updated.before().host().DebugString(), first.DebugString());
  EXPECT_EQ(updated.after().host().DebugString(), second.DebugString());
  const v1::Change& created = list->changes(2);
  EXPECT_EQ(created.action(), v1::CHANGE_ACTION_CREATED);
  EXPECT_EQ(created.name(), "changes/3");
  EXPECT_EQ(created.resource(), "hosts/n1");
  EXPECT_EQ(created.actor(), "unix");
  EXPECT_FALSE(created.has_before());
  EXPECT_EQ(created.after().host().DebugString(), first.DebugString());
  EXPECT_EQ(GetChange("changes/3")->DebugString(), created.DebugString());
}

TEST_F(HistoryTest, TheNewestOfAnObjectThatIsThereEndsInWhatItIs) {
  CreateNode();
  SetRack("b");
  EXPECT_EQ(ListChanges("page_size: 1")->changes(0).after().host().DebugString(),
            GetHost("n1")->DebugString());
}

TEST_F(HistoryTest, ListsInPagesFromTheNewest) {
  CreateNode();
  SetRack("b");
  SetRack("c");
  const auto revisions = [](const v1::ListChangesResponse& page) {
    std::vector<uint64_t> found;
    for (const auto& change : page.changes()) found.push_back(change.revision());
    return found;
  };
  const auto first = ListChanges("page_size: 2");
  EXPECT_THAT(revisions(*first), ElementsAre(5, 4));
  const std::string token = " page_token: \"" + first->next_page_token() + "\"";
  const auto second = ListChanges("page_size: 2" + token);
  EXPECT_THAT(revisions(*second), ElementsAre(3, 2));
  const auto third = ListChanges("page_size: 2 page_token: \"" + second->next_page_token() + "\"");
  EXPECT_THAT(revisions(*third), ElementsAre(1));
  EXPECT_EQ(third->next_page_token(), "");
  EXPECT_THAT(ListChanges(R"(resource: "hosts/n1")" + token), StatusIs(kInvalid, "page_token: "));
  EXPECT_THAT(ListChanges(R"(page_token: "zz")"), StatusIs(kInvalid, "page_token: "));
  EXPECT_THAT(ListChanges(R"(resource: "leases/10.0.0.1")"), StatusIs(kInvalid, "resource: "));
  EXPECT_THAT(ListChanges(R"(resource: "hosts/never")")->changes(), IsEmpty());
}

TEST_F(HistoryTest, APageOfLargeChangesEndsBeforeItIsTooLargeToReceive) {
  std::string profile;
  for (int i = 0; i < 200; ++i) {
    profile += "entries { name: \"e" + std::to_string(i) + "\" kernel: \"k\" arguments: \"" +
               std::string(1500, 'x') + "\" } ";
  }
  ASSERT_THAT(CreateProfile("big", profile), IsOk());
  for (int i = 0; i < 10; ++i) {
    ASSERT_THAT(Call(*profiles, &v1::ProfileService::Stub::UpdateProfile,
                     R"(profile { name: "profiles/big" menu { prompt: true } })"),
                IsOk());
  }
  int seen = 0;
  int pages = 0;
  std::string token;
  do {
    const auto page = ListChanges(R"(resource: "profiles/big" page_token: ")" + token + "\"");
    ASSERT_THAT(page, IsOk());
    seen += page->changes_size();
    token = page->next_page_token();
    ++pages;
  } while (!token.empty() && pages < 20);
  EXPECT_EQ(seen, 11);
  EXPECT_GT(pages, 1);
}

TEST_F(HistoryTest, NamesThatAreNoChangeAreRefused) {
  EXPECT_THAT(GetChange("changes/0"), StatusIs(kInvalid, "name: \"0\" is no revision"));
  EXPECT_THAT(GetChange("changes/1x"), StatusIs(kInvalid, "name: "));
  EXPECT_THAT(GetChange("hosts/1"), StatusIs(kInvalid, "name: "));
  EXPECT_THAT(GetChange("changes/99"), StatusIs(kOutOfRange, "name: "));
}

TEST_F(HistoryTest, ADiffNamesKeysAndPlacesAndLeavesOutTheServersFields) {
  ASSERT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" host_name: "a" }
                                  nics { mac: "52:54:00:00:00:02" }
                                  labels { key: "gone" value: "x" }
                                  labels { key: "rack" value: "a" })"),
              IsOk());
  ASSERT_THAT(UpdateHost(R"(host { name: "hosts/n1"
                              nics { mac: "52:54:00:00:00:03" address: "10.0.0.20" }
                              labels { key: "new" value: "say \"hi\"" }
                              labels { key: "rack" value: "b" }
                              profile: "profiles/deb" })"),
              IsOk());
  EXPECT_THAT(Diff(R"(resource: "hosts/n1" from_revision: 3)"),
              ElementsAre(R"(nics[0].mac: "52:54:00:00:00:01" -> "52:54:00:00:00:03")",
                          R"(nics[0].address:  -> "10.0.0.20")", R"(nics[0].host_name: "a" -> )",
                          R"(nics[1]: {"mac":"52:54:00:00:00:02","answers":"ANSWERS_ALL"} -> )",
                          R"(labels.gone: "x" -> )", R"(labels.new:  -> "say \"hi\"")",
                          R"(labels.rack: "a" -> "b")", R"(profile:  -> "profiles/deb")"));
  EXPECT_THAT(Diff(R"(resource: "hosts/n1" from_revision: 3 to_revision: 3)"), IsEmpty());
  EXPECT_THAT(Diff(R"(resource: "hosts/n1" from_revision: 2 to_revision: 3)"),
              testing::Contains(R"(labels.rack:  -> "a")"));
}

TEST_F(HistoryTest, ADiffGoesIntoMenusEntriesAndTimes) {
  ASSERT_THAT(Call(*profiles, &v1::ProfileService::Stub::UpdateProfile,
                   R"(profile { name: "profiles/deb"
                        entries { name: "linux" kernel: "vmlinuz" initrds: "a" initrds: "b" }
                        entries { name: "disk" local_boot: true }
                        menu { timeout { seconds: 5 } prompt: true } })"),
              IsOk());
  EXPECT_THAT(Diff(R"(resource: "profiles/deb" from_revision: 2)"),
              ElementsAre(R"(entries[0].initrds[0]:  -> "a")", R"(entries[0].initrds[1]:  -> "b")",
                          R"(entries[1]:  -> {"name":"disk","local_boot":true})",
                          "menu.prompt: false -> true", HasSubstr("menu.timeout: ")));
  ASSERT_THAT(Call(*subnets, &v1::SubnetService::Stub::UpdateSubnet,
                   R"(subnet { name: "subnets/lab" default_lease { seconds: 600 }
                               unknown_machines: UNKNOWN_MACHINES_IGNORE })"),
              IsOk());
  EXPECT_THAT(
      Diff(R"(resource: "subnets/lab" from_revision: 3)"),
      ElementsAre(
          R"(default_lease: "3600s" -> "600s")",
          R"(unknown_machines: "UNKNOWN_MACHINES_ADDRESS_ONLY" -> "UNKNOWN_MACHINES_IGNORE")"));
}

TEST_F(HistoryTest, DiffsThatCannotBeMadeAreRefused) {
  EXPECT_THAT(DiffStatus(R"(resource: "subnets/lab")"),
              StatusIs(kInvalid, "from_revision: is required"));
  EXPECT_THAT(DiffStatus(R"(resource: "lab" from_revision: 1)"), StatusIs(kInvalid, "resource: "));
  EXPECT_THAT(DiffStatus(R"(resource: "hosts/n1" from_revision: 1)"),
              StatusIs(kMissing, "hosts/n1 existed neither at revision 1 nor now"));
  EXPECT_THAT(DiffStatus(R"(resource: "hosts/n1" from_revision: 9)"),
              StatusIs(kOutOfRange, "from_revision: "));
  EXPECT_THAT(DiffStatus(R"(resource: "hosts/n1" from_revision: 1 to_revision: 9)"),
              StatusIs(kOutOfRange, "to_revision: "));
}

TEST_F(HistoryTest, AnUpdateIsTakenBack) {
  CreateNode();
  const v1::Host first = *GetHost("n1");
  SetRack("b");
  const auto change = Revert(HostTo(first.revision()));
  ASSERT_THAT(change, IsOk());
  EXPECT_EQ(change->action(), v1::CHANGE_ACTION_UPDATED);
  EXPECT_EQ(change->before().host().labels().at("rack"), "b");
  EXPECT_EQ(change->after().host().labels().at("rack"), "a");
  EXPECT_EQ(GetHost("n1")->DebugString(), change->after().host().DebugString());
  EXPECT_EQ(GetChange(change->name())->DebugString(), change->DebugString());
  EXPECT_EQ(GetHost("n1")->uid(), first.uid());
}

TEST_F(HistoryTest, ADeletedHostComesBackAsItselfAndIsMetByTheNextPacket) {
  CreateNode();
  const v1::Host first = *GetHost("n1");
  ASSERT_THAT(DeleteHost("n1"), IsOk());
  const auto change = Revert(HostTo(first.revision()));
  ASSERT_THAT(change, IsOk());
  EXPECT_EQ(change->action(), v1::CHANGE_ACTION_CREATED);
  EXPECT_EQ(GetHost("n1")->uid(), first.uid());
  EXPECT_EQ(GetHost("n1")->nics(0).address(), "10.0.0.20");
  EXPECT_EQ(KnownAs("52:54:00:00:00:01"), "n1");
}

TEST_F(HistoryTest, ACreationIsTakenBack) {
  CreateNode();
  const auto change = Revert(HostTo(2));
  ASSERT_THAT(change, IsOk());
  EXPECT_EQ(change->action(), v1::CHANGE_ACTION_DELETED);
  EXPECT_FALSE(change->has_after());
  EXPECT_THAT(GetHost("n1"), StatusIs(kMissing, "hosts/n1"));
  EXPECT_EQ(KnownAs("52:54:00:00:00:01"), "");
  EXPECT_THAT(Revert(HostTo(2)),
              StatusIs(kMissing, "hosts/n1 existed neither then nor exists now"));
}

TEST_F(HistoryTest, ARevertKeepsTheRulesOfTheWriteThatItIs) {
  CreateNode();
  ASSERT_THAT(DeleteHost("n1"), IsOk());  // revision 4
  ASSERT_THAT(CreateHost("n2", R"(nics { mac: "52:54:00:00:00:01" })"), IsOk());
  EXPECT_THAT(Revert(HostTo(3)),
              StatusIs(kTaken, "host.nics[0].mac: 52:54:00:00:00:01 belongs to"));
  ASSERT_THAT(DeleteHost("n2"), IsOk());
  EXPECT_THAT(Revert(R"(resource: "subnets/lab" to_revision: 1)"), IsOk());
  ASSERT_THAT(Revert(HostTo(3)), IsOk());
  ASSERT_THAT(CreateProfile("late", R"(entries { name: "a" kernel: "k" })"), IsOk());
  const uint64_t late = Now();
  ASSERT_THAT(UpdateHost(R"(host { name: "hosts/n1" profile: "profiles/late" })"), IsOk());
  EXPECT_THAT(Revert(R"(resource: "profiles/late" to_revision: )" + std::to_string(late - 1)),
              StatusIs(kRefused, "profiles/late is used by hosts/n1"));
}

TEST_F(HistoryTest, ARevertCanBeConditionalTriedAndRepeated) {
  CreateNode();
  SetRack("b");
  const std::string etag = GetHost("n1")->etag();
  EXPECT_THAT(Revert(HostTo(3, R"(etag: "1")")), StatusIs(kAborted, "etag: hosts/n1 has changed"));
  const auto tried = Revert(HostTo(3, "validate_only: true"));
  ASSERT_THAT(tried, IsOk());
  EXPECT_EQ(tried->after().host().labels().at("rack"), "a");
  EXPECT_EQ(GetHost("n1")->labels().at("rack"), "b");
  const std::string once = HostTo(3, "request_id: \"once\" etag: \"" + etag + "\"");
  const auto first = Revert(once);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(Revert(once)->DebugString(), first->DebugString());
  EXPECT_EQ(Now(), first->revision());
  ASSERT_THAT(DeleteHost("n1"), IsOk());
  EXPECT_THAT(Revert(HostTo(3, R"(etag: "1")")), StatusIs(kAborted, "etag: hosts/n1"));
}

TEST_F(HistoryTest, RevertsThatSayTooLittleAreRefused) {
  EXPECT_THAT(Revert(R"(resource: "subnets/lab")"), StatusIs(kInvalid, "to_revision: is required"));
  EXPECT_THAT(Revert(R"(to_revision: 1)"), StatusIs(kInvalid, "resource: "));
  EXPECT_THAT(Revert(HostTo(9)), StatusIs(kOutOfRange, "to_revision: revision 9 has not"));
}

absl::StatusOr<v1::Subnet> GetSubnet(const TestServer& server, const std::string& name,
                                     uint64_t revision) {
  v1::GetSubnetRequest request;
  request.set_name(name);
  request.set_at_revision(revision);
  grpc::ClientContext context;
  v1::Subnet found;
  const auto status =
      v1::SubnetService::NewStub(server.NewChannel())->GetSubnet(&context, request, &found);
  if (!status.ok()) return api::FromGrpc(status);
  return found;
}

TEST(RetentionTest, AnObjectOlderThanTheLogIsKnownFromItsBeginning) {
  const TempDir dir;
  {  // as the first schema left it, after two writes
    std::filesystem::create_directory(dir.path() / "state");
    const auto old =
        store::Database::Open(dir.path() / "state/state.db", store::Database::Mode::kCreate);
    ASSERT_THAT(old, IsOk());
    ASSERT_THAT(store::Migrate(**old, store::SchemaFiles().first(1)), IsOk());
    ASSERT_THAT((*old)->RunScript("UPDATE meta SET revision = 2;"
                                  "INSERT INTO subnet VALUES ('lab', 167772160, 24, 'first.test',"
                                  "  3600, 120, 86400, NULL, NULL, 'ADDRESS_ONLY', NULL, 1, 0,"
                                  "  2, 0, 0)"),
                IsOk());
  }
  const TestServer server({}, dir.path() / "state");
  EXPECT_THAT(GetSubnet(server, "subnets/lab", 1), StatusIs(kOutOfRange, "after revision 2"));
  EXPECT_EQ(GetSubnet(server, "subnets/lab", 2)->domain_name(), "first.test");
  const auto update = v1::SubnetService::NewStub(server.NewChannel());
  v1::UpdateSubnetRequest request;
  request.mutable_subnet()->set_name("subnets/lab");
  request.mutable_subnet()->set_domain_name("second.test");
  grpc::ClientContext context;
  v1::Subnet updated;
  ASSERT_TRUE(update->UpdateSubnet(&context, request, &updated).ok());
  EXPECT_EQ(GetSubnet(server, "subnets/lab", 2)->domain_name(), "first.test");
  EXPECT_EQ(GetSubnet(server, "subnets/lab", 3)->domain_name(), "second.test");
}

TEST(RetentionTest, WhatIsNotKeptIsOutOfRangeAndTheRestIsRight) {
  const TestServer server(HistoryLimits{.changes = {.max_rows = 2}});
  const auto channel = server.NewChannel();
  const auto subnets = v1::SubnetService::NewStub(channel);
  for (int i = 0; i < 4; ++i) {
    v1::CreateSubnetRequest request;
    request.set_subnet_id("s" + std::to_string(i));
    request.mutable_subnet()->set_cidr("10.0." + std::to_string(i) + ".0/24");
    grpc::ClientContext context;
    v1::Subnet created;
    ASSERT_TRUE(subnets->CreateSubnet(&context, request, &created).ok());
  }
  const auto get = [&](const std::string& name, uint64_t revision) {
    return GetSubnet(server, name, revision);
  };
  EXPECT_THAT(get("subnets/s0", 1), StatusIs(kOutOfRange, "begins after revision 2"));
  EXPECT_THAT(get("subnets/s0", 2), IsOk());
  EXPECT_THAT(get("subnets/s1", 2), IsOk());
  EXPECT_THAT(get("subnets/s2", 2), StatusIs(kMissing, "did not exist"));
  EXPECT_THAT(get("subnets/s2", 3), IsOk());
}

}  // namespace
}  // namespace pxe::server
