#include "server/change_writer.h"

#include "absl/strings/str_format.h"

namespace pxe::server {

absl::Status ChangeWriter::HasChanged(std::string_view collection, std::string_view id,
                                      std::string_view field) {
  return Aborted(absl::StrFormat(
      "%s: %s has changed since; read it again, or leave the etag out to write whatever is there",
      field, api::NameOf(collection, id)));
}

}  // namespace pxe::server
