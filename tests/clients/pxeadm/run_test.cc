// pxeadm against a real server on a unix socket: what is printed, and how it ends.

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/clients/pxeadm/run_fixture.h"

namespace pxe::adm {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST_F(RunTest, TablesArePrinted) {
  CreateLab();
  EXPECT_EQ(Done("subnet list"),
            "ID   CIDR         POOLS                ROUTERS   DNS       PROFILE  UNKNOWN\n"
            "lab  10.0.0.0/24  10.0.0.10-10.0.0.99  10.0.0.1  10.0.0.1  -        address-only\n");
  EXPECT_EQ(Done("host list"),
            "ID  MAC                ADDRESS    PROFILE  STATE     LABELS\n"
            "n1  52:54:00:00:00:01  10.0.0.20  deb      approved  rack=a\n");
  EXPECT_EQ(Done("profile get deb"),
            "ID   PARENT  ENTRIES  DEFAULT  BOOTS    TIMEOUT\n"
            "deb  -       linux    linux    vmlinuz  -\n");
  EXPECT_EQ(Done("lease list"), "ADDRESS  MAC  HOST  STATE  ENDS  KIND  NAME\n");
}

TEST_F(RunTest, EveryFormatIsPrinted) {
  CreateLab();
  EXPECT_EQ(Done("-o name host list"), "hosts/n1\n");
  EXPECT_EQ(Done("profile get deb -o yaml"),
            "name: profiles/deb\n"
            "entries:\n"
            "  - name: linux\n"
            "    kernel: vmlinuz\n"
            "    initrds:\n"
            "      - initrd.img\n"
            "    arguments: console=ttyS0\n"
            "menu:\n"
            "  {}\n"
            "revision: \"2\"\n"
            "createTime: 1970-01-12T13:46:40Z\n"
            "updateTime: 1970-01-12T13:46:40Z\n"
            "etag: \"2\"\n");
  EXPECT_THAT(Done("host get n1 -o json"), StartsWith("{\n \"name\": \"hosts/n1\",\n \"uid\": \""));
  EXPECT_THAT(Done("host list -o json"), StartsWith("[\n{\n \"name\": \"hosts/n1\","));
  EXPECT_THAT(Done("host list -o yaml"), StartsWith("- name: hosts/n1\n  uid: "));
  EXPECT_EQ(Done("lease list -o json"), "[]\n");
  EXPECT_EQ(Done("lease list -o yaml"), "[]\n");
  EXPECT_EQ(Done("lease list -o name"), "");
}

TEST_F(RunTest, AnUpdateChangesOnlyWhatItsFlagsName) {
  CreateLab();
  EXPECT_EQ(Done("host update n1 --label row=1 --label rack- --profile \"\""),
            "ID  MAC                ADDRESS    PROFILE  STATE     LABELS\n"
            "n1  52:54:00:00:00:01  10.0.0.20  -        approved  row=1\n");
  EXPECT_EQ(Done("host update n1 --address 10.0.0.21"),
            "ID  MAC                ADDRESS    PROFILE  STATE     LABELS\n"
            "n1  52:54:00:00:00:01  10.0.0.21  -        approved  row=1\n");
  Done("profile update deb --timeout 0.5s --prompt true");
  const std::string profile = Done("profile update deb --args quiet -o yaml");
  EXPECT_THAT(profile, HasSubstr("kernel: vmlinuz\n"));
  EXPECT_THAT(profile, HasSubstr("arguments: quiet\n"));
  EXPECT_THAT(profile, HasSubstr("prompt: true\n  timeout: 0.500s\n"));
  EXPECT_THAT(Done("subnet update lab --unknown profile=deb"), HasSubstr("profile=deb"));
  EXPECT_THAT(Done("subnet update lab --unknown ignore --lease 10m -o yaml"),
              HasSubstr("defaultLease: 600s\n"));
}

TEST_F(RunTest, FilesAndStdinAreRead) {
  CreateLab();
  const std::string file = server.dir.Path("menu.yaml");
  std::ofstream(file) << "name: profiles/menu\n"
                         "entries: [{name: a, kernel: k}, {name: b, localBoot: true}]\n";
  EXPECT_EQ(Done("profile create -f " + file),
            "ID    PARENT  ENTRIES  DEFAULT  BOOTS  TIMEOUT\n"
            "menu  -       a,b      a        k      -\n");
  EXPECT_EQ(Done("profile update menu -f -", "menu: {defaultEntry: b}"),
            "ID    PARENT  ENTRIES  DEFAULT  BOOTS         TIMEOUT\n"
            "menu  -       a,b      b        (local disk)  -\n");
  const std::string json = Done("host get n1 -o json");
  Done("host delete n1");
  Done("host create -f -", json);
  EXPECT_EQ(Done("host list -o name"), "hosts/n1\n");
}

TEST_F(RunTest, RefusalsOfTheApiEndWithOne) {
  CreateLab();
  const Ended taken = Pxeadm("host create n2 --mac 5254.0000.0001");
  EXPECT_EQ(taken.code, ExitCode::kRefused);
  EXPECT_EQ(taken.out, "");
  EXPECT_EQ(taken.err,
            "pxeadm: host.nics[0].mac: 52:54:00:00:00:01 belongs to hosts/n1 (ALREADY_EXISTS)\n");
  EXPECT_EQ(Pxeadm("profile delete deb").code, ExitCode::kRefused);
  EXPECT_EQ(Pxeadm("host create n2 --mac zz").code, ExitCode::kRefused);
}

TEST_F(RunTest, WrongUsageEndsWithTwoAndSendsNothing) {
  CreateLab();
  for (const char* line :
       {"", "host", "host fly", "host get", "nonsense", "host list -o xml", "host create --uuid",
        "host create", "host update n1", "host create n2 --label x", "subnet create s --lease soon",
        "subnet create s --unknown everything", "host create n2 -f /does/not/exist", "preview",
        "preview --host a --mac b", "status --wait ever", "host list extra"}) {
    const Ended ended = Pxeadm(line);
    EXPECT_EQ(ended.code, ExitCode::kUsage) << line << "\n" << ended.err;
    EXPECT_EQ(ended.out, "") << line;
    EXPECT_NE(ended.err, "") << line;
  }
  for (const char* name : {"hosts/n3", "n3", "profiles/n2"}) {
    const Ended ended = Pxeadm("host create n2 -f -", std::string("name: ") + name);
    EXPECT_EQ(ended.code, ExitCode::kUsage) << name;
    EXPECT_THAT(ended.err, HasSubstr(std::string("the file holds ") + name + ", not hosts/n2"));
  }
  EXPECT_EQ(Pxeadm("host create n2 -f -", "\ncolour: red").err,
            "pxeadm: stdin:2:1: \"colour\" is no field of a Host\n");
  Done("profile create two -f -", "entries: [{name: a, kernel: k}, {name: b, kernel: k}]");
  EXPECT_THAT(Pxeadm("profile update two --args x").err, HasSubstr("several entries"));
}

TEST_F(RunTest, AMisspeltCommandIsNamed) {
  EXPECT_EQ(Pxeadm("hots list").err,
            "pxeadm: \"hots\" is no command; --help shows what there is\n");
  EXPECT_EQ(Pxeadm("host lsit").err,
            "pxeadm: \"lsit\" is no command; --help shows what there is\n");
  EXPECT_EQ(Pxeadm("").err, "pxeadm: A subcommand is required; --help shows what there is\n");
}

TEST_F(RunTest, HelpIsAResult) {
  EXPECT_THAT(Done("--help"), HasSubstr("Exit codes: 0 done, 1 refused by the API"));
  EXPECT_THAT(Done("host create --help"), HasSubstr("--mac"));
}

TEST(RunWithoutServerTest, AnUnreachableServerEndsWithThree) {
  const TempDir dir;
  const std::string address = "unix:" + dir.Path("nobody");
  const Ended list = RunWords({"--server", address, "host", "list"});
  EXPECT_EQ(list.code, ExitCode::kUnreachable);
  EXPECT_EQ(list.out, "");
  EXPECT_EQ(list.err, "pxeadm: cannot reach " + address + ": No such file or directory\n");
  EXPECT_EQ(RunWords({"--server", address, "status"}).code, ExitCode::kUnreachable);
  EXPECT_EQ(RunWords({"--server", address, "status", "--wait", "150ms"}).code,
            ExitCode::kUnreachable);
}

TEST_F(RunTest, WhatDoesNotExistEndsWithFour) {
  for (const char* line : {"host get n9", "host update n9 --uuid \"\"", "host delete n9",
                           "host update n9 --mac 52:54:00:00:00:09", "lease get 10.0.0.1"}) {
    const Ended ended = Pxeadm(line);
    EXPECT_EQ(ended.code, ExitCode::kNotFound) << line;
    EXPECT_THAT(ended.err, HasSubstr(" does not exist (NOT_FOUND)\n")) << line;
  }
}

TEST_F(RunTest, DeletesSayWhatIsGoneOnStderr) {
  CreateLab();
  const Ended ended = Pxeadm("host delete n1 n9");
  EXPECT_EQ(ended.code, ExitCode::kNotFound);
  EXPECT_EQ(ended.out, "");
  EXPECT_EQ(ended.err, "hosts/n1 deleted\npxeadm: hosts/n9 does not exist (NOT_FOUND)\n");
}

TEST_F(RunTest, ListsOfManyPagesAreWhole) {
  for (int i = 0; i < 1001; ++i) {
    core::Profile profile{.id = "p" + std::to_string(10000 + i)};
    server.state.Apply(std::move(profile));
  }
  const std::string names = Done("profile list -o name");
  EXPECT_EQ(std::count(names.begin(), names.end(), '\n'), 1001);
  EXPECT_THAT(names, StartsWith("profiles/p10000\nprofiles/p10001\n"));
}

TEST_F(RunTest, LeasesAreShownAndReleased) {
  CreateLab();
  server.state.leases.Load({.address = *ParseIpv4("10.0.0.20"),
                            .client = HardwareAddress::Of(*ParseMacAddress("52:54:00:00:00:01")),
                            .starts = server.clock.Now(),
                            .ends = server.clock.Now() + std::chrono::hours(1),
                            .kind = "ipxe-bios"},
                           server.clock.Now());
  EXPECT_EQ(Done("lease list"),
            "ADDRESS    MAC                HOST  STATE  ENDS                  KIND       NAME\n"
            "10.0.0.20  52:54:00:00:00:01  n1    bound  1970-01-12T14:46:40Z  ipxe-bios  -\n");
  auto declined = *server.state.leases.LeaseAt(*ParseIpv4("10.0.0.20"));
  declined.state = core::LeaseState::kDeclined;
  server.state.leases.Load(declined, server.clock.Now());
  EXPECT_THAT(Done("lease list --filter state=DECLINED"), HasSubstr("declined"));
  EXPECT_EQ(Pxeadm("lease release 10.0.0.20").err, "leases/10.0.0.20 released\n");
  EXPECT_EQ(server.releaser.asked, std::vector{*ParseIpv4("10.0.0.20")});
}

TEST_F(RunTest, StatusListsTheFilesOnTheirWay) {
  server.transfers.Note({.step = core::BootEvent::Step::kFetching,
                         .client = "10.0.0.20",
                         .address = *ParseIpv4("10.0.0.20"),
                         .file = "initrd.img",
                         .bytes = 2000,
                         .of_bytes = 8000,
                         .milliseconds = 2500,
                         .transfer = 1},
                        server::LiveTransfers::TimePoint::clock::now());
  const std::string table = Done("status");
  EXPECT_THAT(table, HasSubstr("serving  1\n"));
  EXPECT_THAT(table, HasSubstr("10.0.0.20  -    -     initrd.img  2000   25%   2\n"));
  EXPECT_THAT(Done("status -o json"),
              HasSubstr("\"status\": \"SERVING\",\n \"transferCount\": 1,"));
  EXPECT_THAT(Done("status -o yaml"), HasSubstr("transferCount: 1\n"));
  EXPECT_EQ(Done("status -o name"), server.address() + "\n");
}

TEST_F(RunTest, StatusAndPreview) {
  EXPECT_EQ(Done("status --wait 10s -o json"),
            "{\n \"server\": \"" + server.address() + "\",\n \"status\": \"SERVING\"\n}\n");
  EXPECT_EQ(Done("preview --host n1"), "DEFAULT linux\n");
  EXPECT_EQ(server.previewed->host_id, "n1");
  server.preview = FailedPrecondition("n1 boots its local disk");
  EXPECT_EQ(Pxeadm("preview --mac 52:54:00:00:00:01").code, ExitCode::kRefused);
}

TEST_F(RunTest, WhatWasChangedIsShownComparedAndTakenBack) {
  CreateLab();  // revisions 1 to 3
  Done("host update n1 --label rack=b");
  EXPECT_EQ(Done("diff host/n1 --from 3"),
            "FIELD        BEFORE  AFTER\n"
            "labels.rack  \"a\"     \"b\"\n");
  EXPECT_THAT(Done("host get n1 --at 3"), HasSubstr("rack=a"));
  EXPECT_THAT(Done("host get n1"), HasSubstr("rack=b"));
  EXPECT_EQ(Pxeadm("host get n1 --at 99").code, ExitCode::kRefused);

  const Ended tried = Pxeadm("revert host/n1 --to 3 --dry-run");
  EXPECT_EQ(tried.code, ExitCode::kDone);
  EXPECT_EQ(tried.err, "dry run: nothing was changed\n");
  EXPECT_THAT(Done("host get n1"), HasSubstr("rack=b"));
  Done("revert hosts/n1 --to 3");
  EXPECT_THAT(Done("host get n1"), HasSubstr("rack=a"));
  Done("host delete n1");
  Done("revert host/n1 --to 3");
  EXPECT_THAT(Done("host get n1"), HasSubstr("rack=a"));

  const std::string history = Done("history host/n1");
  EXPECT_THAT(history,
              StartsWith("REVISION  TIME                  RESOURCE  ACTION   ACTOR  CLAIMED"));
  EXPECT_THAT(history, HasSubstr("7         1970-01-12T13:46:40Z  hosts/n1  created  unix   "));
  EXPECT_EQ(Done("history --limit 2 -o name"), "changes/7\nchanges/6\n");
  EXPECT_EQ(Pxeadm("revert host/n9 --to 3").code, ExitCode::kNotFound);
}

TEST_F(RunTest, AnOldEtagIsRefusedAndADryRunChangesNothing) {
  CreateLab();
  const Ended refused = Pxeadm("host update n1 --label rack=b --etag 1");
  EXPECT_EQ(refused.code, ExitCode::kRefused);
  EXPECT_THAT(refused.err, HasSubstr("(ABORTED)"));
  Done("host update n1 --label rack=b --etag 3");
  EXPECT_THAT(Done("host update n1 --label rack=c --dry-run"), HasSubstr("rack=c"));
  EXPECT_THAT(Done("host create n2 --mac 5254.0000.0002 --dry-run"), HasSubstr("n2"));
  Done("host delete n1 --dry-run");
  EXPECT_THAT(Done("host list"), HasSubstr("rack=b"));
  EXPECT_EQ(Done("host list -o name"), "hosts/n1\n");
}

TEST_F(RunTest, AnExportIsImportedAgain) {
  CreateLab();
  for (int i = 2; i <= 5; ++i) {
    const std::string number = std::to_string(i);
    Done("host create n" + number + " --mac 52:54:00:00:00:0" + number);
  }
  const std::string exported = Done("host list -o json");
  Done("host delete n1 n2 n3");
  Done("host update n4 --label rack=z");
  const Ended ended = Pxeadm("host import -f -", exported);
  EXPECT_EQ(ended.code, ExitCode::kDone) << ended.err;
  EXPECT_EQ(ended.err, "5 of 5 hosts\n");
  EXPECT_EQ(Done("host list -o name"), "hosts/n1\nhosts/n2\nhosts/n3\nhosts/n4\nhosts/n5\n");
  EXPECT_THAT(Done("host list"), testing::Not(HasSubstr("rack=z")));
}

TEST_F(RunTest, TheServerMayComeFromTheEnvironment) {
  ASSERT_EQ(setenv("PXEADM_SERVER", server.address().c_str(), 1), 0);
  const Ended ended = RunWords({"host", "list", "-o", "name"});
  unsetenv("PXEADM_SERVER");
  EXPECT_EQ(ended.code, ExitCode::kDone) << ended.err;
}

}  // namespace
}  // namespace pxe::adm
