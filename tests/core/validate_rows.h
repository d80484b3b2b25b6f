// Tables of changes to a legal object, and what their refusals say.
#pragma once

#include <gmock/gmock.h>

#include <functional>
#include <string>
#include <vector>

#include "core/validate.h"
#include "tests/support/status_matchers.h"

namespace pxe::core {

// One change to a good object, and what the refusal must say; an empty text: still good.
template <typename Noun>
struct Row {
  std::string name;
  std::function<void(Noun&)> change;
  std::string says;
};

template <typename Noun>
void RunRows(const Noun& good, const std::vector<Row<Noun>>& rows) {
  ASSERT_THAT(Validate(good), IsOk());
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Noun noun = good;
    row.change(noun);
    if (row.says.empty()) {
      EXPECT_THAT(Validate(noun), IsOk());
    } else {
      EXPECT_THAT(Validate(noun), StatusIs(absl::StatusCode::kInvalidArgument, row.says));
    }
  }
}

}  // namespace pxe::core
