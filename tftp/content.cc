#include "tftp/content.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/status.h"
#include "tftp/beneath.h"

namespace pxe::tftp {
namespace {

std::string Relative(const std::string& path) {
  const size_t start = path.find_first_not_of('/');
  return start == std::string::npos ? std::string() : path.substr(start);
}

}  // namespace

Content::Content(std::string text, net::UniqueFd file, uint64_t size)
    : text_(std::move(text)), file_(std::move(file)), size_(size) {}

Content Content::OfText(std::string text) {
  const uint64_t size = text.size();
  return Content(std::move(text), net::UniqueFd(), size);
}

absl::StatusOr<Content> Content::OpenFile(const std::string& root, const std::string& path) {
  const std::string relative = Relative(path);
  if (relative.empty()) return NotFound("file not found");
  // A C string would end at a NUL and name another file.
  if (relative.find('\0') != std::string::npos) return PermissionDenied("access denied");
  PXE_ASSIGN_OR_RETURN(const net::UniqueFd directory, OpenRoot(root));
  net::UniqueFd file = OpenBeneath(directory.get(), relative.c_str(), O_RDONLY);
  if (!file.valid()) return OpenError(errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return Unavailable("the file has no status");
  if (S_ISDIR(status.st_mode)) return NotFound("file not found");
  if (!S_ISREG(status.st_mode)) return PermissionDenied("access denied");
  return Content(std::string(), std::move(file), static_cast<uint64_t>(status.st_size));
}

absl::Status Content::Read(uint64_t offset, std::span<iovec> pieces) const {
  if (file_.valid()) return ReadFile(offset, pieces);
  for (const iovec& piece : pieces) {
    std::memcpy(piece.iov_base, text_.data() + offset, piece.iov_len);
    offset += piece.iov_len;
  }
  return absl::OkStatus();
}

absl::Status Content::ReadFile(uint64_t offset, std::span<iovec> pieces) const {
  while (!pieces.empty()) {
    const ssize_t got = ::preadv(file_.get(), pieces.data(), static_cast<int>(pieces.size()),
                                 static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return DataLoss("read error");
    auto left = static_cast<size_t>(got);
    offset += left;
    while (!pieces.empty() && left >= pieces.front().iov_len) {
      left -= pieces.front().iov_len;
      pieces = pieces.subspan(1);
    }
    if (got == 0 && !pieces.empty()) return DataLoss("file was truncated");
    if (left > 0) {
      iovec& piece = pieces.front();
      piece = {.iov_base = static_cast<char*>(piece.iov_base) + left,
               .iov_len = piece.iov_len - left};
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Content::ReadAll(uint64_t limit) const {
  if (size_ > limit) return OutOfRange("too large");
  std::string all(size_, '\0');
  iovec piece{.iov_base = all.data(), .iov_len = all.size()};
  PXE_RETURN_IF_ERROR(Read(0, {&piece, 1}));
  return all;
}

}  // namespace pxe::tftp
