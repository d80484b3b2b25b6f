#include "api/convert.h"
#include "api/fields.h"
#include "api/resource_name.h"

namespace pxe::api {

v1::Template ToProto(const core::Template& text) {
  v1::Template out;
  out.set_name(NameOf(kTemplates, text.id));
  out.set_text(text.text);
  out.set_content_type(text.content_type);
  out.set_revision(text.stamp.revision);
  out.set_etag(EtagOf(text.stamp));
  *out.mutable_create_time() = ToTimestamp(text.stamp.created);
  *out.mutable_update_time() = ToTimestamp(text.stamp.updated);
  return out;
}

absl::StatusOr<core::Template> FromProto(std::string_view id, const v1::Template& text) {
  return core::Template{
      .id = std::string(id), .content_type = text.content_type(), .text = text.text()};
}

}  // namespace pxe::api
