// No value, wherever it comes from, adds, removes or changes a directive that is not its own.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "boot/pxelinux.h"
#include "tests/boot/hostile_texts.h"
#include "tests/boot/pxelinux_config.h"
#include "tests/support/status_matchers.h"

namespace pxe::boot {
namespace {

const std::string kMark = "INNOCENT";

struct Place {
  std::string name;
  std::function<void(core::Profile&, const std::string&)> put;
};

std::vector<Place> Places() {
  return {
      {"arguments", [](core::Profile& p, const std::string& t) { p.entries[0].arguments = t; }},
      {"kernel", [](core::Profile& p, const std::string& t) { p.entries[0].kernel = t; }},
      {"initrd", [](core::Profile& p, const std::string& t) { p.entries[0].initrds[0] = t; }},
      {"entry title", [](core::Profile& p, const std::string& t) { p.entries[0].title = t; }},
      {"display", [](core::Profile& p, const std::string& t) { p.menu.display = t; }},
      {"function key", [](core::Profile& p, const std::string& t) { p.menu.function_keys[0] = t; }},
      {"ui", [](core::Profile& p, const std::string& t) { p.menu.ui = t; }},
      {"menu title", [](core::Profile& p, const std::string& t) { p.menu.title = t; }},
  };
}

core::Profile Innocent() {
  core::Profile profile;
  core::Entry entry;
  entry.name = "one";
  entry.kernel = "vmlinuz";
  entry.initrds = {"initrd.img"};
  entry.arguments = "quiet";
  profile.entries = {entry, entry};
  profile.entries[1].name = "two";
  return profile;
}

absl::StatusOr<std::string> Render(const core::Profile& profile, const std::string& value) {
  return RenderPxelinux(profile,
                        [&](std::string_view name) { return name == "vars.x" ? &value : nullptr; });
}

// The keywords of a config, and the values that do not hold `text`.
std::vector<Directive> Skeleton(const std::string& config, const std::string& text) {
  std::vector<Directive> directives = ReadPxelinuxConfig(config);
  const std::string_view bare = WithoutBlanks(text);
  for (auto& [keyword, value] : directives) {
    if (!bare.empty() && value.find(bare) != std::string::npos) value = kMark;
  }
  return directives;
}

TEST(PxelinuxInjectionTest, AValueIsRefusedOrStaysInItsDirective) {
  int rendered = 0;
  int refused = 0;
  for (const Place& place : Places()) {
    core::Profile profile = Innocent();
    place.put(profile, "{{vars.x}}");
    const auto innocent = Render(profile, kMark);
    ASSERT_THAT(innocent, IsOk());
    const std::vector<Directive> expected = Skeleton(*innocent, kMark);
    for (const std::string& text : HostileTexts()) {
      const auto config = Render(profile, text);
      (config.ok() ? rendered : refused) += 1;
      if (!config.ok()) continue;
      const std::string_view bare = WithoutBlanks(text);
      if (bare.empty()) continue;  // a directive without value: nothing to mistake
      EXPECT_EQ(Skeleton(*config, text), expected) << place.name << ": " << text;
    }
  }
  EXPECT_GT(rendered, 100);
  EXPECT_GT(refused, 100);
}

TEST(PxelinuxInjectionTest, TheProfilesOwnTextIsHeldToTheSame) {
  for (const Place& place : Places()) {
    core::Profile profile = Innocent();
    place.put(profile, kMark);
    const std::vector<Directive> expected = Skeleton(*Render(profile, ""), kMark);
    for (const std::string& text : HostileTexts()) {
      place.put(profile, text);
      const auto config = Render(profile, "");
      if (!config.ok() || WithoutBlanks(text).empty()) continue;
      EXPECT_EQ(Skeleton(*config, text), expected) << place.name << ": " << text;
    }
  }
}

TEST(PxelinuxInjectionTest, EveryConfigIsLinesOfPrintableTextAndEndsInOneNewline) {
  for (const Place& place : Places()) {
    core::Profile profile = Innocent();
    place.put(profile, "{{vars.x}}");
    for (const std::string& text : HostileTexts()) {
      const auto config = Render(profile, text);
      if (!config.ok()) continue;
      ASSERT_FALSE(config->empty());
      EXPECT_EQ(config->back(), '\n');
      EXPECT_FALSE(config->ends_with("\n\n")) << place.name;
      EXPECT_FALSE(config->starts_with("\xef\xbb\xbf"));
      for (const char c : *config) {
        const auto byte = static_cast<unsigned char>(c);
        EXPECT_TRUE(byte == '\n' || (byte >= 0x20 && byte != 0x7f)) << place.name;
      }
    }
  }
}

// The reader itself can see an injection: the same hostile text, written without our checks.
TEST(PxelinuxInjectionTest, TheReaderWouldNotice) {
  EXPECT_EQ(ReadPxelinuxConfig("append x\nlabel evil\n").size(), 2U);
  EXPECT_EQ(ReadPxelinuxConfig("append " + std::string(4088, 'a') + "label evil\n").size(), 2U);
  EXPECT_EQ(ReadPxelinuxConfig("append x\r label evil\n"),
            (std::vector<Directive>{{"append", "x"}}));
}

}  // namespace
}  // namespace pxe::boot
