// Mustache as we allow it: what renders, then what is refused and in which words.
#include "boot/template.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/support/status_matchers.h"

namespace pxe::boot {
namespace {

absl::StatusOr<std::string> Render(const std::string& text) {
  static const std::map<std::string, std::string, std::less<>> values = {
      {"host.id", "n1"},
      {"vars.amp", "a&b<c>\"d\""},
      {"vars.braces", "{{host.id}}"},
      {"vars.empty", ""},
      {"host.labels.rack.row", "r7"}};
  return RenderTemplate(text, [](std::string_view name) {
    const auto found = values.find(name);
    return found == values.end() ? nullptr : &found->second;
  });
}

struct Row {
  std::string name;
  std::string text;
  std::string rendered;
};

std::string NameOfRow(const testing::TestParamInfo<Row>& row) {
  return row.param.name;
}

class TemplateTest : public testing::TestWithParam<Row> {};

TEST_P(TemplateTest, RendersAsTheRowSays) {
  EXPECT_THAT(Render(GetParam().text), IsOkAndHolds(GetParam().rendered));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, TemplateTest,
    testing::Values(
        Row{"Nothing", "", ""}, Row{"TextWithoutTags", "console=ttyS0", "console=ttyS0"},
        Row{"OneVariable", "hostname={{host.id}} quiet", "hostname=n1 quiet"},
        Row{"BlanksInsideTheTag", "{{ host.id }}", "n1"}, Row{"ThreeBraces", "{{{host.id}}}", "n1"},
        Row{"Ampersand", "{{&host.id}}", "n1"}, Row{"AmpersandAndBlank", "{{& host.id}}", "n1"},
        Row{"ANameWithMoreDots", "{{host.labels.rack.row}}", "r7"},
        Row{"NothingIsEscapedForHtml", "{{vars.amp}}", "a&b<c>\"d\""},
        Row{"AValueIsNotATemplate", "{{vars.braces}}", "{{host.id}}"},
        Row{"AnEmptyValueIsAValue", "[{{vars.empty}}]", "[]"},
        Row{"ACommentIsNothing", "a{{! note }}b", "ab"},
        Row{"IpxesBracesAreLiteral", "ip=${net0/ip} {x} }}", "ip=${net0/ip} {x} }}"},
        Row{"IpxesDollarBeforeATag", "${{{host.id}}}", "$n1"},
        Row{"BlanksAndLinesStay", "  a \t {{host.id}} \n\n b ", "  a \t n1 \n\n b "}),
    NameOfRow);

struct RefusedRow {
  std::string name;
  std::string text;
  std::string why;
};

std::string NameOfRefusedRow(const testing::TestParamInfo<RefusedRow>& row) {
  return row.param.name;
}

class RefusedTemplateTest : public testing::TestWithParam<RefusedRow> {};

TEST_P(RefusedTemplateTest, IsRefusedInTheWordsOfTheRow) {
  EXPECT_THAT(Render(GetParam().text),
              StatusIs(absl::StatusCode::kInvalidArgument, GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, RefusedTemplateTest,
    testing::Values(
        RefusedRow{"UnknownVariable", "a {{foo.bar}} b", "unknown variable \"foo.bar\""},
        RefusedRow{"UnknownInThreeBraces", "{{{foo.bar}}}", "unknown variable \"foo.bar\""},
        RefusedRow{"UnknownBehindAnAmpersand", "{{&foo.bar}}", "unknown variable \"foo.bar\""},
        RefusedRow{"TheFirstOfSeveralUnknown", "{{host.id}}{{one}}{{two}}",
                   "unknown variable \"one\""},
        RefusedRow{"PartOfAName", "{{host}}", "unknown variable \"host\""},
        RefusedRow{"TheWholeContext", "{{.}}", "unknown variable \".\""},
        RefusedRow{"AControlCharacterInTheName", "{{a\nb}}", "unknown variable \"a\\x0ab\""},
        RefusedRow{"NoName", "{{}}", "names no variable"},
        RefusedRow{"OnlyBlanks", "{{{  }}}", "names no variable"},
        RefusedRow{"UnclosedTag", "ab {{host.id", "the tag at character 4 has no \"}}\""},
        RefusedRow{"UnclosedThreeBraces", "{{{host.id}}", "the tag at character 1 has no \"}}}\""},
        RefusedRow{"BracesAtTheEnd", "{{", "the tag at character 1 has no \"}}\""},
        RefusedRow{"ThreeBracesAtTheEnd", "x{{{", "the tag at character 2 has no \"}}}\""},
        RefusedRow{"Section", "{{#host.id}}a{{/host.id}}", "is a section"},
        RefusedRow{"InvertedSection", "{{^host.id}}a{{/host.id}}", "is a section"},
        RefusedRow{"EndOfASection", "{{/host.id}}", "is a section"},
        RefusedRow{"Partial", "{{> other}}", "is a partial"},
        RefusedRow{"Delimiters", "{{=<% %>=}}<% host.id %>", "would change the delimiters"},
        RefusedRow{"DelimitersBehindBlanks", "{{ = | | = }}", "would change the delimiters"},
        RefusedRow{"MalformedDelimiters", "{{=aaa =}}", "would change the delimiters"}),
    NameOfRefusedRow);

// Whatever the bytes, the answer is a text or an error.
TEST(TemplateFuzzTest, EveryShortMixOfBracesIsAnswered) {
  const std::string letters = "{}=#&! a";
  for (size_t seed = 0; seed < 8 * 8 * 8 * 8 * 8; ++seed) {
    std::string text;
    for (size_t rest = seed, i = 0; i < 5; ++i, rest /= 8) text += letters[rest % 8];
    const auto rendered = Render("{{" + text);
    if (!rendered.ok()) {
      EXPECT_EQ(rendered.status().code(), absl::StatusCode::kInvalidArgument) << text;
    }
  }
}

}  // namespace
}  // namespace pxe::boot
