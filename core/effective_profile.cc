#include "core/effective_profile.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/status.h"

namespace pxe::core {
namespace {

// Lays what one profile says over what those above it say.
class Layer {
 public:
  Layer(const Profile& child, EffectiveProfile& result) : child_(child), result_(result) {}

  void Lay() {
    Profile& profile = result_.profile;
    profile.id = child_.id;
    profile.parent = child_.parent;
    profile.stamp = child_.stamp;
    LayEntries();
    LayMenu(child_.menu, profile.menu);
    LayMap("loaders", child_.loaders, profile.loaders);
    LayValue("next_server", child_.next_server, profile.next_server);
    LayMap("variables", child_.variables, profile.variables);
    LayMap("configs", child_.configs, profile.configs);
    LayMap("files", child_.files, profile.files);
    for (const DhcpOption& option : child_.options) LayOption(option, profile.options);
  }

 private:
  void Note(const std::string& field) { result_.sources[field] = child_.id; }

  // Empty, false and zero are the values of what is not said.
  template <typename T>
  void LayValue(const std::string& field, const T& value, T& target) {
    if (value == T{}) return;
    target = value;
    Note(field);
  }

  using Map = std::map<std::string, std::string>;
  void LayMap(const std::string& field, const Map& values, Map& target) {
    for (const auto& [key, value] : values) {
      target[key] = value;
      Note(absl::StrFormat("%s.%s", field, key));
    }
  }

  void LayEntries() {
    Profile& profile = result_.profile;
    if (child_.entries.empty()) return;
    LayValue("entries", child_.entries, profile.entries);
    LeaveOutIfGone("menu.default_entry", profile.menu.default_entry);
    LeaveOutIfGone("menu.on_timeout", profile.menu.on_timeout);
  }

  void LeaveOutIfGone(const std::string& field, std::string& name) {
    if (std::ranges::find(child_.entries, name, &Entry::name) != child_.entries.end()) return;
    name.clear();
    result_.sources.erase(field);
  }

  void LayMenu(const Menu& menu, Menu& target) {
    LayValue("menu.default_entry", menu.default_entry, target.default_entry);
    LayValue("menu.prompt", menu.prompt, target.prompt);
    LayValue("menu.timeout", menu.timeout_ds, target.timeout_ds);
    LayValue("menu.on_timeout", menu.on_timeout, target.on_timeout);
    LayValue("menu.display", menu.display, target.display);
    for (size_t i = 0; i < Menu::kFunctionKeys; ++i) {
      LayValue(absl::StrFormat("menu.function_keys[%d]", i), menu.function_keys[i],
               target.function_keys[i]);
    }
    LayValue("menu.ui", menu.ui, target.ui);
    LayValue("menu.title", menu.title, target.title);
  }

  void LayOption(const DhcpOption& option, std::vector<DhcpOption>& target) {
    const auto place = std::ranges::lower_bound(target, option.code, {}, &DhcpOption::code);
    if (place != target.end() && place->code == option.code) {
      *place = option;
    } else {
      target.insert(place, option);
    }
    Note(absl::StrFormat("options.%d", option.code));
  }

  const Profile& child_;
  EffectiveProfile& result_;
};

// "profiles/c, profiles/b, profiles/a"
std::string NamesOf(const std::vector<const Profile*>& line) {
  std::string names;
  for (const Profile* profile : line) {
    names += absl::StrFormat("%sprofiles/%s", names.empty() ? "" : ", ", profile->id);
  }
  return names;
}

// The profile, its parent, and so on.
absl::StatusOr<std::vector<const Profile*>> LineOf(const Profile& profile,
                                                   const ProfileLookup& find) {
  std::vector<const Profile*> line = {&profile};
  while (!line.back()->parent.empty()) {
    const std::string& id = line.back()->parent;
    if (std::ranges::find(line, id, &Profile::id) != line.end()) {
      return FailedPrecondition(absl::StrFormat(
          "profile.parent: profiles/%s would be its own ancestor: %s", id, NamesOf(line)));
    }
    if (line.size() > kMaxProfileDepth) {
      return FailedPrecondition(absl::StrFormat(
          "profile.parent: more than %d are above profiles/%s", kMaxProfileDepth, profile.id));
    }
    const Profile* parent = find(id);
    if (parent == nullptr) {
      return FailedPrecondition(
          absl::StrFormat("profile.parent: profiles/%s, parent of profiles/%s, does not exist", id,
                          line.back()->id));
    }
    line.push_back(parent);
  }
  return line;
}

}  // namespace

absl::StatusOr<EffectiveProfile> EffectiveProfileOf(const Profile& profile,
                                                    const ProfileLookup& find) {
  PXE_ASSIGN_OR_RETURN(auto line, LineOf(profile, find));
  std::ranges::reverse(line);
  EffectiveProfile result;
  for (const Profile* layer : line) Layer(*layer, result).Lay();
  return result;
}

}  // namespace pxe::core
