#include "api/dhcp_option.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>

#include <vector>

#include "tests/support/status_matchers.h"

namespace pxe::api {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

v1::DhcpOption Text(const std::string& text) {
  v1::DhcpOption option;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &option)) << text;
  return option;
}

TEST(DhcpOptionTest, C90_C91_C120_EachFormBecomesTheBytesOfTheWireAndComesBack) {
  struct Row {
    const char* option;
    std::vector<uint8_t> value;
  };
  for (const Row& row : std::vector<Row>{
           {R"(code: 209 text: "a/b")", {'a', '/', 'b'}},
           {R"(code: 150 addresses { addresses: "10.0.0.1" addresses: "10.0.0.2" })",
            {10, 0, 0, 1, 10, 0, 0, 2}},
           {R"(code: 46 u8: 8)", {8}},
           {R"(code: 26 u16: 9000)", {0x23, 0x28}},
           {R"(code: 211 u32: 300)", {0, 0, 1, 44}},
           {R"(code: 19 boolean: true)", {1}},
           {R"(code: 224 bytes: "\001\000\377")", {1, 0, 255}},
           {R"(code: 119 domains { domains: "a.bc" domains: "d" })",
            {1, 'a', 2, 'b', 'c', 0, 1, 'd', 0}},
           {R"(code: 121 routes { routes { destination: "10.1.128.0/17" router: "10.0.0.1" }
                                  routes { destination: "0.0.0.0/0" router: "10.0.0.2" } })",
            {17, 10, 1, 128, 10, 0, 0, 1, 0, 10, 0, 0, 2}},
           {R"(code: 43 nested { options { code: 1 bytes: "\000\000\000\000" } })",
            {1, 4, 0, 0, 0, 0, 255}},
           {R"(code: 175 nested { options { code: 176 u8: 1 } options { code: 8 u8: 0 } })",
            {176, 1, 1, 8, 1, 0}},
       }) {
    const auto parsed = FromProto("o", Text(row.option));
    ASSERT_THAT(parsed, IsOk()) << row.option;
    EXPECT_EQ(parsed->value, row.value) << row.option;
    EXPECT_EQ(ToProto(*parsed).DebugString(), Text(row.option).DebugString());
  }
}

TEST(DhcpOptionTest, AnyOptionIsTakenAsBytesAndAnUnknownOneInAnyForm) {
  EXPECT_EQ(ToProto(*FromProto("o", Text(R"(code: 211 bytes: "\000\000\001\054")"))).u32(), 300u);
  const auto unknown = FromProto("o", Text(R"(code: 224 text: "abc" always: true)"));
  ASSERT_THAT(unknown, IsOk());
  EXPECT_TRUE(unknown->always);
  EXPECT_EQ(ToProto(*unknown).bytes(), "abc");
}

TEST(DhcpOptionTest, BytesThatDoNotFitTheirFormComeBackAsBytes) {
  for (const core::DhcpOption& odd : std::vector<core::DhcpOption>{
           {.code = 209, .value = {'a', 0}},
           {.code = 150, .value = {10, 0, 0}},
           {.code = 150, .value = {}},
           {.code = 211, .value = {1}},
           {.code = 19, .value = {2}},
           {.code = 119, .value = {1, 'a'}},
           {.code = 119, .value = {1, 'a', 0xc0, 0}},
           {.code = 119, .value = {0}},
           {.code = 121, .value = {33, 10, 0, 0, 0, 1, 10, 0, 0, 1}},
           {.code = 121, .value = {8, 10, 10, 0, 0}},
           {.code = 121, .value = {7, 11, 10, 0, 0, 1}},
           {.code = 43, .value = {6, 1, 8}},
           {.code = 43, .value = {6, 2, 8, 255}},
           {.code = 43, .value = {255}},
           {.code = 175, .value = {176, 1, 1, 255}},
       }) {
    const v1::DhcpOption out = ToProto(odd);
    EXPECT_EQ(out.value_case(), v1::DhcpOption::kBytes) << out.DebugString();
    EXPECT_THAT(FromProto("o", out), IsOkAndHolds(odd));
  }
}

TEST(DhcpOptionTest, C90_ErrorsNameTheField) {
  struct Row {
    const char* option;
    const char* says;
  };
  for (const Row& row : std::vector<Row>{
           {R"(text: "a")", "o.code: 0 is not from 1 to 254"},
           {R"(code: 255 text: "a")", "o.code: 255 is not from 1 to 254"},
           {R"(code: 465 text: "a")", "o.code: 465 is not from 1 to 254"},
           {R"(code: 209)", "o: needs a value"},
           {R"(code: 209 u32: 1)", "o: the value of option 209 is given as text or as bytes"},
           {R"(code: 211 text: "300")", "o: the value of option 211 is given as u32 or as bytes"},
           {R"(code: 46 u8: 256)", "o.u8: 256 does not fit"},
           {R"(code: 26 u16: 65536)", "o.u16: 65536 does not fit"},
           {R"(code: 150 addresses { addresses: "x" })", "o.addresses[0]: "},
           {R"(code: 119 domains { domains: "a..b" })", "o.domains[0]: "},
           {R"(code: 121 routes { routes { destination: "10.0.0.0/33" router: "10.0.0.1" } })",
            "o.routes[0].destination: "},
           {R"(code: 121 routes { routes { destination: "10.0.0.0/8" router: "x" } })",
            "o.routes[0].router: "},
           {R"(code: 43 nested { options { code: 255 u8: 1 } })",
            "o.nested.options[0].code: 255 is not from 1 to 254"},
           {R"(code: 43 nested { options { code: 1 u8: 256 } })",
            "o.nested.options[0].u8: 256 does not fit"},
           {R"(code: 43 nested { options { code: 1 } })", "o.nested.options[0]: needs a value"},
       }) {
    EXPECT_THAT(FromProto("o", Text(row.option)), StatusIs(kInvalid, row.says)) << row.option;
  }
}

}  // namespace
}  // namespace pxe::api
