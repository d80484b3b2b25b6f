// From every earlier schema to the newest: nothing is lost, a copy of before is kept, and what
// fails leaves the old version working.
#include "store/hosts.h"
#include "store/inspect.h"
#include "store/leases.h"
#include "store/migrate.h"
#include "store/profiles.h"
#include "store/revision.h"
#include "store/subnets.h"
#include "tests/store/state_dir_fixture.h"

namespace pxe::store {
namespace {

namespace fs = std::filesystem;

using Schema = std::vector<SchemaFile>;

class MigrationTest : public StateDirTest {
 protected:
  // A database as the pxed of that schema left it, with a row in every table of the first one.
  void MakeOld(size_t version) {
    auto db = Database::Open(file(), Database::Mode::kCreate);
    ASSERT_THAT(db, IsOk());
    ASSERT_THAT(Migrate(**db, SchemaFiles().first(1)), IsOk());
    ASSERT_THAT((*db)->RunScript(kRows), IsOk());
    ASSERT_THAT(Migrate(**db, SchemaFiles().first(version)), IsOk());
    ASSERT_THAT((*db)->RunScript("PRAGMA journal_mode = WAL"), IsOk());
  }
  static void ExpectRows(Database& db) {
    EXPECT_THAT(CurrentRevision(db), IsOkAndHolds(41u));
    EXPECT_THAT(ListProfiles(db), IsOkAndHolds(std::vector{OldProfile()}));
    EXPECT_THAT(ListSubnets(db), IsOkAndHolds(std::vector{OldSubnet()}));
    EXPECT_THAT(ListHosts(db), IsOkAndHolds(std::vector{OldHost()}));
    EXPECT_EQ(CountLeases(db), 1);
  }
  // What kRows has, as it is read today.
  static core::Stamp OldStamp(uint64_t revision) {
    const Seconds then{std::chrono::seconds{1000}};
    return {.revision = revision, .created = then, .updated = then};
  }
  static core::Profile OldProfile() {
    core::Profile profile{.id = "deb", .loaders = {{"bios", "pxelinux.0"}}};
    profile.entries = {
        {.name = "linux", .kernel = "vmlinuz", .initrds = {"initrd.img"}, .arguments = "quiet"}};
    profile.menu.timeout_ds = 50;
    profile.menu.function_keys[0] = "help.msg";
    profile.variables = {{"suite", "bookworm"}};
    profile.stamp = OldStamp(3);
    return profile;
  }
  static core::Subnet OldSubnet() {
    core::Subnet subnet{.id = "lab", .cidr = *ParseIpv4Prefix("10.0.0.0/24")};
    subnet.pools = {{*ParseIpv4("10.0.0.10"), *ParseIpv4("10.0.0.20")}};
    subnet.dns_servers = {*ParseIpv4("10.0.0.1")};
    subnet.domain_name = "lab.test";
    subnet.min_lease = std::chrono::seconds{300};
    subnet.max_lease = std::chrono::seconds{7200};
    subnet.default_profile = "deb";
    subnet.unknown_machines = core::UnknownMachines::kProfile;
    subnet.unknown_profile = "deb";
    subnet.stamp = OldStamp(4);
    return subnet;
  }
  static core::Host OldHost() {
    core::Host host{.id = "n1", .uid = "uid-1"};
    host.nics = {{.mac = *ParseMacAddress("52:54:00:00:00:01"),
                  .address = *ParseIpv4("10.0.0.30"),
                  .host_name = "n1"}};
    host.labels = {{"rack", "a"}};
    host.variables = {{"disk", "/dev/vda"}};
    host.profile = "deb";
    host.stamp = OldStamp(5);
    return host;
  }
  // Its only lease, as kRows has it.
  static core::Lease OldLease() {
    return {.address = *ParseIpv4("10.0.0.30"),
            .client = HardwareAddress::Of(*ParseMacAddress("52:54:00:00:00:01")),
            .host_name = "n1",
            .starts = Seconds{std::chrono::seconds{1000}},
            .ends = Seconds{std::chrono::seconds{4600}},
            .kind = "ipxe-bios",
            .revision = 41};
  }
  // The schema of this program and one more step, as a later one would have it.
  static Schema Later(std::string_view sql) {
    Schema schema(SchemaFiles().begin(), SchemaFiles().end());
    schema.push_back({"9999_later.sql", sql});
    return schema;
  }
  fs::path Kept(size_t version) const {
    return Beside(".before-schema-" + std::to_string(version));
  }
  static int64_t VersionOf(const fs::path& path) {
    const auto db = Database::Open(path, Database::Mode::kInspect);
    return db.ok() ? SchemaVersion(**db).value_or(-1) : -1;
  }

