#include "api/resource_name.h"

#include <gmock/gmock.h>

#include "tests/support/status_matchers.h"

namespace pxe::api {
namespace {

TEST(ResourceNameTest, NamesAreBuiltAndReadBack) {
  EXPECT_EQ(NameOf(kHosts, "n1"), "hosts/n1");
  EXPECT_THAT(ParseName("name", kHosts, "hosts/n1"), IsOkAndHolds("n1"));
  EXPECT_THAT(ParseName("name", kLeases, "leases/10.0.0.1"), IsOkAndHolds("10.0.0.1"));
}

TEST(ResourceNameTest, OtherTextsAreRefusedWithTheRightForm) {
  for (const char* name : {"", "n1", "hosts", "hosts/", "hosts/a/b", "/hosts/a", "hostsx/a",
                           "profiles/a", "Hosts/a"}) {
    EXPECT_THAT(ParseName("host.name", kHosts, name),
                StatusIs(absl::StatusCode::kInvalidArgument, "is not of the form hosts/{id}"))
        << name;
  }
}

TEST(ResourceNameTest, PageTokensBelongToOneList) {
  EXPECT_THAT(ParsePageToken(kHosts, ""), IsOkAndHolds(""));
  EXPECT_THAT(ParsePageToken(kHosts, PageTokenAfter(kHosts, "n1")), IsOkAndHolds("n1"));
  for (const std::string& token :
       {PageTokenAfter(kProfiles, "n1"), std::string("n1"), std::string("hosts/n1"),
        std::string("0"), PageTokenAfter(kHosts, ""), std::string("\xff")}) {
    EXPECT_THAT(
        ParsePageToken(kHosts, token),
        StatusIs(absl::StatusCode::kInvalidArgument, "page_token: is not one of a list of hosts"))
        << token;
  }
}

TEST(ResourceNameTest, PageSizesHaveADefaultAndALimit) {
  EXPECT_THAT(PageSize(0), IsOkAndHolds(kDefaultPageSize));
  EXPECT_THAT(PageSize(1), IsOkAndHolds(1u));
  EXPECT_THAT(PageSize(1000), IsOkAndHolds(1000u));
  EXPECT_THAT(PageSize(1001), IsOkAndHolds(1000u));
  EXPECT_THAT(PageSize(-1), StatusIs(absl::StatusCode::kInvalidArgument, "page_size: "));
}

}  // namespace
}  // namespace pxe::api
