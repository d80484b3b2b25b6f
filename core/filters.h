// Which objects of a list are wanted: conditions that must all hold. The text form is api/filter.h.
//
// An empty filter matches everything. Names of other objects are ids, as in core/model.h.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/hardware_address.h"
#include "base/ipv4.h"
#include "base/mac_address.h"
#include "base/uuid.h"
#include "core/model.h"
#include "core/quirk.h"

namespace pxe::core {

// Key -> value; no value: the key is there, whatever its value.
using WantedPairs = std::map<std::string, std::optional<std::string>>;

struct HostFilter {
  std::optional<std::string> id;
  std::optional<MacAddress> mac;       // of any NIC
  std::optional<Ipv4> address;         // reserved for any NIC
  std::optional<Uuid> uuid;            // in either byte order
  std::optional<std::string> profile;  // empty: none of its own
  std::optional<std::string> serial;
  std::optional<HostState> state;
  WantedPairs labels;
  std::optional<uint64_t> after_revision;  // changed later than this
};

struct SubnetFilter {
  std::optional<std::string> id;
  std::optional<Ipv4Prefix> cidr;
  std::optional<Ipv4> contains;
  std::optional<std::string> default_profile;
  std::optional<std::string> unknown_profile;
  std::optional<uint64_t> after_revision;
};

struct ProfileFilter {
  std::optional<std::string> id;
  std::optional<std::string> kernel;  // of any entry
  std::optional<std::string> parent;  // empty: none
  WantedPairs loaders;                // client kind -> boot file
  WantedPairs configs;                // flavour -> template
  std::optional<uint64_t> after_revision;
};

struct TemplateFilter {
  std::optional<std::string> id;
  std::optional<std::string> content_type;
  std::optional<uint64_t> after_revision;
};

struct RuleFilter {
  std::optional<std::string> id;
  std::optional<uint32_t> priority;
  std::optional<RuleAction> action;
  std::optional<std::string> profile;  // empty: none
  std::optional<std::string> subnet;   // of its match; empty: any
  WantedPairs labels;                  // of its match
  std::optional<uint64_t> after_revision;
};

struct QuirkFilter {
  std::optional<std::string> id;
  std::optional<uint32_t> priority;
  std::optional<std::vector<uint8_t>> mac_prefix;  // of its match, whole; empty: any
  std::optional<std::string> kind;                 // one of its match
  std::optional<uint64_t> after_revision;
};

enum class LeaseCondition { kBound, kExpired, kReleased, kDeclined };

// What the lease is now. Expired is also what was declined and whose probation is over.
LeaseCondition ConditionOf(const Lease& lease, Seconds now);

struct LeaseFilter {
  std::optional<Ipv4> address;
  std::optional<std::string> subnet;  // that the address lies in
  std::optional<std::string> host;    // that the client belongs to
  std::optional<HardwareAddress> client;
  std::optional<std::vector<uint8_t>> client_id;
  std::optional<LeaseCondition> condition;
  std::optional<std::string> kind;
  std::optional<Seconds> ends_from;   // ends then or later
  std::optional<Seconds> ends_until;  // ends before then
  std::optional<uint64_t> after_revision;
};

bool Matches(const HostFilter& filter, const Host& host);
bool Matches(const SubnetFilter& filter, const Subnet& subnet);
bool Matches(const ProfileFilter& filter, const Profile& profile);
bool Matches(const TemplateFilter& filter, const Template& text);
bool Matches(const RuleFilter& filter, const Rule& rule);
bool Matches(const QuirkFilter& filter, const Quirk& quirk);

// But for `subnet` and `host`, which a lease does not know.
bool MatchesAlone(const LeaseFilter& filter, const Lease& lease, Seconds now);

}  // namespace pxe::core
