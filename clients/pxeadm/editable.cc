#include "clients/pxeadm/editable.h"

#include <cerrno>
#include <cstring>
#include <iterator>

namespace pxe::adm {

absl::StatusOr<std::string> ReadFile(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  // An empty file sets failbit on `text`; ReadMessage refuses it with a better reason.
  if (in.is_open()) text << in.rdbuf();
  if (!in.is_open() || in.bad()) {
    return UsageError(absl::StrFormat("%s: %s", file, std::strerror(errno)));
  }
  return text.str();
}

absl::StatusOr<std::string> ReadInput(Session& session, const std::string& file) {
  if (file != "-") return ReadFile(file);
  return std::string(std::istreambuf_iterator<char>(session.in), {});
}

}  // namespace pxe::adm
