// What pxeadm asks of the API when it changes things, against services that write down what they
// hear and answer as they are told.
#include <gmock/gmock.h>
#include <google/protobuf/util/time_util.h>
#include <grpcpp/grpcpp.h>

#include <deque>
#include <fstream>
#include <set>
#include <sstream>

#include "clients/pxeadm/exit_code.h"
#include "clients/pxeadm/run.h"
#include "pxe/v1/change.grpc.pb.h"
#include "pxe/v1/host.grpc.pb.h"
#include "tests/support/temp_dir.h"

namespace pxe::adm {
namespace {

using grpc::ServerContext;
using grpc::Status;
using grpc::StatusCode;
using testing::HasSubstr;

// One at a time: pxeadm makes one call after the other.
class FakeHosts final : public v1::HostService::Service {
 public:
  Status GetHost(ServerContext*, const v1::GetHostRequest* request, v1::Host* out) override {
    gets.push_back(*request);
    *out = stored;
    return Status::OK;
  }
  Status ListHosts(ServerContext*, const v1::ListHostsRequest* request,
                   v1::ListHostsResponse* out) override {
    lists.push_back(*request);
    *out->add_hosts() = stored;
    return Status::OK;
  }
  Status CreateHost(ServerContext* context, const v1::CreateHostRequest* request,
                    v1::Host* out) override {
    creates.push_back(*request);
    const auto actor = context->client_metadata().find("pxed-actor");
    if (actor != context->client_metadata().end()) {
      actors.insert(std::string(actor->second.data(), actor->second.size()));
    }
    *out = stored;
    return Next();
  }
  Status UpdateHost(ServerContext*, const v1::UpdateHostRequest* request, v1::Host* out) override {
    updates.push_back(*request);
    *out = request->host();
    const Status status = Next();
    if (status.error_code() == StatusCode::ABORTED) stored.set_etag("etag-2");
    return status;
  }
  Status DeleteHost(ServerContext*, const v1::DeleteHostRequest* request,
                    google::protobuf::Empty*) override {
    deletes.push_back(*request);
    return Next();
  }
  Status BatchUpsertHosts(ServerContext*, const v1::BatchUpsertHostsRequest* request,
                          v1::BatchUpsertHostsResponse*) override {
    batches.push_back(*request);
    return Next();
  }

  v1::Host stored;
  std::deque<Status> answers;  // of changes, in order; then OK
  std::vector<v1::GetHostRequest> gets;
  std::vector<v1::ListHostsRequest> lists;
  std::vector<v1::CreateHostRequest> creates;
  std::vector<v1::UpdateHostRequest> updates;
  std::vector<v1::DeleteHostRequest> deletes;
  std::vector<v1::BatchUpsertHostsRequest> batches;
  std::set<std::string> actors;

 private:
  Status Next() {
    if (answers.empty()) return Status::OK;
    const Status status = answers.front();
    answers.pop_front();
    return status;
  }
};

class FakeChanges final : public v1::ChangeService::Service {
 public:
  // Newest first, one a page.
  Status ListChanges(ServerContext*, const v1::ListChangesRequest* request,
                     v1::ListChangesResponse* out) override {
    lists.push_back(*request);
    const uint64_t revision =
        request->page_token().empty() ? 3 : std::stoull(request->page_token());
    *out->add_changes() = ChangeOf(revision);
    if (revision > 1) out->set_next_page_token(std::to_string(revision - 1));
    return Status::OK;
  }
  Status DiffResource(ServerContext*, const v1::DiffResourceRequest* request,
                      v1::DiffResourceResponse* out) override {
    diffs.push_back(*request);
    auto& difference = *out->add_differences();
    difference.set_path("labels.rack");
    difference.set_before("\"a\"");
    return Status::OK;
  }
  Status RevertResource(ServerContext*, const v1::RevertResourceRequest* request,
                        v1::Change* out) override {
    reverts.push_back(*request);
    *out = ChangeOf(4);
    return Status::OK;
  }

  std::vector<v1::ListChangesRequest> lists;
  std::vector<v1::DiffResourceRequest> diffs;
  std::vector<v1::RevertResourceRequest> reverts;

