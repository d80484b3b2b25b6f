// The flags of the TFTP data plane beyond its root and port: limits by name, names, uploads.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pxe::server {

// What is not set is as tftp/limits.h has it. Texts are not parsed yet: names and folders are the
// data plane's.
struct TftpSettings {
  bool single_port = false;
  std::optional<int> mtu;
  int dscp = 0;
  std::optional<uint16_t> max_block_bytes;
  std::optional<uint16_t> max_window_blocks;
  std::optional<size_t> max_transfers;
  std::optional<size_t> max_transfers_per_client;
  std::optional<uint32_t> max_requests_per_second;

  bool ignore_case = false;
  std::vector<std::string> remap;  // FROM=TO

  std::vector<std::string> upload;            // folders beneath the root
  std::vector<std::string> upload_overwrite;  // likewise
  std::optional<uint64_t> max_upload_bytes;
};

// Binds every flag to its field.
void AddTftpFlags(CLI::App& app, TftpSettings& settings);

}  // namespace pxe::server
