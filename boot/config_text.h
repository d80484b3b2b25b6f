// What the configs of all flavours have in common: a profile's text with its variables in, entries
// that a loader can boot, and lines that no value can leave.
//
// No flavour has a way to write a line end inside a value, so one in a value is an error. What only
// some loaders can boot is left out of the others' configs with a comment; the entries that boot
// when nobody chooses must stay, else the config is an error.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "boot/template.h"
#include "core/model.h"

namespace pxe::boot {

// BOOT_IMAGE=, kernel, arguments and initrds as the kernel sees them; its limit on x86.
inline constexpr size_t kMaxKernelCommandLine = 2047;
// The same where the loader appends what it knows, unchecked, into a buffer of that size.
inline constexpr size_t kMaxCommandLineBeforeAppend = 1500;
// pxelinux cuts a line at 4096 bytes and obeys the rest; we stay clear of it in every flavour.
inline constexpr size_t kMaxConfigLine = 4000;

// Bits of Entry::sysappend that every loader can do.
inline constexpr uint32_t kAppendIp = 1;
inline constexpr uint32_t kAppendBootif = 2;

// Why a flavour does not stand the value of a variable; empty: it does.
using ValueRefusal = std::string_view (*)(std::string_view value);

class ConfigText {
 public:
  explicit ConfigText(const VariableLookup& lookup, ValueRefusal refusal = nullptr)
      : lookup_(lookup), refusal_(refusal) {}

  // The text with its variables in: one line, no control characters.
  absl::StatusOr<std::string> Expand(std::string_view field, const std::string& text) const;

  // The path of a file below the TFTP root with its variables in, a single word without commas.
  absl::StatusOr<std::string> Path(std::string_view field, const std::string& text) const;

  // A fact of the machine by itself: "nic.mac".
  absl::StatusOr<std::string> Variable(std::string_view field, std::string_view name) const;

  // Every line of a config is made here, and so no value can end one and begin another.
  absl::Status Add(std::string_view field, std::string_view line);

  // Lines of our own words.
  void AddFixed(std::string_view lines) { text_ += lines; }

  std::string Take() { return std::move(text_); }

 private:
  const VariableLookup& lookup_;
  ValueRefusal refusal_;
  std::string text_;
};

// An entry with its variables in.
struct ExpandedEntry {
  std::string field;  // "profile.entries[0]"
  std::string name;
  std::string title;  // never empty
  std::string kernel;
  std::vector<std::string> initrds;
  std::string arguments;
  std::string chain;
  std::string disk_image;
  bool has_title = false;  // of its own, not its name
  bool local_boot = false;
  uint32_t sysappend = 0;
};

// The title for menus that know no hotkeys: pxelinux marks them with ^.
std::string TitleWithoutHotkey(const ExpandedEntry& entry);

// "menu.c32": a module of pxelinux and syslinux, which nothing else can run.
bool IsModule(std::string_view path);

// "shimx64.efi", "grubnetx64.efi.signed"
bool IsEfiProgram(std::string_view path);

// Why a loader cannot boot the entry, in words for a comment; empty: it can.
using EntryRefusal = std::string_view (*)(const ExpandedEntry& entry);

// A profile as one flavour can show it.
struct MenuPlan {
  std::vector<ExpandedEntry> entries;  // those that its loader can boot, at least one
  size_t default_index = 0;            // of the entry that boots when nobody chooses
  bool shown = false;                  // there is something to choose, and the profile asks to
  uint32_t timeout_ds = 0;             // of the menu; 0: it waits
  std::vector<std::string> left_out;   // "hdt: ...", for comments
};

// FAILED_PRECONDITION when the loader cannot boot the entry that boots when nobody chooses: right
// for machines with another loader. INVALID_ARGUMENT when a text is wrong.
absl::StatusOr<MenuPlan> PlanMenu(const ConfigText& out, const core::Profile& profile,
                                  EntryRefusal refusal);

// Whether the kernel gets its command line whole, as this loader writes it.
absl::Status CheckCommandLine(const ExpandedEntry& entry, std::string_view line);

// The MAC of the NIC as kernels want it told: "01-52-54-00-00-00-01".
absl::StatusOr<std::string> BootInterface(const ConfigText& out, const ExpandedEntry& entry);

// "# left out: hdt: ..." for each such entry.
void AddLeftOut(ConfigText& out, const MenuPlan& plan);

}  // namespace pxe::boot
