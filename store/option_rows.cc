#include "store/option_rows.h"

#include <cstdint>
#include <span>

#include "base/status.h"

namespace pxe::store {

core::DhcpOption ReadOption(Statement& row) {
  core::DhcpOption option;
  option.code = static_cast<uint8_t>(row.Int());
  option.value = row.Blob();
  option.always = row.Bool();
  return option;
}

absl::Status InsertOptions(Database& db, Sql insert, std::string_view parent,
                           const std::vector<core::DhcpOption>& options) {
  for (size_t i = 0; i < options.size(); ++i) {
    const core::DhcpOption& option = options[i];
    const std::span<const uint8_t> value = option.value;
    PXE_RETURN_IF_ERROR(db.Run(insert, parent, i, option.code, value, option.always));
  }
  return absl::OkStatus();
}

}  // namespace pxe::store
