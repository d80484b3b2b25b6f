// Whether the kernel gives sockets buffers that hold what a room sends that powers on at once.
//
// pxed asks for megabytes and gets what the system's limits allow: by Debian's, 208 KiB, which is a
// few hundred requests. The rest is lost and asked for again a second later.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace pxe::server {

// One line that names the limit that is too small; nothing when both will do, or when they are not
// to be seen, as in a container.
std::optional<std::string> SmallBuffers(const std::filesystem::path& limits = "/proc/sys/net/core");

}  // namespace pxe::server
