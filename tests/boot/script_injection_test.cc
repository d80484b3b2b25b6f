// No value, wherever it comes from, adds, removes or changes a command that is not its own: GRUB,
// iPXE and grub4dos.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "boot/config_text.h"
#include "boot/render_config.h"
#include "tests/boot/hostile_texts.h"
#include "tests/boot/script_readers.h"
#include "tests/support/status_matchers.h"

namespace pxe::boot {
namespace {

using core::Flavour;

const std::string kMark = "INNOCENT";
const std::string kAddress = "10.0.0.1";

struct Language {
  Flavour flavour;
  std::vector<Command> (*read)(std::string_view text);
  std::string chain_suffix;  // of a program that its loader can start
};

struct Place {
  std::string name;
  std::function<void(core::Profile&, const std::string&)> put;
};

std::vector<Place> PlacesFor(const Language& language) {
  return {
      {"arguments", [](core::Profile& p, const std::string& t) { p.entries[0].arguments = t; }},
      {"kernel", [](core::Profile& p, const std::string& t) { p.entries[0].kernel = t; }},
      {"initrd", [](core::Profile& p, const std::string& t) { p.entries[0].initrds[0] = t; }},
      {"entry title", [](core::Profile& p, const std::string& t) { p.entries[0].title = t; }},
      {"menu title", [](core::Profile& p, const std::string& t) { p.menu.title = t; }},
      {"chain",
       [suffix = language.chain_suffix](core::Profile& p, const std::string& t) {
         p.entries[1].kernel.clear();
         p.entries[1].chain = t + suffix;
       }},
      {"disk image",
       [](core::Profile& p, const std::string& t) {
         p.entries[1].kernel.clear();
         p.entries[1].disk_image = t;
       }},
  };
}

core::Profile Innocent() {
  core::Profile profile;
  core::Entry one;
  one.name = "one";
  one.kernel = "vmlinuz";
  one.initrds = {"initrd.img"};
  one.arguments = "quiet";
  core::Entry two;
  two.name = "two";
  two.kernel = "other";
  core::Entry disk;
  disk.name = "disk";
  disk.local_boot = true;
  profile.entries = {one, two, disk};
  profile.menu.prompt = true;
  profile.menu.title = "Menu";
  return profile;
}

absl::StatusOr<std::string> Render(Flavour flavour, const core::Profile& profile,
                                   const std::string& value) {
  const auto lookup = [&](std::string_view name) -> const std::string* {
    if (name == "vars.x") return &value;
    return name == "server.address" ? &kAddress : nullptr;
  };
  return RenderConfig(flavour, profile, lookup, [](std::string_view) { return nullptr; });
}

size_t Expansions(std::string_view text) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find("${", at)) != std::string_view::npos; ++at) {
    if (!text.substr(at).starts_with("${nothing}")) ++count;
  }
  return count;
}

// The commands are those of the innocent config; of the one that holds the value, the first word
// is.
void ExpectSameCommands(const std::vector<Command>& commands, const std::vector<Command>& innocent,
                        const std::string& what) {
  ASSERT_EQ(commands.size(), innocent.size()) << what;
  for (size_t i = 0; i < commands.size(); ++i) {
    const bool holds = std::ranges::any_of(
        innocent[i], [](const std::string& word) { return word.find(kMark) != std::string::npos; });
    if (holds) {
      EXPECT_EQ(commands[i][0], innocent[i][0]) << what;
    } else {
      EXPECT_EQ(commands[i], innocent[i]) << what;
    }
  }
}

class ScriptInjectionTest : public testing::TestWithParam<Language> {
 protected:
  // Calls `check` with each hostile text put in each place, by way of a variable or directly.
  template <typename Check>
  void ForEachHostileText(bool by_variable, Check check) {
    for (const Place& place : PlacesFor(GetParam())) {
      core::Profile profile = Innocent();
      place.put(profile, kMark);
      const auto innocent = Render(GetParam().flavour, profile, "");
      ASSERT_THAT(innocent, IsOk());
      for (const std::string& text : HostileTexts()) {
        place.put(profile, by_variable ? "{{vars.x}}" : text);
        const auto config = Render(GetParam().flavour, profile, by_variable ? text : "");
        (config.ok() ? rendered_ : refused_) += 1;
        // An entry that is left out is no command at all.
        if (!config.ok() || config->find("# left out:") != std::string::npos) continue;
        if (text.find_first_not_of(' ') == std::string::npos) continue;
        check(*config, *innocent, place.name + ": " + text.substr(0, 60));
      }
    }
  }

  int rendered_ = 0;
  int refused_ = 0;
};

TEST_P(ScriptInjectionTest, AValueIsRefusedOrStaysInItsCommand) {
  ForEachHostileText(true, [](const auto& config, const auto& innocent, const std::string& what) {
    ExpectSameCommands(GetParam().read(config), GetParam().read(innocent), what);
    if (GetParam().flavour != Flavour::kIpxe) return;
    EXPECT_EQ(Expansions(config), Expansions(innocent)) << what;
  });
  EXPECT_GT(rendered_, 100);
  EXPECT_GT(refused_, 100);
}

TEST_P(ScriptInjectionTest, TheProfilesOwnTextIsHeldToTheSame) {
  ForEachHostileText(false, [](const auto& config, const auto& innocent, const std::string& what) {
    ExpectSameCommands(GetParam().read(config), GetParam().read(innocent), what);
  });
}

TEST_P(ScriptInjectionTest, EveryConfigIsLinesOfPrintableTextAndEndsInOneNewline) {
  ForEachHostileText(true, [](const auto& config, const auto&, const std::string& what) {
    EXPECT_EQ(config.back(), '\n') << what;
    EXPECT_FALSE(config.ends_with("\n\n")) << what;
    for (const char c : config) {
      const auto byte = static_cast<unsigned char>(c);
      EXPECT_TRUE(byte == '\n' || (byte >= 0x20 && byte != 0x7f)) << what;
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Flavours, ScriptInjectionTest,
                         testing::Values(Language{Flavour::kGrub, GrubReader::Read, ".efi"},
                                         Language{Flavour::kIpxe, ReadIpxe, ".0"},
                                         Language{Flavour::kGrub4dos, ReadGrub4dos, ".0"}),
                         [](const auto& row) {
                           return std::string(core::NameOf(row.param.flavour));
                         });

// The readers themselves can see an injection: the same hostile texts, written without our checks.
TEST(ScriptReadersTest, WouldNotice) {
  EXPECT_EQ(GrubReader::Read("linux 'a'; reboot; ''\n").size(), 3U);
  EXPECT_EQ(GrubReader::Read("linux 'a'\\''b'\n"), (std::vector<Command>{{"linux", "a'b"}}));
  EXPECT_EQ(GrubReader::Read("linux \"a;b\" # note\n"), (std::vector<Command>{{"linux", "a;b"}}));
  EXPECT_EQ(ReadIpxe("kernel a || goto evil\n").size(), 2U);
  EXPECT_EQ(ReadIpxe("kernel a #note\n"), (std::vector<Command>{{"kernel", "a"}}));
  EXPECT_EQ(ReadGrub4dos("kernel a && reboot\n").size(), 2U);
}

}  // namespace
}  // namespace pxe::boot
