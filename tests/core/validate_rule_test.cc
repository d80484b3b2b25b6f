// What makes rules and templates legal.
#include <gmock/gmock.h>

#include <string>

#include "core/validate.h"
#include "tests/core/validate_rows.h"
#include "tests/support/status_matchers.h"

namespace pxe::core {
namespace {

Rule GoodRule() {
  return {.id = "web", .priority = 10, .match = {.labels = {{"role", "web"}}}, .profile = "deb"};
}

Template GoodTemplate() {
  return {.id = "ks", .content_type = "text/plain", .text = "lang {{vars.lang}}\n\treboot\r\n"};
}

TEST(ValidateRuleTest, ARuleSaysWhichMachines) {
  RunRows<Rule>(
      GoodRule(),
      {
          {"Id", [](Rule& r) { r.id = "Web"; }, "rule_id: \"Web\" is no id"},
          {"Nothing", [](Rule& r) { r.match = {}; }, "rule.match: says nothing"},
          {"LabelKey",
           [](Rule& r) {
             r.match.labels = {{"a b", ""}};
           },
           "rule.match.labels: \"a b\""},
          {"Maker", [](Rule& r) { r.match.mac_prefix = "52:54:00"; }, ""},
          {"OneByte", [](Rule& r) { r.match.mac_prefix = "0a"; }, ""},
          {"WholeMac", [](Rule& r) { r.match.mac_prefix = "52:54:00:aa:bb:cc"; }, ""},
          {"HalfAByte", [](Rule& r) { r.match.mac_prefix = "52:5"; },
           "rule.match.mac_prefix: \"52:5\" is no beginning of a MAC address"},
          {"FinalColon", [](Rule& r) { r.match.mac_prefix = "52:54:"; }, "rule.match.mac_prefix:"},
          {"Hyphens", [](Rule& r) { r.match.mac_prefix = "52-54"; }, "rule.match.mac_prefix:"},
          {"UpperCase", [](Rule& r) { r.match.mac_prefix = "AA"; }, "rule.match.mac_prefix:"},
          {"SevenBytes", [](Rule& r) { r.match.mac_prefix = "52:54:00:aa:bb:cc:dd"; },
           "rule.match.mac_prefix:"},
          {"UuidZero", [](Rule& r) { r.match.uuid = Uuid{}; }, "rule.match.uuid: all zeros"},
          {"Kinds",
           [](Rule& r) {
             r.match.kinds = {"bios", "uefi-x64"};
           },
           ""},
          {"KindUnknown",
           [](Rule& r) {
             r.match.kinds = {"bios", "uefi"};
           },
           "rule.match.kinds[1]: \"uefi\" is not a client kind"},
          {"KindTwice",
           [](Rule& r) {
             r.match.kinds = {"bios", "bios"};
           },
           "rule.match.kinds[1]: \"bios\" is there twice or out of order"},
          {"VendorClassInjects", [](Rule& r) { r.match.vendor_class_prefix = "a\nb"; },
           "rule.match.vendor_class_prefix:"},
          {"VendorClassLong", [](Rule& r) { r.match.vendor_class_prefix = std::string(256, 'a'); },
           "rule.match.vendor_class_prefix: 256 bytes are too many"},
          {"Subnet", [](Rule& r) { r.match.subnet = "lab/1"; }, "rule.match.subnet:"},
          {"CircuitLongest", [](Rule& r) { r.match.circuit_id = std::string(512, 'a'); }, ""},
          {"CircuitLong", [](Rule& r) { r.match.circuit_id = std::string(513, 'a'); },
           "rule.match.circuit_id: 513 bytes are too many"},
      });
}

TEST(ValidateRuleTest, ARuleSaysWhatBecomesOfThem) {
  RunRows<Rule>(GoodRule(),
                {
                    {"ProfileWanted", [](Rule& r) { r.profile = ""; },
                     "rule.profile: is required with action = PROFILE"},
                    {"ProfileNoId", [](Rule& r) { r.profile = "../x"; }, "rule.profile: \"../x\""},
                    {"LocalWithProfile", [](Rule& r) { r.action = RuleAction::kLocal; },
                     "rule.profile: is only for action = PROFILE or DISCOVER"},
                    {"IgnoreWithProfile", [](Rule& r) { r.action = RuleAction::kIgnore; },
                     "rule.profile: is only for"},
                    {"Ignore",
                     [](Rule& r) {
                       r.action = RuleAction::kIgnore;
                       r.profile = "";
                     },
                     ""},
                    {"DiscoverByLabels", [](Rule& r) { r.action = RuleAction::kDiscover; },
                     "rule.match.labels: do not go with action = DISCOVER"},
                    {"DiscoverWithProfile",
                     [](Rule& r) {
                       r.action = RuleAction::kDiscover;
                       r.match = {.subnet = "lab"};
                     },
                     ""},
                    {"DiscoverWithoutProfile",
                     [](Rule& r) {
                       r.action = RuleAction::kDiscover;
                       r.match = {.subnet = "lab"};
                       r.profile = "";
                     },
                     ""},
                });
}

TEST(ValidateTemplateTest, TemplatesAreTexts) {
  RunRows<Template>(
      GoodTemplate(),
      {
          {"Id", [](Template& t) { t.id = "ks.cfg"; }, "template_id: \"ks.cfg\" is no id"},
          {"Empty", [](Template& t) { t.text = ""; }, "template.text: is required"},
          {"Longest", [](Template& t) { t.text = std::string(262'144, 'a'); }, ""},
          {"Long", [](Template& t) { t.text = std::string(262'145, 'a'); },
           "template.text: 262145 bytes are too many; at most 262144"},
          {"Zero", [](Template& t) { t.text = std::string("a\n\nb\0", 5); },
           "template.text: line 3 has a control character, 0x00"},
          {"Escape", [](Template& t) { t.text = "\x1b[2J"; }, "template.text: line 1"},
          {"ForeignLetters", [](Template& t) { t.text = "r\xc3\xa9seau"; }, ""},
          {"NoContentType", [](Template& t) { t.content_type = ""; }, ""},
          {"ContentTypeWithCharset",
           [](Template& t) { t.content_type = "text/html; charset=utf-8"; }, ""},
          {"ContentTypeWithoutSlash", [](Template& t) { t.content_type = "text"; },
           "template.content_type: \"text\" is no content type"},
          {"ContentTypeOfThreeParts", [](Template& t) { t.content_type = "a/b/c"; },
           "template.content_type:"},
          {"ContentTypeOfTwoWords", [](Template& t) { t.content_type = "te xt/plain"; },
           "template.content_type:"},
          {"ContentTypeInjects", [](Template& t) { t.content_type = "text/plain\r\nX: y"; },
           "template.content_type: \"text/plain\\x0d\\x0aX: y\" has a control character"},
      });
}

}  // namespace
}  // namespace pxe::core