  const size_t newest_ = SchemaFiles().size();
  static constexpr const char* kRows = R"(
    UPDATE meta SET revision = 41;
    INSERT INTO profile VALUES ('deb', '', 0, 50, '', '', '', '', 3, 1000, 1000);
    INSERT INTO profile_entry VALUES ('deb', 0, 'linux', '', 'vmlinuz', 'quiet', 0);
    INSERT INTO profile_initrd VALUES ('deb', 0, 0, 'initrd.img');
    INSERT INTO profile_loader VALUES ('deb', 'bios', 'pxelinux.0');
    INSERT INTO profile_function_key VALUES ('deb', 1, 'help.msg');
    INSERT INTO profile_variable VALUES ('deb', 'suite', 'bookworm');
    INSERT INTO subnet VALUES ('lab', 167772160, 24, 'lab.test', 3600, 300, 7200, NULL, 'deb',
                               'PROFILE', 'deb', 1, 0, 4, 1000, 1000);
    INSERT INTO pool VALUES ('lab', 0, 167772170, 167772180);
    INSERT INTO subnet_server VALUES ('lab', 'DNS', 0, 167772161);
    INSERT INTO host VALUES ('n1', 'uid-1', NULL, 'deb', 5, 1000, 1000);
    INSERT INTO nic VALUES ('52:54:00:00:00:01', 'n1', 0, 167772190, 'n1');
    INSERT INTO host_label VALUES ('n1', 'rack', 'a');
    INSERT INTO host_variable VALUES ('n1', 'disk', '/dev/vda');
    INSERT INTO lease VALUES (167772190, 1, x'525400000001', x'', 'n1', 'BOUND', 1000, 4600,
                              'ipxe-bios', x'', 41);
  )";
};

TEST_F(MigrationTest, EveryEarlierSchemaBecomesTheNewestWithItsRows) {
  for (size_t version = 1; version <= newest_; ++version) {
    SCOPED_TRACE(version);
    MakeOld(version);
    {
      auto state = StateDir::Open(dir_.path());
      ASSERT_THAT(state, IsOk());
      EXPECT_THAT(SchemaVersion(state->db()), IsOkAndHolds(int64_t(newest_)));
      ExpectRows(state->db());
      EXPECT_EQ(state->migration().has_value(), version < newest_);
    }
    if (version < newest_) {
      EXPECT_EQ(VersionOf(Kept(newest_)), int64_t(version));
    }
    for (const auto& entry : fs::directory_iterator(dir_.path())) fs::remove(entry.path());
  }
}

// SQLite makes a table of its own for "IN" with three values or more, anew for each row it checks.
TEST_F(MigrationTest, ARowOfABusyTableIsCheckedWithoutATableOfItsOwn) {
  auto state = StateDir::Open(dir_.path());
  ASSERT_THAT(state, IsOk());
  const auto made_for = [&](Sql sql) {
    Statement plan = state->db().Query(sql);
    size_t tables = 0;
    while (plan.Next()) {
      plan.Int();  // address
      tables += plan.Text() == "OpenEphemeral" ? 1 : 0;
    }
    EXPECT_THAT(plan.status(), IsOk());
    return tables;
  };
  EXPECT_EQ(made_for("EXPLAIN INSERT INTO lease DEFAULT VALUES"), 0);
  EXPECT_EQ(made_for("EXPLAIN INSERT INTO change DEFAULT VALUES"), 0);
  EXPECT_EQ(made_for("EXPLAIN INSERT INTO host DEFAULT VALUES"), 0);
  EXPECT_EQ(made_for("EXPLAIN INSERT INTO nic DEFAULT VALUES"), 0);
  EXPECT_GT(made_for("EXPLAIN INSERT INTO rule DEFAULT VALUES"), 0) << "what to look for";
}

TEST_F(MigrationTest, C79_ALeaseOfSchema2CanBeDeclinedAfterwards) {
  MakeOld(2);
  core::Lease declined = OldLease();
  declined.state = core::LeaseState::kDeclined;
  {
    auto old = Database::Open(file(), Database::Mode::kExisting);
    ASSERT_THAT(old, IsOk());
    EXPECT_FALSE(PutLease(**old, declined).ok()) << "it has no such state";
  }
  auto state = StateDir::Open(dir_.path());
  ASSERT_THAT(state, IsOk());
  EXPECT_THAT(ListLeases(state->db()), IsOkAndHolds(std::vector{OldLease()}));
  declined.revision = *PutLease(state->db(), declined);
  EXPECT_THAT(ListLeases(state->db()), IsOkAndHolds(std::vector{declined}));
}

// The tables made anew take what the old ones refused, and are what others refer to.
TEST_F(MigrationTest, RowsOfSchema3CanDiscoverAndChainAfterwards) {
  MakeOld(3);
  auto state = StateDir::Open(dir_.path());
  ASSERT_THAT(state, IsOk());
  Database& db = state->db();
  core::Subnet subnet = OldSubnet();
  subnet.unknown_machines = core::UnknownMachines::kDiscover;
  ASSERT_THAT(UpdateSubnet(db, subnet, Seconds{}), IsOk());
  EXPECT_EQ(GetSubnet(db, "lab")->unknown_machines, core::UnknownMachines::kDiscover);
  core::Profile profile = OldProfile();
  profile.entries.push_back({.name = "other", .chain = "other.0"});
  ASSERT_THAT(UpdateProfile(db, profile, Seconds{}), IsOk());
  EXPECT_EQ(GetProfile(db, "deb")->entries, profile.entries);
  ASSERT_THAT(db.Run("DELETE FROM nic"), IsOk());
  ASSERT_THAT(EraseSubnet(db, "lab"), IsOk());
  EXPECT_THAT(db.Run("INSERT INTO pool VALUES ('lab', 0, 1, 2)"), StatusIs(kRefused, "FOREIGN"));
}

TEST_F(MigrationTest, HostsOfSchema4KeepTheirLocalBootAndMayHaveAProfileBesideIt) {
  MakeOld(4);
  {
    auto old = Database::Open(file(), Database::Mode::kExisting);
    ASSERT_THAT(old, IsOk());
    ASSERT_THAT((*old)->Run("UPDATE host SET profile = NULL, local_boot = 1"), IsOk());
  }
  auto state = StateDir::Open(dir_.path());
  ASSERT_THAT(state, IsOk());
  core::Host host = OldHost();
  host.profile.clear();
  host.local_boot = true;
  EXPECT_THAT(GetHost(state->db(), "n1"), IsOkAndHolds(host));
  host.profile = "deb";
  ASSERT_THAT(UpdateHost(state->db(), host, Seconds{}), IsOk());
  EXPECT_EQ(GetHost(state->db(), "n1")->profile, "deb");
}

// A database of before finds hosts as it did, and gives away what it gave away but for the edges.
TEST_F(MigrationTest, SubnetsAndHostsOfSchema7KeepTheirMeaningAndMaySayMore) {
  MakeOld(7);
  auto state = StateDir::Open(dir_.path());
  ASSERT_THAT(state, IsOk());
  core::Subnet subnet = OldSubnet();
  ASSERT_THAT(GetSubnet(state->db(), "lab"), IsOkAndHolds(subnet));
  subnet.pool_guards = {{.pool = subnet.pools[0], .clients = core::PoolClients::kKnown}};
  subnet.host_keys = {core::HostKey::kCircuitId};
  ASSERT_THAT(UpdateSubnet(state->db(), subnet, Seconds{}), IsOk());
  EXPECT_EQ(GetSubnet(state->db(), "lab")->pool_guards, subnet.pool_guards);
  EXPECT_EQ(GetSubnet(state->db(), "lab")->host_keys, subnet.host_keys);
  core::Host host = OldHost();
  ASSERT_THAT(GetHost(state->db(), "n1"), IsOkAndHolds(host));
  host.nics.push_back(
      {.mac = *ParseMacAddress("52:54:00:00:00:02"), .address = host.nics[0].address});  // C106
  EXPECT_THAT(UpdateHost(state->db(), host, Seconds{}), IsOk());
}

TEST_F(MigrationTest, ACopyOfBeforeIsKeptAndWorks) {
  MakeOld(newest_);
  const Schema schema = Later("CREATE TABLE more (x); DELETE FROM lease;");
  {
    auto state = StateDir::Open(dir_.path(), schema);
    ASSERT_THAT(state, IsOk());
    ASSERT_TRUE(state->migration());
    EXPECT_EQ(state->migration()->from, int64_t(newest_));
    EXPECT_EQ(state->migration()->to, int64_t(newest_ + 1));
    EXPECT_EQ(state->migration()->kept, Kept(newest_ + 1));
    EXPECT_EQ(CountLeases(state->db()), 0);
  }
  EXPECT_THAT(Open(), StatusIs(kRefused, "written by a newer pxed"));
  EXPECT_THAT(Inspect(Kept(newest_ + 1), Depth::kEverything), IsOk());
  TempDir other;
  fs::copy_file(Kept(newest_ + 1), other.path() / "state.db");
  auto old = StateDir::Open(other.path());
  ASSERT_THAT(old, IsOk());
  ExpectRows(old->db());
}

TEST_F(MigrationTest, ACopyIsNeverOverwritten) {
  MakeOld(newest_);
  std::ofstream(Kept(newest_ + 1)) << "an older copy";
  auto state = StateDir::Open(dir_.path(), Later("CREATE TABLE more (x)"));
  ASSERT_THAT(state, IsOk());
  EXPECT_EQ(state->migration()->kept, Kept(newest_ + 1).string() + ".2");
  EXPECT_EQ(ContentOf(Kept(newest_ + 1)), "an older copy");
  EXPECT_EQ(VersionOf(state->migration()->kept), int64_t(newest_));
}

TEST_F(MigrationTest, AStepThatFailsLeavesTheOldVersionWorking) {
  MakeOld(newest_);
  const Schema broken =
      Later("CREATE TABLE more (x); DELETE FROM lease; INSERT INTO nowhere SELECT 1");
  for (int tries = 0; tries < 3; ++tries) {  // as a service manager does it
    const absl::Status status = StateDir::Open(dir_.path(), broken).status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal,
                                 "9999_later.sql: database: no such table: nowhere"));
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal, Kept(newest_ + 1).string()));
  }
  EXPECT_FALSE(fs::exists(Kept(newest_ + 1).string() + ".2")) << "the same content is kept once";
  auto state = StateDir::Open(dir_.path());
  ASSERT_THAT(state, IsOk());
  ExpectRows(state->db());
}

