#include "api/update_mask.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>

#include "pxe/v1/host.pb.h"
#include "pxe/v1/profile.pb.h"
#include "pxe/v1/rule.pb.h"
#include "pxe/v1/subnet.pb.h"
#include "tests/support/status_matchers.h"

namespace pxe::api {
namespace {

template <typename Message>
Message Text(const char* text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

// stored + changes under a mask = wanted.
struct Row {
  const char* name;
  std::vector<std::string> mask;
  const char* changes;
  const char* wanted;
};

template <typename Message>
void RunRows(const char* stored, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    google::protobuf::FieldMask mask;
    for (const auto& path : row.mask) mask.add_paths(path);
    auto object = Text<Message>(stored);
    ASSERT_THAT(MergeMasked(mask, Text<Message>(row.changes), object), IsOk()) << row.name;
    EXPECT_TRUE(
        google::protobuf::util::MessageDifferencer::Equals(object, Text<Message>(row.wanted)))
        << row.name << ":\n"
        << object.DebugString();
  }
}

TEST(UpdateMaskTest, HostRows) {
  RunRows<v1::Host>(
      R"(uuid: "u" profile: "p" nics { mac: "m" address: "a" }
         labels { key: "rack" value: "a" } labels { key: "row" value: "1" })",
      {
          {"EmptyMaskMeansWhatIsSet",
           {},
           R"(profile: "q")",
           R"(uuid: "u" profile: "q" nics { mac: "m" address: "a" }
              labels { key: "rack" value: "a" } labels { key: "row" value: "1" })"},
          {"EmptyMaskReplacesListsWhole",
           {},
           R"(nics { mac: "n" })",
           R"(uuid: "u" profile: "p" nics { mac: "n" }
              labels { key: "rack" value: "a" } labels { key: "row" value: "1" })"},
          {"OnlyWhatIsNamed",
           {"uuid"},
           R"(uuid: "v" profile: "q")",
           R"(uuid: "v" profile: "p" nics { mac: "m" address: "a" }
              labels { key: "rack" value: "a" } labels { key: "row" value: "1" })"},
          {"NamedAndUnsetIsEmptied", {"uuid", "nics", "labels"}, "", R"(profile: "p")"},
          {"StarReplacesAll", {"*"}, R"(uuid: "v")", R"(uuid: "v")"},
          {"MapWhole",
           {"labels", "nics", "uuid"},
           R"(labels { key: "x" value: "y" })",
           R"(profile: "p" labels { key: "x" value: "y" })"},
          {"MapKeySet",
           {"labels.rack", "labels.a.b", "nics", "uuid", "profile"},
           R"(labels { key: "rack" value: "b" } labels { key: "a.b" value: "c" }
              labels { key: "unnamed" value: "z" })",
           R"(labels { key: "rack" value: "b" } labels { key: "row" value: "1" }
              labels { key: "a.b" value: "c" })"},
          {"MapKeyRemoved",
           {"labels.rack", "labels.none", "nics", "uuid", "profile"},
           "",
           R"(labels { key: "row" value: "1" })"},
      });
}

TEST(UpdateMaskTest, NestedRows) {
  RunRows<v1::Profile>(
      R"(menu { prompt: true title: "t" timeout { seconds: 5 } })",
      {
          {"OneFieldOfAMessage",
           {"menu.title"},
           R"(menu { title: "u" prompt: false })",
           R"(menu { prompt: true title: "u" timeout { seconds: 5 } })"},
          {"EmptiedWithin", {"menu.timeout", "menu.prompt"}, "", R"(menu { title: "t" })"},
          {"WholeMessage", {"menu"}, R"(menu { ui: "menu.c32" })", R"(menu { ui: "menu.c32" })"},
      });
}

TEST(UpdateMaskTest, AKeyMayHoldDotsAndSlashes) {
  RunRows<v1::Profile>(
      R"(files { key: "ks.cfg" value: "a" } files { key: "ks" value: "b" })",
      {
          {"Set",
           {"files.debian/12.0/ks.cfg"},
           R"(files { key: "debian/12.0/ks.cfg" value: "c" } files { key: "debian/12" value: "d" })",
           R"(files { key: "ks.cfg" value: "a" } files { key: "ks" value: "b" }
              files { key: "debian/12.0/ks.cfg" value: "c" })"},
          {"Removed", {"files.ks.cfg"}, "", R"(files { key: "ks" value: "b" })"},
      });
}

TEST(UpdateMaskTest, MapsWithinMessages) {
  RunRows<v1::Rule>(
      R"(match { subnet: "s" labels { key: "rack" value: "a" } labels { key: "row" value: "1" } })",
      {
          {"KeySet",
           {"match.labels.rack"},
           R"(match { labels { key: "rack" value: "b" } })",
           R"(match { subnet: "s" labels { key: "row" value: "1" }
                      labels { key: "rack" value: "b" } })"},
          {"KeyRemovedByNothing",
           {"match.labels.rack", "match.subnet"},
           "",
           R"(match { labels { key: "row" value: "1" } })"},
          {"Whole",
           {"match.labels"},
           R"(match { labels { key: "x" value: "y" } })",
           R"(match { subnet: "s" labels { key: "x" value: "y" } })"},
      });
  RunRows<v1::Rule>("", {{"IntoAnUnsetMessage",
                          {"match.labels.rack"},
                          R"(match { labels { key: "rack" value: "b" } })",
                          R"(match { labels { key: "rack" value: "b" } })"}});
}

TEST(UpdateMaskTest, AnOptionalFieldCanBeSetToFalseAndUnset) {
  RunRows<v1::Subnet>(
      "authoritative: true",
      {
          {"SetFalse", {"authoritative"}, "authoritative: false", "authoritative: false"},
          {"EmptyMaskSeesIt", {}, "authoritative: false", "authoritative: false"},
          {"Unset", {"authoritative"}, "", ""},
      });
}

TEST(UpdateMaskTest, PathsThatAreNoFieldAreRefused) {
  for (const char* path : {"", "color", "nics.mac", "uuid.x", "Profile", "name/x", "color.labels.x",
                           "nics.labels.x"}) {
    google::protobuf::FieldMask mask;
    mask.add_paths(path);
    v1::Host object;
    EXPECT_THAT(MergeMasked(mask, v1::Host(), object),
                StatusIs(absl::StatusCode::kInvalidArgument, "update_mask: "))
        << path;
  }
}

TEST(UpdateMaskTest, AStarStandsAlone) {
  google::protobuf::FieldMask mask;
  mask.add_paths("*");
  mask.add_paths("uuid");
  v1::Host object;
  EXPECT_THAT(MergeMasked(mask, v1::Host(), object),
              StatusIs(absl::StatusCode::kInvalidArgument, "\"*\" goes with no other path"));
}

}  // namespace
}  // namespace pxe::api
