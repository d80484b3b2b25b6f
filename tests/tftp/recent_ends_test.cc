// What is remembered of transfers that are over.
#include "tftp/recent_ends.h"

#include <gtest/gtest.h>

namespace pxe::tftp {
namespace {

SessionKey Key(size_t number) {
  return {.client = {.address = {static_cast<uint32_t>(number)}, .port = 2070},
          .local = {.address = {0x0a000001}}};
}

TEST(RecentEnds, T69_KnowsTheLatestOnly) {
  RecentEnds ends;
  EXPECT_FALSE(ends.Contains(Key(0)));
  for (size_t i = 0; i < RecentEnds::kMost; ++i) ends.Add(Key(i));
  EXPECT_TRUE(ends.Contains(Key(0)));
  ends.Add(Key(RecentEnds::kMost));
  EXPECT_FALSE(ends.Contains(Key(0)));
  EXPECT_TRUE(ends.Contains(Key(1)));
}

TEST(RecentEnds, T69_WhoEndsOftenIsKnownUntilItsLastEndIsForgotten) {
  RecentEnds ends;
  ends.Add(Key(0));
  for (size_t i = 1; i < RecentEnds::kMost; ++i) ends.Add(Key(i));
  ends.Add(Key(0));
  EXPECT_TRUE(ends.Contains(Key(0)));
  for (size_t i = 1; i < RecentEnds::kMost; ++i) ends.Add(Key(i));
  EXPECT_TRUE(ends.Contains(Key(0)));
  ends.Add(Key(1));
  EXPECT_FALSE(ends.Contains(Key(0)));
}

}  // namespace
}  // namespace pxe::tftp
