// What crosses the seam (core/resolver.h) in one message when data plane and control plane are two
// processes: everything that was waiting, under the tags of the stream it travels on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/boot_exchange.h"
#include "core/dhcp_exchange.h"
#include "core/resolver.h"

namespace pxe::core {

struct TaggedBootQuestion {
  uint64_t tag = 0;
  BootQuestion question;

  bool operator==(const TaggedBootQuestion&) const = default;
};

struct TaggedBootAnswer {
  uint64_t tag = 0;
  BootAnswer answer;

  bool operator==(const TaggedBootAnswer&) const = default;
};

struct QuestionBatch {
  std::vector<DhcpQuestion> dhcp;
  std::vector<TaggedBootQuestion> boot;
  std::vector<BootEvent> events;

  size_t size() const { return dhcp.size() + boot.size() + events.size(); }
};

struct AnswerBatch {
  std::vector<TaggedDhcpAnswer> dhcp;
  std::vector<TaggedBootAnswer> boot;

  size_t size() const { return dhcp.size() + boot.size(); }
};

}  // namespace pxe::core
