#include "base/ipv6.h"

#include <gtest/gtest.h>

namespace pxe {
namespace {

TEST(Ipv6, T88_IsWrittenAsRfc5952SaysWithTheScopeOfALink) {
  EXPECT_EQ(Ipv6{}.ToString(), "::");
  EXPECT_EQ(kLoopback6.ToString(), "::1");
  Ipv6 address{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1}};
  EXPECT_EQ(address.ToString(), "2001:db8:0:1::1");
  address.bytes[15] = 0;
  EXPECT_EQ(address.ToString(), "2001:db8:0:1::");
  const Ipv6 full{{0, 1, 0, 0, 0, 3, 0, 4, 0xab, 5, 0, 6, 0, 7, 0, 8}};
  EXPECT_EQ(full.ToString(), "1:0:3:4:ab05:6:7:8") << "one group of zeros is written";
  const Ipv6 link{{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9}, 3};
  EXPECT_EQ(link.ToString(), "fe80::9%3");
}

}  // namespace
}  // namespace pxe
