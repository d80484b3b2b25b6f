// The cursor's edges: it never reads past the end and remembers that it was asked to.
#include "base/byte_reader.h"

#include <gtest/gtest.h>

#include <array>

#include "base/byte_writer.h"

namespace pxe {
namespace {

TEST(ByteReaderTest, ReadsBigEndianInOrder) {
  constexpr std::array<uint8_t, 7> kBytes{1, 2, 3, 4, 5, 6, 7};
  ByteReader in(kBytes);
  EXPECT_EQ(in.U8(), 1);
  EXPECT_EQ(in.U16(), 0x0203);
  EXPECT_EQ(in.U32(), 0x04050607u);
  EXPECT_TRUE(in.ok());
  EXPECT_EQ(in.remaining(), 0u);
}

TEST(ByteReaderTest, FailureIsSticky) {
  constexpr std::array<uint8_t, 3> kBytes{1, 2, 3};
  ByteReader in(kBytes);
  EXPECT_EQ(in.U32(), 0u);
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.U8(), 0);
  EXPECT_TRUE(in.Rest().empty());
  EXPECT_EQ(in.remaining(), 0u);
}

TEST(ByteReaderTest, ZeroBytesAtTheEndAreNoFailure) {
  ByteReader in({});
  EXPECT_TRUE(in.Bytes(0).empty());
  EXPECT_TRUE(in.ok());
}

TEST(ByteWriterTest, WritesWhatTheReaderReads) {
  ByteWriter out;
  out.U8(1);
  out.U16(0x0203);
  out.U32(0x04050607);
  out.Padded(std::array<uint8_t, 2>{8, 9}, 4);
  out.Padded(std::array<uint8_t, 2>{8, 9}, 1);
  out.ZerosUpTo(16);
  const auto bytes = out.Take();
  const std::vector<uint8_t> expected{1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 8, 0, 0, 0, 0};
  EXPECT_EQ(bytes, expected);
}

}  // namespace
}  // namespace pxe
