#include "clients/pxeadm/message_file.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"
#include "clients/pxeadm/exit_code.h"

namespace pxe::adm {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

absl::Status SyntaxError(std::string_view source, const YAML::Mark& mark, std::string_view reason) {
  return UsageError(
      absl::StrFormat("%s:%d:%d: %s", source, mark.line + 1, mark.column + 1, reason));
}

const FieldDescriptor* FindField(const Descriptor& type, const std::string& key) {
  const FieldDescriptor* field = type.FindFieldByName(key);
  return field != nullptr ? field : type.FindFieldByCamelcaseName(key);
}

// Walks the document beside the message's type.
class Reader {
 public:
  explicit Reader(std::string_view source) : source_(source) {}

  absl::Status ReadMessage(const YAML::Node& node, Message& out, std::vector<std::string>* names) {
    if (!node.IsMap()) return Error(node, "a map of fields is wanted here");
    std::set<const FieldDescriptor*> seen;
    for (const auto& pair : node) {
      PXE_ASSIGN_OR_RETURN(const std::string key, Text(pair.first));
      const FieldDescriptor* field = FindField(*out.GetDescriptor(), key);
      if (field == nullptr) {
        return Error(pair.first, absl::StrFormat("\"%s\" is no field of a %s", Printable(key),
                                                 out.GetDescriptor()->name()));
      }
      if (!seen.insert(field).second) return Error(pair.first, key + " is here twice");
      if (names != nullptr) names->push_back(field->name());
      out.GetReflection()->ClearField(&out, field);
      PXE_RETURN_IF_ERROR(ReadField(pair.second, field, out));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Error(const YAML::Node& node, std::string_view reason) const {
    return SyntaxError(source_, node.Mark(), reason);
  }

  absl::StatusOr<std::string> Text(const YAML::Node& node) const {
    if (!node.IsScalar()) return Error(node, "a single value is wanted here");
    return node.Scalar();
  }

  absl::Status ReadField(const YAML::Node& node, const FieldDescriptor* field, Message& out) {
    if (node.IsNull()) return absl::OkStatus();
    if (field->is_map()) return ReadMap(node, field, out);
    if (!field->is_repeated()) return ReadValue(node, field, out);
    if (!node.IsSequence()) return Error(node, field->name() + " is a list");
    for (const YAML::Node& item : node) PXE_RETURN_IF_ERROR(ReadValue(item, field, out));
    return absl::OkStatus();
  }

  // All maps of the contract are of text by text.
  absl::Status ReadMap(const YAML::Node& node, const FieldDescriptor* field, Message& out) {
    if (!node.IsMap()) return Error(node, field->name() + " is a map");
    for (const auto& pair : node) {
      Message* entry = out.GetReflection()->AddMessage(&out, field);
      for (const auto& [part, number] : {std::pair{pair.first, 1}, std::pair{pair.second, 2}}) {
        PXE_ASSIGN_OR_RETURN(std::string text, Text(part));
        entry->GetReflection()->SetString(entry, entry->GetDescriptor()->FindFieldByNumber(number),
                                          std::move(text));
      }
    }
    return absl::OkStatus();
  }

  absl::Status ReadValue(const YAML::Node& node, const FieldDescriptor* field, Message& out) {
    const auto& reflection = *out.GetReflection();
    if (field->message_type() != nullptr) {
      Message* part = field->is_repeated() ? reflection.AddMessage(&out, field)
                                           : reflection.MutableMessage(&out, field);
      // Durations and times are written as one text in JSON.
      if (part->GetDescriptor()->file()->package() == "google.protobuf") {
        return ReadWellKnown(node, *part);
      }
      return ReadMessage(node, *part, nullptr);
    }
    PXE_ASSIGN_OR_RETURN(std::string text, Text(node));
    if (field->type() != FieldDescriptor::TYPE_STRING) return ReadScalar(node, text, field, out);
    if (field->is_repeated()) {
      reflection.AddString(&out, field, std::move(text));
    } else {
      reflection.SetString(&out, field, std::move(text));
    }
    return absl::OkStatus();
  }

  absl::Status ReadWellKnown(const YAML::Node& node, Message& out) {
    PXE_ASSIGN_OR_RETURN(const std::string text, Text(node));
    const std::string json = "\"" + Printable(text) + "\"";  // no quote of its own gets in
    if (google::protobuf::util::JsonStringToMessage(json, &out).ok()) return absl::OkStatus();
    return Error(
        node,
        absl::StrFormat(
            "\"%s\" is no %s%s", Printable(text), out.GetDescriptor()->name(),
            out.GetDescriptor()->name() == "Duration" ? "; write it in seconds, like 3600s" : ""));
  }

  // The rest of what the contract has: bool, enum, bytes and numbers, none of them repeated.
  absl::Status ReadScalar(const YAML::Node& node, const std::string& text,
                          const FieldDescriptor* field, Message& out) {
    const auto& reflection = *out.GetReflection();
    if (field->enum_type() != nullptr) {
      const auto* value = field->enum_type()->FindValueByName(text);
      if (value == nullptr) {
        return Error(node, absl::StrFormat("\"%s\" is no value of %s; one of them is %s",
                                           Printable(text), field->enum_type()->name(),
                                           field->enum_type()->value(1)->name()));
      }
      reflection.SetEnum(&out, field, value);
      return absl::OkStatus();
    }
    if (field->type() == FieldDescriptor::TYPE_BOOL) {
      if (text != "true" && text != "false") {
        return Error(node, field->name() + " is true or false");
      }
      reflection.SetBool(&out, field, text == "true");
      return absl::OkStatus();
    }
    if (field->type() == FieldDescriptor::TYPE_BYTES) {
      std::string bytes;
      if (!absl::Base64Unescape(text, &bytes)) return Error(node, field->name() + " is base64");
      reflection.SetString(&out, field, std::move(bytes));
      return absl::OkStatus();
    }
    return ReadNumber(node, text, field, out);
  }

  absl::Status ReadNumber(const YAML::Node& node, const std::string& text,
                          const FieldDescriptor* field, Message& out) {
    const bool wide = field->cpp_type() == FieldDescriptor::CPPTYPE_UINT64;
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) {
      return Error(node, field->name() + " is a whole number");
    }
    if (wide) {
      out.GetReflection()->SetUInt64(&out, field, number);
    } else if (number <= UINT32_MAX) {
      out.GetReflection()->SetUInt32(&out, field, static_cast<uint32_t>(number));
    } else {
      return Error(node, field->name() + " is a number below 4294967296");
    }
    return absl::OkStatus();
  }

  const std::string_view source_;
};

}  // namespace

absl::StatusOr<std::vector<std::string>> ReadMessage(std::string_view source,
                                                     const std::string& text, Message& message) {
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.size() != 1) {
      return UsageError(
          absl::StrFormat("%s: holds %d documents; one is wanted", source, documents.size()));
    }
    std::vector<std::string> names;
    PXE_RETURN_IF_ERROR(Reader(source).ReadMessage(documents[0], message, &names));
    return names;
  } catch (const YAML::Exception& error) {
    return SyntaxError(source, error.mark, error.msg);
  }
}

absl::Status ReadMessages(std::string_view source, const std::string& text,
                          const std::function<Message&()>& add) {
  try {
    Reader reader(source);
    for (const YAML::Node& document : YAML::LoadAll(text)) {
      if (document.IsNull()) continue;
      if (!document.IsSequence()) {
        PXE_RETURN_IF_ERROR(reader.ReadMessage(document, add(), nullptr));
        continue;
      }
      for (const YAML::Node& item : document) {
        PXE_RETURN_IF_ERROR(reader.ReadMessage(item, add(), nullptr));
      }
    }
    return absl::OkStatus();
  } catch (const YAML::Exception& error) {
    return SyntaxError(source, error.mark, error.msg);
  }
}

}  // namespace pxe::adm
