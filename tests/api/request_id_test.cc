#include "api/request_id.h"

#include <gtest/gtest.h>

#include <set>

#include "pxe/v1/host.pb.h"
#include "tests/support/status_matchers.h"

namespace pxe::api {
namespace {

TEST(RequestIdTest, ADigestIsOfAllFieldsAndOfNoOrder) {
  v1::CreateHostRequest forth;
  v1::CreateHostRequest back;
  for (int i = 0; i < 50; ++i) {
    (*forth.mutable_host()->mutable_labels())[std::to_string(i)] = "x";
    (*back.mutable_host()->mutable_labels())[std::to_string(49 - i)] = "x";
  }
  EXPECT_EQ(DigestOf(forth), DigestOf(back));
  std::set<uint64_t> digests{DigestOf(forth)};
  forth.set_host_id("n1");
  EXPECT_TRUE(digests.insert(DigestOf(forth)).second);
  (*forth.mutable_host()->mutable_labels())["7"] = "y";
  EXPECT_TRUE(digests.insert(DigestOf(forth)).second);
}

TEST(RequestIdTest, ADigestIsTheSameInEveryRunOfTheProgram) {
  v1::DeleteHostRequest request;
  EXPECT_EQ(DigestOf(request), 0xcbf29ce484222325u) << "FNV-1a of nothing";
  request.set_name("a");  // bytes 0a 01 61
  EXPECT_EQ(DigestOf(request), 0x2fe85b189d1c0a8fu);
}

}  // namespace
}  // namespace pxe::api
