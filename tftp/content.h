// The bytes of one transfer: a text made for the client, or a regular file beneath the TFTP root.
//
// The size is fixed when it is opened, and a file is held open, so that a client gets what it was
// told of even when the file is replaced meanwhile. Names never lead out of the root: not by "..",
// not by a leading slash, not by a symbolic link, and not by a rename while we look.
#pragma once

#include <sys/uio.h>

#include <cstdint>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "net/unique_fd.h"

namespace pxe::tftp {

class Content {
 public:
  static Content OfText(std::string text);

  // `path` is relative to `root`; leading and repeated slashes do not count. Links within the root
  // are followed when they are relative. The root is looked up anew each time, so it may be
  // replaced while we run. Never blocks on a FIFO.
  //   NOT_FOUND          no such file, a directory, a name too long
  //   PERMISSION_DENIED  unreadable, leads out of the root, no regular file
  //   anything else      the root is gone or descriptors ran out: no answer for a client
  static absl::StatusOr<Content> OpenFile(const std::string& root, const std::string& path);

  uint64_t size() const { return size_; }

  // Fills `pieces`, one after the other, from `offset` on; they must end within size(). DATA_LOSS
  // when the file has become shorter or cannot be read.
  absl::Status Read(uint64_t offset, std::span<iovec> pieces) const;

  // All of it; OUT_OF_RANGE when larger than `limit`.
  absl::StatusOr<std::string> ReadAll(uint64_t limit) const;

 private:
  Content(std::string text, net::UniqueFd file, uint64_t size);
  absl::Status ReadFile(uint64_t offset, std::span<iovec> pieces) const;

  std::string text_;
  net::UniqueFd file_;  // none: the text
  uint64_t size_ = 0;
};

}  // namespace pxe::tftp
