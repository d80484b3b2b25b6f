// The command line while it is being described and parsed: CLI11's tree, and what was chosen.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "clients/pxeadm/session.h"

namespace pxe::adm {

// Values that flags are parsed into; CLI11 keeps pointers to them.
struct Arguments {
  virtual ~Arguments() = default;
};

struct CommandLine {
  CLI::App app{"The operator's tool of pxed", "pxeadm"};
  Action chosen;  // set by the verb that was typed

  // "pxeadm NAME": a noun with verbs. Flags of pxeadm itself may stand behind it.
  CLI::App* AddNoun(const std::string& name, const std::string& help) {
    auto* noun = app.add_subcommand(name, help);
    noun->require_subcommand(1)->fallthrough();
    return noun;
  }

  // "pxeadm NOUN NAME", or "pxeadm NAME" under the app itself: runs run(session, given).
  template <typename Run, typename Given>
  CLI::App* AddVerb(CLI::App* parent, const std::string& name, const std::string& help, Run run,
                    Given& given) {
    auto* verb = parent->add_subcommand(name, help)->fallthrough();
    verb->callback([this, run, &given] {
      chosen = [run, &given](Session& session) { return run(session, given); };
    });
    return verb;
  }

  template <typename T>
  T& Own() {
    auto made = std::make_unique<T>();
    T& reference = *made;
    owned_.push_back(std::move(made));
    return reference;
  }

 private:
  std::vector<std::unique_ptr<Arguments>> owned_;
};

// A flag that may be given several times, one value each. (CLI11's own way takes all words that
// follow, an ID among them.)
inline void AddRepeatable(CLI::App& verb, const std::string& flag, std::vector<std::string>& values,
                          const std::string& help) {
  verb.add_option(flag, values, help + "; repeatable")->allow_extra_args(false);
}

}  // namespace pxe::adm
