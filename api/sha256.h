// SHA-256, so that both ends of a transfer can tell whether they hold the same bytes.
#pragma once

#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace pxe::api {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void Add(std::string_view bytes);

  // The digest of all that was added, in lower-case hexadecimal. Once, at the end.
  std::string Finish();

 private:
  evp_md_ctx_st* const context_;
};

}  // namespace pxe::api
