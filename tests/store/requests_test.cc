#include "store/requests.h"

#include "tests/store/store_fixture.h"

namespace pxe::store {
namespace {

using testing::Optional;
using namespace std::chrono_literals;

class RequestsTest : public StoreTest {
 protected:
  absl::Status Keep(const std::string& id, const std::string& answer = "answer") {
    return KeepAnswer(db(), Key(id), answer, now, limits);
  }
  static RequestKey Key(const std::string& id) {
    return {.id = id, .method = "CreateHost", .digest = 0xfedcba9876543210};
  }
  bool IsKept(const std::string& id) { return FindAnswer(db(), Key(id))->has_value(); }

  Seconds now = At(1'000'000);
  RequestLimits limits;
};

TEST_F(RequestsTest, TheFirstAnswerIsFoundAgainAlsoAfterARestart) {
  const std::string bytes("\0\xff answer", 9);
  EXPECT_EQ(*FindAnswer(db(), Key("a")), std::nullopt);
  ASSERT_THAT(Keep("a", bytes), IsOk());
  ASSERT_THAT(Keep("empty", ""), IsOk());
  Reopen();
  EXPECT_THAT(*FindAnswer(db(), Key("a")), Optional(bytes));
  EXPECT_THAT(*FindAnswer(db(), Key("empty")), Optional(std::string()));
  EXPECT_EQ(*FindAnswer(db(), Key("b")), std::nullopt);
}

TEST_F(RequestsTest, AnIdOfAnotherRequestIsRefused) {
  ASSERT_THAT(Keep("a"), IsOk());
  RequestKey other = Key("a");
  other.digest ^= 1;
  EXPECT_THAT(FindAnswer(db(), other),
              StatusIs(kInvalid, "request_id: \"a\" was used for another request"));
  other = Key("a");
  other.method = "DeleteHost";
  EXPECT_THAT(FindAnswer(db(), other), StatusIs(kInvalid, "request_id: "));
}

TEST_F(RequestsTest, OldAnswersAreDroppedByLaterOnesAFewEach) {
  limits = {.min_age = 60s, .max_rows = 100, .trim_slice = 2};
  for (const char* id : {"a", "b", "c"}) ASSERT_THAT(Keep(id), IsOk());
  now += 60s;
  ASSERT_THAT(Keep("d"), IsOk());
  EXPECT_TRUE(IsKept("a")) << "just as old as it must get";
  now += 1s;
  ASSERT_THAT(Keep("e"), IsOk());
  EXPECT_FALSE(IsKept("a"));
  EXPECT_FALSE(IsKept("b"));
  EXPECT_TRUE(IsKept("c")) << "the slice ends here";
  ASSERT_THAT(Keep("f"), IsOk());
  EXPECT_FALSE(IsKept("c"));
  EXPECT_TRUE(IsKept("d"));
}

TEST_F(RequestsTest, ATableFullOfYoungAnswersForgetsNoneOfThem) {
  limits = {.min_age = 60s, .max_rows = 2, .trim_slice = 16};
  ASSERT_THAT(Keep("a"), IsOk());
  ASSERT_THAT(Keep("b"), IsOk());
  EXPECT_THAT(Keep("c"), StatusIs(absl::StatusCode::kResourceExhausted,
                                  "request_id: the answers to 2 requests"));
  EXPECT_TRUE(IsKept("a"));
  now += 61s;
  ASSERT_THAT(Keep("c"), IsOk());
  EXPECT_FALSE(IsKept("a"));
  EXPECT_TRUE(IsKept("c"));
}

}  // namespace
}  // namespace pxe::store