 private:
  static v1::Change ChangeOf(uint64_t revision) {
    v1::Change change;
    change.set_name("changes/" + std::to_string(revision));
    change.set_revision(revision);
    *change.mutable_time() = google::protobuf::util::TimeUtil::SecondsToTimestamp(1000);
    change.set_resource("hosts/n1");
    change.set_action(v1::CHANGE_ACTION_UPDATED);
    change.set_actor("unix");
    change.set_claimed_actor("ann@desk");
    return change;
  }
};

class ChangesTest : public testing::Test {
 protected:
  ChangesTest() {
    hosts.stored.set_name("hosts/n1");
    hosts.stored.add_nics()->set_mac("52:54:00:00:00:01");
    hosts.stored.set_etag("etag-1");
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address_, grpc::InsecureServerCredentials());
    builder.RegisterService(&hosts);
    builder.RegisterService(&changes);
    server_ = builder.BuildAndStart();
  }

  ExitCode Pxeadm(const std::string& line) {
    std::vector<std::string> words{"--server", address_};
    std::istringstream split(line);
    for (std::string word; split >> word;) words.push_back(word);
    std::istringstream in(input);
    std::ostringstream out_stream, err_stream;
    const int code = adm::Run(words, in, out_stream, err_stream);
    out = out_stream.str();
    err = err_stream.str();
    return static_cast<ExitCode>(code);
  }

  static Status Unwritable() { return {StatusCode::UNAVAILABLE, "database: disk I/O error"}; }
  static Status Changed() { return {StatusCode::ABORTED, "host.etag: hosts/n1 has changed"}; }

  TempDir dir;
  FakeHosts hosts;
  FakeChanges changes;
  std::string input, out, err;

