// Whether a rule is about this machine, and if not, which of its conditions it fails.
//
// A fact that is not known fits no condition: a machine that is no host has no labels, one that is
// not on Ethernet has no MAC address.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mac_address.h"
#include "base/uuid.h"
#include "core/model.h"

namespace pxe::core {

// What rules look at, made ready once for any number of them. Borrows what it is made of.
struct RuleFacts {
  const Host* host = nullptr;     // null: the machine is none, and has no labels
  std::string_view subnet;        // id; empty: in none of ours
  std::string_view kind;          // of client, "uefi-x64"; empty: not known
  std::string_view vendor_class;  // option 60
  std::string_view circuit_id;    // option 82.1, as Discovery spells it
  std::string mac;                // as RuleMatch::mac_prefix begins; empty: not known
  std::optional<Uuid> uuid;
};

// The conditions of a rule, in the order in which they are tried: cheap ones first.
enum class RuleCondition {
  kSubnet,
  kKinds,
  kMacPrefix,
  kCircuitId,
  kVendorClassPrefix,
  kUuid,
  kLabels,
};

// As the API spells the field: "mac_prefix".
std::string_view NameOf(RuleCondition condition);

// The first condition that the machine fails; none: the rule matches. A UUID fits in either byte
// order.
std::optional<RuleCondition> FirstMismatch(const RuleMatch& match, const RuleFacts& facts);

// One bit of 64 for each label. Whoever lacks a bit of these lacks a label: most labels are told
// apart without a look at their texts.
uint64_t LabelBits(const std::map<std::string, std::string>& labels);

// A rule made ready to be tried for every packet. Points to the rule.
struct RankedRule {
  const Rule* rule = nullptr;
  uint64_t label_bits = 0;
};

// The highest priority first.
std::vector<RankedRule> RankRules(const std::vector<const Rule*>& rules);

// The same as for its match, much faster: a decision may try a thousand rules. `label_bits` are
// those of the host's labels. Allocates nothing.
std::optional<RuleCondition> FirstMismatch(const RankedRule& rule, const RuleFacts& facts,
                                           uint64_t label_bits);

}  // namespace pxe::core
