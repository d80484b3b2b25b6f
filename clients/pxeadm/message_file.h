// Messages from files: the proto's JSON form, or the same in YAML.
#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace pxe::adm {

// Reads one document into `message`; a field that the document names replaces that of the message.
// Keys are field names in either spelling (`dns_servers`, `dnsServers`); the type of the field, not
// YAML's guess, says how a value is read, so `host_name: 007` is text. Returns the names of the
// top-level fields in the document, in proto spelling. UsageError is "<source>:line:column: reason"
// for bad syntax, an unknown or repeated key and a value of the wrong kind; `message` is then half
// filled and of no use.
absl::StatusOr<std::vector<std::string>> ReadMessage(std::string_view source,
                                                     const std::string& text,
                                                     google::protobuf::Message& message);

// Reads any number of documents, each one object or a list of them, in their order: `add` makes the
// message that the next object is read into. Errors as above.
absl::Status ReadMessages(std::string_view source, const std::string& text,
                          const std::function<google::protobuf::Message&()>& add);

}  // namespace pxe::adm
