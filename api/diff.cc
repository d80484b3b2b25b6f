#include "api/diff.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"

namespace pxe::api {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Marked "Output only." in the contract; and the name, by which the two states were found.
constexpr std::array<std::string_view, 6> kNotCompared{"name",        "uid",         "revision",
                                                       "create_time", "update_time", "etag"};

std::string JsonOf(const Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  (void)google::protobuf::util::MessageToJsonString(message, &json, options);  // cannot fail here
  return json;
}

std::string JsonOf(const std::string& text) {
  google::protobuf::Value value;
  value.set_string_value(text);
  return JsonOf(value);
}

// A value of a field: of a singular one when `index` is negative, else of one place of a list.
template <typename Singular, typename Repeated>
auto Get(Singular singular, Repeated repeated, const Message& message, const FieldDescriptor& field,
         int index) {
  const auto& reflection = *message.GetReflection();
  return index < 0 ? (reflection.*singular)(message, &field)
                   : (reflection.*repeated)(message, &field, index);
}

const Message& MessageIn(const Message& message, const FieldDescriptor& field, int index) {
  const auto& reflection = *message.GetReflection();
  return index < 0 ? reflection.GetMessage(message, &field)
                   : reflection.GetRepeatedMessage(message, &field, index);
}

std::string ValueAsJson(const Message& message, const FieldDescriptor& field, int index) {
  using R = google::protobuf::Reflection;
  const auto get = [&](auto singular, auto repeated) {
    return Get(singular, repeated, message, field, index);
  };
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return std::to_string(get(&R::GetInt32, &R::GetRepeatedInt32));
    case FieldDescriptor::CPPTYPE_INT64:
      return JsonOf(std::to_string(get(&R::GetInt64, &R::GetRepeatedInt64)));
    case FieldDescriptor::CPPTYPE_UINT32:
      return std::to_string(get(&R::GetUInt32, &R::GetRepeatedUInt32));
    case FieldDescriptor::CPPTYPE_UINT64:
      return JsonOf(std::to_string(get(&R::GetUInt64, &R::GetRepeatedUInt64)));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return absl::StrFormat("%g", get(&R::GetDouble, &R::GetRepeatedDouble));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return absl::StrFormat("%g", get(&R::GetFloat, &R::GetRepeatedFloat));
    case FieldDescriptor::CPPTYPE_BOOL:
      return get(&R::GetBool, &R::GetRepeatedBool) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return JsonOf(get(&R::GetEnum, &R::GetRepeatedEnum)->name());
    case FieldDescriptor::CPPTYPE_STRING: {
      const std::string text = get(&R::GetString, &R::GetRepeatedString);
      const bool bytes = field.type() == FieldDescriptor::TYPE_BYTES;
      return JsonOf(bytes ? absl::Base64Escape(text) : text);  // as JSON writes bytes
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return JsonOf(MessageIn(message, field, index));
  }
  return "";
}

// Durations and timestamps are one value to people, not seconds and nanos.
bool IsOneValue(const FieldDescriptor& field) {
  return field.message_type() == nullptr ||
         field.message_type()->file()->package() == "google.protobuf";
}

class Comparison {
 public:
  explicit Comparison(google::protobuf::RepeatedPtrField<v1::FieldDifference>* out) : out_(out) {}

  void Fields(const std::string& prefix, const Message* before, const Message* after) {
    const auto& type = *(before != nullptr ? before : after)->GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      const bool top = prefix.empty();
      if (top && std::ranges::find(kNotCompared, field.name()) != kNotCompared.end()) continue;
      Field(prefix + field.name(), field, before, after);
    }
  }

 private:
  void Field(const std::string& path, const FieldDescriptor& field, const Message* before,
             const Message* after) {
    if (field.is_map()) {
      Map(path, field, before, after);
    } else if (field.is_repeated()) {
      List(path, field, before, after);
    } else if (IsOneValue(field)) {
      Add(path, Singular(before, field), Singular(after, field));
    } else {
      const Message* const old = Inside(before, field);
      const Message* const now = Inside(after, field);
      if (old != nullptr || now != nullptr) Fields(path + ".", old, now);
    }
  }

  void Map(const std::string& path, const FieldDescriptor& field, const Message* before,
           const Message* after) {
    struct Pair {
      std::string before;
      std::string after;
    };
    std::map<std::string, Pair> keys;
    const auto read = [&](const Message* object, std::string Pair::*side) {
      for (int i = 0; i < SizeOf(object, field); ++i) {
        const Message& entry = object->GetReflection()->GetRepeatedMessage(*object, &field, i);
        const auto& type = *entry.GetDescriptor();
        const std::string key = entry.GetReflection()->GetString(entry, type.FindFieldByNumber(1));
        keys[key].*side = ValueAsJson(entry, *type.FindFieldByNumber(2), -1);
      }
    };
    read(before, &Pair::before);
    read(after, &Pair::after);
    for (const auto& [key, value] : keys) Add(path + "." + key, value.before, value.after);
  }

  void List(const std::string& path, const FieldDescriptor& field, const Message* before,
            const Message* after) {
    const int old_size = SizeOf(before, field);
    const int new_size = SizeOf(after, field);
    for (int i = 0; i < std::max(old_size, new_size); ++i) {
      const std::string place = absl::StrFormat("%s[%d]", path, i);
      if (i < old_size && i < new_size && !IsOneValue(field)) {
        Fields(place + ".", &MessageIn(*before, field, i), &MessageIn(*after, field, i));
      } else {
        Add(place, i < old_size ? ValueAsJson(*before, field, i) : "",
            i < new_size ? ValueAsJson(*after, field, i) : "");
      }
    }
  }

  static int SizeOf(const Message* object, const FieldDescriptor& field) {
    return object == nullptr ? 0 : object->GetReflection()->FieldSize(*object, &field);
  }

  static const Message* Inside(const Message* object, const FieldDescriptor& field) {
    if (object == nullptr || !object->GetReflection()->HasField(*object, &field)) return nullptr;
    return &object->GetReflection()->GetMessage(*object, &field);
  }

  // An empty text is no value; a number, a bool or an enum that does not track presence always is.
  static std::string Singular(const Message* object, const FieldDescriptor& field) {
    if (object == nullptr) return "";
    const bool may_be_absent =
        field.has_presence() || field.cpp_type() == FieldDescriptor::CPPTYPE_STRING;
    if (may_be_absent && !object->GetReflection()->HasField(*object, &field)) return "";
    return ValueAsJson(*object, field, -1);
  }

  void Add(const std::string& path, const std::string& before, const std::string& after) {
    if (before == after) return;
    v1::FieldDifference& difference = *out_->Add();
    difference.set_path(path);
    difference.set_before(before);
    difference.set_after(after);
  }

  google::protobuf::RepeatedPtrField<v1::FieldDifference>* const out_;
};

}  // namespace

void Diff(const Message* before, const Message* after,
          google::protobuf::RepeatedPtrField<v1::FieldDifference>* out) {
  Comparison(out).Fields("", before, after);
}

}  // namespace pxe::api
