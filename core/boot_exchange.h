// What a file server asks and what it is answered: which bytes does this client get under this
// name?
#pragma once

#include <string>
#include <variant>

#include "base/ipv4.h"

namespace pxe::core {

struct BootQuestion {
  std::string path;  // as requested, not yet normalised
  Ipv4 client;       // source address of the request
  Ipv4 local;        // the address of ours that it was sent to

  bool operator==(const BootQuestion&) const = default;
};

// Made for this client now, from the state of the control plane; never empty.
struct RenderedFile {
  std::string text;

  bool operator==(const RenderedFile&) const = default;
};

// A file beneath the TFTP root; the path is normalised (no leading slash, no "..", '/' only). It
// may not exist: who opens it finds out.
struct StaticFile {
  std::string path;

  bool operator==(const StaticFile&) const = default;
};

// No such file for this client. Loaders go on to the next name of their search.
struct NoFile {
  std::string reason;

  bool operator==(const NoFile&) const = default;
};

// A name that is never served: control characters, "..", an over-long part.
struct RefusedFile {
  std::string reason;

  bool operator==(const RefusedFile&) const = default;
};

// The control plane cannot say. The asker stays silent: a refusal would send the loader on to
// `default`, and an outage would turn into the wrong config.
struct NoAnswer {
  std::string reason;

  bool operator==(const NoAnswer&) const = default;
};

using BootAnswer = std::variant<RenderedFile, StaticFile, NoFile, RefusedFile, NoAnswer>;

}  // namespace pxe::core
