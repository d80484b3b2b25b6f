// The flags of every verb that changes something, and what they put into its request.
#pragma once

#include <CLI/CLI.hpp>
#include <ostream>
#include <string>

#include "clients/pxeadm/session.h"

namespace pxe::adm {

struct ChangeFlags {
  bool dry_run = false;
  std::string etag;  // empty: whatever is there

  void DeclareDryRun(CLI::App& verb) {
    verb.add_flag("--dry-run", dry_run,
                  "Check everything and show what it would be; change nothing");
  }
  void DeclareEtag(CLI::App& verb) {
    verb.add_option("--etag", etag, "Only if this is still its etag, as `get -o json` shows it");
  }

  // Every request gets a word of its own, so that Session::Change may repeat it.
  template <typename Request>
  void Complete(Request& request) const {
    request.set_request_id(NewRequestId());
    request.set_validate_only(dry_run);
  }

  // Said behind the result, so that nobody takes a trial for the deed.
  void Remark(Session& session) const {
    if (dry_run) session.err << "dry run: nothing was changed\n";
  }
};

}  // namespace pxe::adm
