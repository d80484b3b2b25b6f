// A file on its way in: without a name until it is whole, so that nobody can read a part of it, and
// nothing is left of one that broke off or of a server that was killed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "net/unique_fd.h"
#include "tftp/wire/packet.h"

namespace pxe::tftp {

class UploadFile {
 public:
  struct Terms {
    bool overwrite = false;
    uint64_t max_bytes = 0;
  };

  // `path` is relative to `root`; its folder must exist.
  //   NOT_FOUND, PERMISSION_DENIED  no such folder, or no way into it
  //   ALREADY_EXISTS                and it may not be overwritten
  //   UNAVAILABLE                   no answer for a client
  static absl::StatusOr<UploadFile> Create(const std::string& root, const std::string& path,
                                           const Terms& terms);

  // RESOURCE_EXHAUSTED when it becomes too large, or the disk is full.
  absl::Status Append(std::string_view bytes);

  // Gives it its name, at once and as a whole. ALREADY_EXISTS when somebody was quicker.
  absl::Status Commit();

  uint64_t size() const { return size_; }

 private:
  UploadFile(net::UniqueFd folder, std::string name, net::UniqueFd file, const Terms& terms);
  absl::Status Replace();

  net::UniqueFd folder_;
  std::string name_;
  net::UniqueFd file_;
  Terms terms_;
  uint64_t size_ = 0;
};

// What a client is told of an upload that fails: a full disk is 3, a file that exists 6, what has
// no words for clients 0.
wire::Error UploadError(const absl::Status& status);

}  // namespace pxe::tftp