TEST_F(MigrationTest, AStepThatLeavesAReferenceWithoutItsTargetFails) {
  MakeOld(newest_);
  auto db = Database::Open(file(), Database::Mode::kExisting);
  ASSERT_THAT(db, IsOk());
  EXPECT_THAT(Migrate(**db, Later("DELETE FROM profile")),
              StatusIs(kLost, "9999_later.sql: a row of table "));
  ExpectRows(**db);
}

TEST_F(MigrationTest, ACrashInTheMiddleOfAStepLeavesTheOldVersion) {
  MakeOld(newest_);
  TempDir crashed;
  auto db = Database::Open(file(), Database::Mode::kExisting);
  ASSERT_THAT(db, IsOk());
  // Small enough a cache that the unfinished step is in the log already.
  ASSERT_THAT((*db)->RunScript("PRAGMA cache_size = 1"), IsOk());
  auto transaction = Transaction::Begin(**db);
  ASSERT_THAT(transaction, IsOk());
  ASSERT_THAT((*db)->RunScript("DELETE FROM lease; CREATE TABLE more (x); INSERT INTO more "
                               "SELECT hex(randomblob(3000)) FROM sqlite_schema"),
              IsOk());
  for (const char* suffix : {"", "-wal"}) {
    fs::copy_file(Beside(suffix), crashed.Path("state.db") + suffix);
  }
  ASSERT_GT(fs::file_size(crashed.Path("state.db-wal")), kPage);
  auto state = StateDir::Open(crashed.path());
  ASSERT_THAT(state, IsOk());
  ExpectRows(state->db());
}

