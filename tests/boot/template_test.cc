// Mustache as we allow it: what renders, then what is refused and in which words; partials last.
#include "boot/template.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/support/status_matchers.h"

namespace pxe::boot {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

absl::StatusOr<std::string> Render(const std::string& text) {
  static const std::map<std::string, std::string, std::less<>> values = {
      {"host.id", "n1"},  {"vars.amp", "a&b<c>\"d\""}, {"vars.braces", "{{host.id}}"},
      {"vars.empty", ""}, {"vars.lines", "a\nb"},      {"host.labels.rack.row", "r7"}};
  return RenderText(text, [](std::string_view name) {
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
        Row{"ACommentOnAFieldsOnlyLine", " {{! note }} ", "  "},
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
  EXPECT_THAT(Render(GetParam().text), StatusIs(kInvalid, GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, RefusedTemplateTest,
    testing::Values(
        RefusedRow{"UnknownVariable", "a {{foo.bar}} b", "unknown variable \"foo.bar\""},
        RefusedRow{"UnknownInThreeBraces", "{{{foo.bar}}}", "unknown variable \"foo.bar\""},
        RefusedRow{"UnknownBehindAnAmpersand", "{{&foo.bar}}", "unknown variable \"foo.bar\""},
        RefusedRow{"TheFirstOfSeveralUnknown", "{{host.id}}{{one}}{{two}}",
                   "unknown variable \"one\""},
        RefusedRow{"AValueOfTwoLines", "{{vars.lines}}",
                   "the value \"a\\x0ab\" of \"vars.lines\" has a control character"},
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
        RefusedRow{"Partial", "{{> other}}", "is a partial; only templates may have them"},
        RefusedRow{"Delimiters", "{{=<% %>=}}<% host.id %>", "would change the delimiters"},
        RefusedRow{"DelimitersBehindBlanks", "{{ = | | = }}", "would change the delimiters"},
        RefusedRow{"MalformedDelimiters", "{{=aaa =}}", "would change the delimiters"}),
    NameOfRefusedRow);

using Templates = std::map<std::string, std::string, std::less<>>;

PartialLookup LookupIn(const Templates& templates) {
  return [&templates](std::string_view id) {
    const auto found = templates.find(id);
    return found == templates.end() ? nullptr : &found->second;
  };
}

absl::StatusOr<std::string> RenderMain(const Templates& templates) {
  static const std::string id = "n1";
  return RenderTemplate(
      "main", [](std::string_view name) { return name == "host.id" ? &id : nullptr; },
      LookupIn(templates));
}

TEST(PartialsTest, APartialStandsForItsTemplate) {
  EXPECT_THAT(RenderMain({{"main", "a {{> part}} b"}, {"part", "[{{host.id}}]"}}),
              IsOkAndHolds("a [n1] b"));
  EXPECT_THAT(RenderMain({{"main", "{{>part}}{{>part}}"}, {"part", "x"}}), IsOkAndHolds("xx"));
}

TEST(PartialsTest, OneAloneOnItsLineLeavesNoLineAndIndentsItsOwn) {
  EXPECT_THAT(RenderMain({{"main", "a\n  {{> part}}\nb\n"}, {"part", "one\n\n two {{host.id}}\n"}}),
              IsOkAndHolds("a\n  one\n\n   two n1\nb\n"));
  EXPECT_THAT(RenderMain({{"main", "{{> part}}\r\nb"}, {"part", "one\n"}}), IsOkAndHolds("one\nb"));
  EXPECT_THAT(RenderMain({{"main", "a\n {{> part}}"}, {"part", "x\ny"}}),
              IsOkAndHolds("a\n x\n y"));
}

TEST(PartialsTest, ACommentAloneOnItsLineLeavesNoLine) {
  EXPECT_THAT(RenderMain({{"main", "{{! top }}\na\n  {{! of\n two lines }}  \nb{{! c }}\n"}}),
              IsOkAndHolds("a\nb\n"));
}

TEST(PartialsTest, ErrorsNameTemplateLineAndVariable) {
  EXPECT_THAT(RenderMain({{"main", "a\nb\n{{vars.x}}"}}),
              StatusIs(kInvalid, "templates/main line 3: unknown variable \"vars.x\""));
  EXPECT_THAT(RenderMain({{"main", "a\n  {{> part}}\n"}, {"part", "b\n{{vars.x}}"}}),
              StatusIs(kInvalid, "templates/part line 2: unknown variable \"vars.x\""));
  EXPECT_THAT(RenderMain({{"main", "a\nb {{host.id"}}),
              StatusIs(kInvalid, "templates/main line 2: the tag at character 3 has no \"}}\""));
}

TEST(PartialsTest, AnUnknownTemplateIsAnError) {
  EXPECT_THAT(RenderMain({}), StatusIs(kInvalid, "unknown template \"main\""));
  EXPECT_THAT(RenderMain({{"main", "\n{{> part}}"}}),
              StatusIs(kInvalid, "templates/main line 2: unknown template \"part\""));
}

TEST(PartialsTest, ACircleIsAnError) {
  EXPECT_THAT(RenderMain({{"main", "{{> main}}"}}),
              StatusIs(kInvalid, "templates/main line 1: partials in a circle: main > main"));
  EXPECT_THAT(RenderMain({{"main", "{{> a}}"}, {"a", "\n{{> b}}"}, {"b", "{{> a}}"}}),
              StatusIs(kInvalid, "templates/b line 1: partials in a circle: main > a > b > a"));
}

TEST(PartialsTest, NestingHasALimit) {
  Templates templates = {{"main", "{{> t2}}"}};
  for (size_t i = 2; i < kMaxPartialDepth; ++i) {
    templates["t" + std::to_string(i)] = "{{> t" + std::to_string(i + 1) + "}}";
  }
  const std::string last = "t" + std::to_string(kMaxPartialDepth);
  templates[last] = "x";
  EXPECT_THAT(RenderMain(templates), IsOkAndHolds("x"));
  templates[last] = "{{> more}}";
  templates["more"] = "x";
  EXPECT_THAT(RenderMain(templates), StatusIs(kInvalid, "nested more than 16 deep"));
}

// Each template twice the next: what a few lines of text could grow to.
TEST(PartialsTest, NumberAndSizeHaveLimits) {
  Templates templates = {{"main", "{{> t1}}{{> t1}}"}};
  for (int i = 1; i < 12; ++i) {
    const std::string next = "{{> t" + std::to_string(i + 1) + "}}";
    templates["t" + std::to_string(i)] = next + next;
  }
  templates["t12"] = "";
  EXPECT_THAT(RenderMain(templates), StatusIs(kInvalid, "more than 1000 partials"));
  templates["t1"] = std::string(kMaxRenderedBytes / 2, 'x');
  EXPECT_THAT(RenderMain(templates), IsOk());
  templates["t1"] += "x";
  EXPECT_THAT(RenderMain(templates), StatusIs(kInvalid, "the text grows over 1048576 bytes"));
}

TEST(CheckTemplateTest, AcceptsWhatSomeMachineCouldRender) {
  const Templates templates = {{"a", "{{vars.x}} {{> b}}"}, {"b", "{{host.serial}}"}};
  EXPECT_THAT(CheckTemplate("a", LookupIn(templates)), IsOk());
}

TEST(CheckTemplateTest, RefusesWhatNoMachineCould) {
  const Templates templates = {{"a", "\n{{> b}}"}, {"b", "{{foo.bar}}"}, {"c", "{{#x}}{{/x}}"}};
  EXPECT_THAT(CheckTemplate("a", LookupIn(templates)),
              StatusIs(kInvalid, "templates/b line 1: unknown variable \"foo.bar\""));
  EXPECT_THAT(CheckTemplate("c", LookupIn(templates)),
              StatusIs(kInvalid, "templates/c line 1: \"{{#x}}\" is a section"));
}

TEST(PartialsOfTest, NamesEachOnceAndSorted) {
  EXPECT_EQ(PartialsOf("{{> b}} {{>a}} {{! > c }} {{host.id}} {{ > b }}"),
            (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(PartialsOf("{{> a").empty());
}

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
