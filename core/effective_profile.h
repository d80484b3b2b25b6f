// A profile with all that it has from its parents: what machines boot, and where each value comes
// from.
//
// What the child says wins: texts that are not empty, flags that are set, numbers above zero. Maps
// go by key, options by code; entries are inherited all or none. An inherited `default_entry` or
// `on_timeout` is left out where the entries have no such name, for it spoke of others.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/model.h"

namespace pxe::core {

// A profile has at most so many above it.
inline constexpr size_t kMaxProfileDepth = 8;

struct EffectiveProfile {
  Profile profile;  // id, parent and stamp are the child's own; options are in the order of codes
  // Field as the API spells it ("entries", "menu.timeout", "menu.function_keys[0]", "loaders.bios",
  // "variables.X", "options.209", "configs.grub", "files.ks.cfg") -> id of the profile that says
  // it. What nobody says is not in it.
  std::map<std::string, std::string> sources;

  bool operator==(const EffectiveProfile&) const = default;
};

// A profile by its id; null: there is none. Must stay while it is used.
using ProfileLookup = std::function<const Profile*(std::string_view id)>;

// `find` answers with profiles as they were written. FAILED_PRECONDITION, naming the profile, when
// a parent does not exist, there are too many, or a profile is its own ancestor.
absl::StatusOr<EffectiveProfile> EffectiveProfileOf(const Profile& profile,
                                                    const ProfileLookup& find);

}  // namespace pxe::core
