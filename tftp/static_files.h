// The files beneath the TFTP root, as clients spell their names.
#pragma once

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "tftp/content.h"
#include "tftp/folded_names.h"

namespace pxe::tftp {

class StaticFiles {
 public:
  // With `ignore_case`, a name that does not exist stands for the one that differs from it in the
  // case of its letters alone.
  StaticFiles(std::string root, bool ignore_case)
      : root_(std::move(root)), ignore_case_(ignore_case) {}

  const std::string& root() const { return root_; }

  // As Content::OpenFile.
  absl::StatusOr<Content> Open(const std::string& path);

 private:
  std::string root_;
  bool ignore_case_;
  FoldedNames names_;
};

}  // namespace pxe::tftp