 private:
  const std::string address_ = "unix:" + dir.Path("pxed.sock");
  std::unique_ptr<grpc::Server> server_;
};

constexpr char kCreate[] = "host create n1 --mac 52:54:00:00:00:01";

TEST_F(ChangesTest, AChangeThatCouldNotBeWrittenIsAskedForAgainWithTheSameWord) {
  hosts.answers = {Unwritable(), Unwritable()};
  EXPECT_EQ(Pxeadm(kCreate), ExitCode::kDone) << err;
  ASSERT_EQ(hosts.creates.size(), 3u);
  EXPECT_THAT(hosts.creates[0].request_id(), testing::SizeIs(testing::Le(64u)));
  EXPECT_NE(hosts.creates[0].request_id(), "");
  EXPECT_EQ(hosts.creates[1].request_id(), hosts.creates[0].request_id());
  EXPECT_EQ(hosts.creates[2].request_id(), hosts.creates[0].request_id());
}

TEST_F(ChangesTest, AfterFourAttemptsItGivesUp) {
  hosts.answers.assign(9, Unwritable());
  EXPECT_EQ(Pxeadm(kCreate), ExitCode::kRefused);
  EXPECT_EQ(hosts.creates.size(), 4u);
  EXPECT_EQ(err, "pxeadm: database: disk I/O error (UNAVAILABLE)\n");
}

TEST_F(ChangesTest, ARefusalIsNotAskedForAgain) {
  hosts.answers = {{StatusCode::ALREADY_EXISTS, "taken"}};
  EXPECT_EQ(Pxeadm(kCreate), ExitCode::kRefused);
  EXPECT_EQ(hosts.creates.size(), 1u);
}

TEST_F(ChangesTest, EveryChangeHasAWordOfItsOwnAndSaysWhoAsks) {
  Pxeadm(kCreate);
  Pxeadm(kCreate);
  ASSERT_EQ(hosts.creates.size(), 2u);
  EXPECT_NE(hosts.creates[0].request_id(), hosts.creates[1].request_id());
  ASSERT_EQ(hosts.actors.size(), 1u);
  EXPECT_THAT(*hosts.actors.begin(), HasSubstr("@"));
}

TEST_F(ChangesTest, ADryRunIsOneToTheServerAndSaysSo) {
  EXPECT_EQ(Pxeadm(std::string(kCreate) + " --dry-run"), ExitCode::kDone);
  EXPECT_TRUE(hosts.creates.at(0).validate_only());
  EXPECT_EQ(err, "dry run: nothing was changed\n");
  EXPECT_EQ(Pxeadm("host update n1 --uuid x --dry-run"), ExitCode::kDone);
  EXPECT_TRUE(hosts.updates.at(0).validate_only());
  EXPECT_EQ(Pxeadm("host delete n1 --dry-run"), ExitCode::kDone);
  EXPECT_TRUE(hosts.deletes.at(0).validate_only());
  EXPECT_EQ(err, "hosts/n1 would be deleted\ndry run: nothing was changed\n");
  EXPECT_EQ(Pxeadm(kCreate), ExitCode::kDone);
  EXPECT_FALSE(hosts.creates.at(1).validate_only());
}

TEST_F(ChangesTest, AnEtagThatIsAskedForIsSentAndNotGivenUp) {
  hosts.answers = {Changed()};
  EXPECT_EQ(Pxeadm("host update n1 --mac 52:54:00:00:00:02 --etag mine"), ExitCode::kRefused);
  ASSERT_EQ(hosts.updates.size(), 1u);
  EXPECT_EQ(hosts.updates[0].host().etag(), "mine");
  EXPECT_EQ(err, "pxeadm: host.etag: hosts/n1 has changed (ABORTED)\n");
  EXPECT_EQ(Pxeadm("host delete n1 --etag mine"), ExitCode::kDone);
  EXPECT_EQ(hosts.deletes.at(0).etag(), "mine");
  EXPECT_EQ(Pxeadm("host delete n1 n2 --etag mine"), ExitCode::kUsage);
}

TEST_F(ChangesTest, AListThatSomebodyElseChangedIsReadAndChangedOnceMore) {
  hosts.answers = {Changed()};
  EXPECT_EQ(Pxeadm("host update n1 --address 10.0.0.7"), ExitCode::kDone) << err;
  ASSERT_EQ(hosts.updates.size(), 2u);
  EXPECT_EQ(hosts.updates[0].host().etag(), "etag-1");
  EXPECT_EQ(hosts.updates[1].host().etag(), "etag-2");
  EXPECT_EQ(hosts.updates[1].host().nics(0).mac(), "52:54:00:00:00:01");
  EXPECT_EQ(hosts.updates[1].host().nics(0).address(), "10.0.0.7");
  EXPECT_NE(hosts.updates[0].request_id(), hosts.updates[1].request_id());

  hosts.answers = {Changed(), Changed()};
  EXPECT_EQ(Pxeadm("host update n1 --address 10.0.0.7"), ExitCode::kRefused);
  EXPECT_EQ(hosts.updates.size(), 4u);
  EXPECT_THAT(err, HasSubstr("has changed (ABORTED)"));
}

TEST_F(ChangesTest, AChangeOfSingleFieldsHasNoConditions) {
  EXPECT_EQ(Pxeadm("host update n1 --label rack=b"), ExitCode::kDone);
  EXPECT_EQ(hosts.gets.size(), 0u);
  EXPECT_EQ(hosts.updates.at(0).host().etag(), "");
}

TEST_F(ChangesTest, FiltersAndRevisionsArePassedOn) {
  EXPECT_EQ(Pxeadm("host list --filter labels.rack=a -o name"), ExitCode::kDone);
  EXPECT_EQ(hosts.lists.at(0).filter(), "labels.rack=a");
  EXPECT_EQ(Pxeadm("host get n1 --at 7"), ExitCode::kDone);
  EXPECT_EQ(hosts.gets.at(0).at_revision(), 7u);
  EXPECT_EQ(Pxeadm("host get n1 --at soon"), ExitCode::kUsage);
}

TEST_F(ChangesTest, HistoryIsATableOfChangesTheNewestFirst) {
  EXPECT_EQ(Pxeadm("history host/n1"), ExitCode::kDone);
  EXPECT_EQ(out,
            "REVISION  TIME                  RESOURCE  ACTION   ACTOR  CLAIMED\n"
            "3         1970-01-01T00:16:40Z  hosts/n1  updated  unix   ann@desk\n"
            "2         1970-01-01T00:16:40Z  hosts/n1  updated  unix   ann@desk\n"
            "1         1970-01-01T00:16:40Z  hosts/n1  updated  unix   ann@desk\n");
  EXPECT_EQ(changes.lists.at(0).resource(), "hosts/n1");
  EXPECT_EQ(Pxeadm("history --limit 2 -o name"), ExitCode::kDone);
  EXPECT_EQ(out, "changes/3\nchanges/2\n");
  EXPECT_EQ(changes.lists.at(3).resource(), "");
  EXPECT_EQ(Pxeadm("history lease/10.0.0.1"), ExitCode::kUsage);
}

TEST_F(ChangesTest, DiffShowsTheFieldsThatDiffer) {
  EXPECT_EQ(Pxeadm("diff hosts/n1 --from 3"), ExitCode::kDone);
  EXPECT_EQ(out,
            "FIELD        BEFORE  AFTER\n"
            "labels.rack  \"a\"     -\n");
  EXPECT_EQ(changes.diffs.at(0).from_revision(), 3u);
  EXPECT_EQ(changes.diffs.at(0).to_revision(), 0u);
  EXPECT_EQ(Pxeadm("diff host/n1"), ExitCode::kUsage);
}

TEST_F(ChangesTest, RevertSaysWhatItDid) {
  EXPECT_EQ(Pxeadm("revert host/n1 --to 2 --etag mine --dry-run"), ExitCode::kDone);
  ASSERT_EQ(changes.reverts.size(), 1u);
  EXPECT_EQ(changes.reverts[0].resource(), "hosts/n1");
  EXPECT_EQ(changes.reverts[0].to_revision(), 2u);
  EXPECT_EQ(changes.reverts[0].etag(), "mine");
  EXPECT_TRUE(changes.reverts[0].validate_only());
  EXPECT_NE(changes.reverts[0].request_id(), "");
  EXPECT_THAT(out, HasSubstr("4         1970"));
}

TEST_F(ChangesTest, ImportSendsAThousandAtATime) {
  for (int i = 0; i < 2001; ++i) {
    input += "---\nname: n" + std::to_string(i) + "\nuuid: u\netag: old\n";
  }
  EXPECT_EQ(Pxeadm("host import -f -"), ExitCode::kDone) << err;
  ASSERT_EQ(hosts.batches.size(), 3u);
  EXPECT_EQ(hosts.batches[0].hosts_size(), 1000);
  EXPECT_EQ(hosts.batches[2].hosts_size(), 1);
  EXPECT_EQ(hosts.batches[2].hosts(0).name(), "hosts/n2000");
  EXPECT_EQ(hosts.batches[2].hosts(0).etag(), "");
  EXPECT_EQ(err, "1000 of 2001 hosts\n2000 of 2001 hosts\n2001 of 2001 hosts\n");
}

TEST_F(ChangesTest, AnImportThatIsRefusedSaysHowFarItCame) {
  for (int i = 0; i < 1001; ++i) input += "- {name: n" + std::to_string(i) + "}\n";
  hosts.answers = {Status::OK, {StatusCode::INVALID_ARGUMENT, "hosts[0].nics: missing"}};
  EXPECT_EQ(Pxeadm("host import -f -"), ExitCode::kRefused);
  EXPECT_EQ(err,
            "1000 of 1001 hosts\n"
            "hosts 1001 to 1001 of 1001 refused, as one; 1000 before them are imported\n"
            "pxeadm: hosts[0].nics: missing (INVALID_ARGUMENT)\n");
  input = "- {name: n1}\n- {colour: red}\n";
  hosts.batches.clear();
  EXPECT_EQ(Pxeadm("host import -f -"), ExitCode::kUsage);
  EXPECT_EQ(err, "pxeadm: stdin:2:4: \"colour\" is no field of a Host\n");
  EXPECT_EQ(hosts.batches.size(), 0u) << "a file that cannot be read is not begun";
}

}  // namespace
}  // namespace pxe::adm
