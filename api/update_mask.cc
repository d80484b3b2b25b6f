#include "api/update_mask.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/field_mask_util.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"

namespace pxe::api {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;
using google::protobuf::util::FieldMaskUtil;

// A path into a map: the messages that lead to it, the field, and the key, which is all that
// follows, with dots and slashes of its own.
struct MapPath {
  std::vector<const FieldDescriptor*> within;
  const FieldDescriptor* field = nullptr;
  std::string key;
};

std::optional<MapPath> ParseMapPath(const Message& object, std::string_view path) {
  MapPath parsed;
  const auto* type = object.GetDescriptor();
  for (size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    parsed.field = type->FindFieldByName(std::string(path.substr(0, dot)));
    path.remove_prefix(dot + 1);
    if (parsed.field == nullptr) return std::nullopt;
    if (parsed.field->is_map()) {
      parsed.key = path;
      return parsed;
    }
    type = parsed.field->message_type();
    if (type == nullptr || parsed.field->is_repeated()) return std::nullopt;
    parsed.within.push_back(parsed.field);
  }
  return std::nullopt;
}

// To reflection a map is a list of entries, each with a key (1) and a value (2), here both strings.
std::string EntryText(const Message& entry, int number) {
  return entry.GetReflection()->GetString(entry, entry.GetDescriptor()->FindFieldByNumber(number));
}

std::optional<int> IndexOf(const Message& object, const MapPath& path) {
  for (int i = 0; i < object.GetReflection()->FieldSize(object, path.field); ++i) {
    const Message& entry = object.GetReflection()->GetRepeatedMessage(object, path.field, i);
    if (EntryText(entry, 1) == path.key) return i;
  }
  return std::nullopt;
}

// In the messages that hold the map.
void MergeKey(const MapPath& path, const Message& changes, Message& object) {
  const auto& reflection = *object.GetReflection();
  if (const auto old = IndexOf(object, path)) {
    reflection.SwapElements(&object, path.field, *old,
                            reflection.FieldSize(object, path.field) - 1);
    reflection.RemoveLast(&object, path.field);
  }
  if (const auto wanted = IndexOf(changes, path)) {
    reflection.AddMessage(&object, path.field)
        ->CopyFrom(changes.GetReflection()->GetRepeatedMessage(changes, path.field, *wanted));
  }
}

void MergeMapPath(const MapPath& path, const Message& changes, Message& object) {
  const Message* from = &changes;
  Message* into = &object;
  for (const FieldDescriptor* field : path.within) {
    from = &from->GetReflection()->GetMessage(*from, field);
    into = into->GetReflection()->MutableMessage(into, field);
  }
  MergeKey(path, *from, *into);
}

absl::Status MergePath(const std::string& path, const Message& changes, Message& object) {
  if (const auto map = ParseMapPath(object, path)) {
    MergeMapPath(*map, changes, object);
    return absl::OkStatus();
  }
  std::vector<const FieldDescriptor*> fields;
  // Protobuf takes the empty path for the message itself.
  if (path.empty() || !FieldMaskUtil::GetFieldDescriptors(object.GetDescriptor(), path, &fields)) {
    return InvalidArgument(absl::StrFormat("update_mask: \"%s\" is no field of %s", Printable(path),
                                           object.GetDescriptor()->name()));
  }
  FieldMask one;
  one.add_paths(path);
  FieldMaskUtil::MergeOptions replace;
  replace.set_replace_message_fields(true);
  replace.set_replace_repeated_fields(true);
  FieldMaskUtil::MergeMessageTo(changes, one, replace, &object);
  return absl::OkStatus();
}

}  // namespace

absl::Status MergeMasked(const FieldMask& mask, const Message& changes, Message& object) {
  if (mask.paths_size() == 0) {
    std::vector<const FieldDescriptor*> set;
    changes.GetReflection()->ListFields(changes, &set);
    for (const auto* field : set) PXE_RETURN_IF_ERROR(MergePath(field->name(), changes, object));
    return absl::OkStatus();
  }
  for (const std::string& path : mask.paths()) {
    if (path != "*") {
      PXE_RETURN_IF_ERROR(MergePath(path, changes, object));
    } else if (mask.paths_size() == 1) {
      object.CopyFrom(changes);
    } else {
      return InvalidArgument("update_mask: \"*\" goes with no other path");
    }
  }
  return absl::OkStatus();
}

}  // namespace pxe::api
