#include "clients/pxeadm/flags.h"

#include <gmock/gmock.h>

#include "clients/pxeadm/exit_code.h"
#include "tests/support/status_matchers.h"

namespace pxe::adm {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;

TEST(FlagsTest, DurationsAreReadWithTheirUnits) {
  EXPECT_THAT(ParseDuration("--wait", "90"), IsOkAndHolds(90s));
  EXPECT_THAT(ParseDuration("--wait", "90s"), IsOkAndHolds(90s));
  EXPECT_THAT(ParseDuration("--wait", "0.5s"), IsOkAndHolds(500ms));
  EXPECT_THAT(ParseDuration("--wait", "250ms"), IsOkAndHolds(250ms));
  EXPECT_THAT(ParseDuration("--wait", "10m"), IsOkAndHolds(600s));
  EXPECT_THAT(ParseDuration("--wait", "2h"), IsOkAndHolds(7200s));
  for (const char* text : {"", "s", "-1s", "1d", "1 s", "nan", "inf", "1e3", "9999999999999999h"}) {
    const auto parsed = ParseDuration("--wait", text);
    EXPECT_THAT(parsed, StatusIs(absl::StatusCode::kInvalidArgument, "--wait: \"")) << text;
    EXPECT_EQ(ExitCodeOf(parsed.status()), ExitCode::kUsage) << text;
  }
}

TEST(FlagsTest, IdsAndNamesAreTakenForEachOther) {
  EXPECT_EQ(FullName("hosts", "n1"), "hosts/n1");
  EXPECT_EQ(FullName("hosts", "hosts/n1"), "hosts/n1");
  EXPECT_EQ(FullName("profiles", ""), "");
  EXPECT_EQ(ShortName("hosts/n1"), "n1");
  EXPECT_EQ(ShortName("n1"), "n1");
}

TEST(FlagsTest, PairsSetAndRemoveKeysAndNameThemInTheMask) {
  google::protobuf::Map<std::string, std::string> map;
  map["row"] = "1";
  google::protobuf::FieldMask mask;
  ASSERT_THAT(ApplyPairs("--label", "labels", {"rack=a=b", "row-", "x="}, &map, mask), IsOk());
  EXPECT_THAT(map, UnorderedElementsAre(Pair("rack", "a=b"), Pair("x", "")));
  EXPECT_THAT(mask.paths(), ElementsAre("labels.rack", "labels.row", "labels.x"));
  for (const char* pair : {"", "rack", "=a", "-"}) {
    EXPECT_THAT(ApplyPairs("--label", "labels", {pair}, &map, mask),
                StatusIs(absl::StatusCode::kInvalidArgument, "--label: \""))
        << pair;
  }
}

TEST(ExitCodeTest, EachFailureHasItsCode) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), ExitCode::kDone);
  EXPECT_EQ(ExitCodeOf(InvalidArgument("")), ExitCode::kRefused);
  EXPECT_EQ(ExitCodeOf(Unavailable("")), ExitCode::kRefused) << "the server itself said so";
  EXPECT_EQ(ExitCodeOf(UsageError("")), ExitCode::kUsage);
  EXPECT_EQ(ExitCodeOf(Unreachable("")), ExitCode::kUnreachable);
  EXPECT_EQ(ExitCodeOf(NotFound("")), ExitCode::kNotFound);
}

}  // namespace
}  // namespace pxe::adm
