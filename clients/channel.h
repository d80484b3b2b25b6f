// The way to a pxed: an address to a gRPC channel.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>

namespace pxe::client {

inline constexpr char kDefaultServer[] = "unix:/run/pxed/pxed.sock";

// A channel to unix:PATH or HOST:PORT. Nothing is sent yet: an address that nobody listens on shows
// at the first call, as UNAVAILABLE. Never by way of an HTTP proxy from the environment.
std::shared_ptr<grpc::Channel> OpenChannel(const std::string& address);

}  // namespace pxe::client
