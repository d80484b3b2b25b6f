#include "core/text_rules.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"
#include "core/client_kind.h"
#include "core/validate.h"

namespace pxe::core {
namespace {

bool IsLower(char c) {
  return c >= 'a' && c <= 'z';
}
bool IsUpper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsAlnum(char c) {
  return IsLower(c) || IsUpper(c) || IsDigit(c);
}
bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}
bool IsWordChar(char c) {
  return IsAlnum(c) || c == '_' || c == '.' || c == '-';
}

// One part of a DNS name, RFC 1123 section 2.1.
bool IsDnsLabel(std::string_view label) {
  return !label.empty() && label.size() <= 63 && IsAlnum(label.front()) && IsAlnum(label.back()) &&
         std::ranges::all_of(label, [](char c) { return IsAlnum(c) || c == '-'; });
}

}  // namespace

absl::Status Refuse(std::string_view field, std::string_view reason) {
  return InvalidArgument(absl::StrFormat("%s: %s", field, reason));
}

absl::Status RefuseText(std::string_view field, std::string_view text, std::string_view reason) {
  return Refuse(field, absl::StrFormat("\"%s\" %s", Printable(text), reason));
}

std::string Indexed(std::string_view field, size_t index) {
  return std::string(field) + "[" + std::to_string(index) + "]";
}

absl::Status AtMost(std::string_view field, size_t count, size_t limit) {
  if (count <= limit) return absl::OkStatus();
  return Refuse(field, absl::StrFormat("%d are too many; at most %d", count, limit));
}

bool IsWord(std::string_view text) {
  return !text.empty() && text.size() <= kMaxIdLength && std::ranges::all_of(text, IsWordChar);
}

absl::Status ValidateLine(std::string_view field, std::string_view text, size_t limit) {
  if (text.size() > limit) {
    return Refuse(field, absl::StrFormat("%d bytes are too many; at most %d", text.size(), limit));
  }
  if (std::ranges::any_of(text, IsControl)) {
    return RefuseText(field, text, "has a control character; one line of text is wanted");
  }
  return absl::OkStatus();
}

bool IsDnsName(std::string_view name) {
  while (true) {
    const size_t dot = name.find('.');
    if (!IsDnsLabel(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

absl::Status ValidatePath(std::string_view field, std::string_view path) {
  if (path.size() > kMaxPathLength) {
    return Refuse(
        field, absl::StrFormat("%d bytes are too many; at most %d", path.size(), kMaxPathLength));
  }
  for (const char c : path) {
    if (IsControl(c) || c == ' ') return RefuseText(field, path, "has a space or control byte");
    if (c == '\\') return RefuseText(field, path, "has a backslash; parts are separated by '/'");
  }
  std::string_view rest = path;
  while (true) {
    const size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    if (part.empty()) {
      return RefuseText(field, path, "has an empty part; paths are relative to the TFTP root");
    }
    if (part == "." || part == "..") return RefuseText(field, path, "has a part \".\" or \"..\"");
    if (slash == std::string_view::npos) return absl::OkStatus();
    rest.remove_prefix(slash + 1);
  }
}

absl::Status ValidateOptionalPath(std::string_view field, std::string_view path) {
  return path.empty() ? absl::OkStatus() : ValidatePath(field, path);
}

absl::Status ValidateOptionalId(std::string_view field, std::string_view id) {
  return id.empty() ? absl::OkStatus() : ValidateId(field, id);
}

absl::Status ValidateMap(std::string_view field, const std::map<std::string, std::string>& map) {
  PXE_RETURN_IF_ERROR(AtMost(field, map.size(), kMaxLabels));
  for (const auto& [key, value] : map) {
    if (!IsWord(key)) {
      return RefuseText(field, key, "is no key: letters, digits, '_', '.', '-', at most 63");
    }
    PXE_RETURN_IF_ERROR(
        ValidateLine(absl::StrFormat("%s[\"%s\"]", field, key), value, kMaxTextLength));
  }
  return absl::OkStatus();
}

absl::Status ValidateKinds(std::string_view field, const std::vector<std::string>& kinds) {
  for (size_t i = 0; i < kinds.size(); ++i) {
    const std::string at = Indexed(field, i);
    if (const auto parsed = ParseClientKind(kinds[i]); !parsed.ok()) {
      return Annotate(parsed.status(), at);
    }
    if (i > 0 && kinds[i - 1] >= kinds[i]) {
      return RefuseText(at, kinds[i], "is there twice or out of order");
    }
  }
  return absl::OkStatus();
}

absl::Status ValidateHostAddress(std::string_view field, Ipv4 address) {
  if (address.IsHostAddress()) return absl::OkStatus();
  return Refuse(field, address.ToString() + " is no address a machine can have");
}

absl::Status ValidateId(std::string_view field, std::string_view id) {
  const bool legal =
      !id.empty() && id.size() <= kMaxIdLength && id.front() != '-' && id.back() != '-' &&
      std::ranges::all_of(id, [](char c) { return IsLower(c) || IsDigit(c) || c == '-'; });
  if (legal) return absl::OkStatus();
  return RefuseText(field, id,
                    "is no id: lower-case letters, digits and inner hyphens, at most 63");
}

}  // namespace pxe::core