// A full disk is the program's own test (tests/net/test_bad_state.py): it needs a mount.
TEST_F(MigrationTest, WhenTheCopyCannotBeMadeNothingIsTouched) {
  MakeOld(newest_);
  fs::create_directory(Beside(".copy"));  // where the copy would be made
  std::ofstream(Beside(".copy") / "something") << "in the way";
  const std::string before = Content();
  EXPECT_THAT(StateDir::Open(dir_.path(), Later("CREATE TABLE more (x)")),
              StatusIs(kRefused, "nothing has been changed: the copy that is kept before"));
  EXPECT_TRUE(Content() == before);
  EXPECT_THAT(Open(), IsOk());
}

TEST_F(MigrationTest, AMigrationHappensWhollyOrNotAtAll) {
  auto db = Database::Open(file(), Database::Mode::kCreate);
  ASSERT_THAT(db, IsOk());
  const SchemaFile files[] = {{"0001_a.sql", "CREATE TABLE a (x)"},
                              {"0002_b.sql", "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1)"}};
  EXPECT_THAT(Migrate(**db, files), StatusIs(absl::StatusCode::kInternal,
                                             "0002_b.sql: database: no such table: nowhere"));
  EXPECT_THAT(SchemaVersion(**db), IsOkAndHolds(1));
  EXPECT_THAT((*db)->Run("SELECT * FROM a"), IsOk());
  EXPECT_THAT((*db)->Run("SELECT * FROM b"),
              StatusIs(absl::StatusCode::kInternal, "no such table"));

  const SchemaFile repaired[] = {files[0], {"0002_b.sql", "CREATE TABLE b (x)"}};
  EXPECT_THAT(Migrate(**db, repaired), IsOk());
  EXPECT_THAT(SchemaVersion(**db), IsOkAndHolds(2));
}

}  // namespace
}  // namespace pxe::store
