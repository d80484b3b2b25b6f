// Messages of the contract to the values of core and back; no policy.
//
// ToProto cannot fail. FromProto parses text and durations, fills in the documented defaults and
// returns INVALID_ARGUMENT naming the field as a client spells it ("host.nics[0].mac: ..."); what
// it returns is well-formed, and legal only after core::Validate. Output only fields are written
// by ToProto and ignored by FromProto. The id comes from outside: a create request carries it
// beside the message, an update inside `name`.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "core/effective_profile.h"
#include "core/model.h"
#include "core/quirk.h"
#include "pxe/v1/host.pb.h"
#include "pxe/v1/lease.pb.h"
#include "pxe/v1/profile.pb.h"
#include "pxe/v1/quirk.pb.h"
#include "pxe/v1/rule.pb.h"
#include "pxe/v1/subnet.pb.h"
#include "pxe/v1/template.pb.h"

namespace pxe::api {

v1::Subnet ToProto(const core::Subnet& subnet);
v1::Host ToProto(const core::Host& host);
v1::Profile ToProto(const core::Profile& profile);
v1::EffectiveProfile ToProto(const core::EffectiveProfile& effective);
v1::Template ToProto(const core::Template& text);
v1::Rule ToProto(const core::Rule& rule);
v1::Quirk ToProto(const core::Quirk& quirk);

// `host_id` is the owner of the lease's MAC now, empty for none; `now` tells bound from expired.
v1::Lease ToProto(const core::Lease& lease, std::string_view host_id, Seconds now);

absl::StatusOr<core::Subnet> FromProto(std::string_view id, const v1::Subnet& subnet);
absl::StatusOr<core::Host> FromProto(std::string_view id, const v1::Host& host);
absl::StatusOr<core::Profile> FromProto(std::string_view id, const v1::Profile& profile);
absl::StatusOr<core::Template> FromProto(std::string_view id, const v1::Template& text);
absl::StatusOr<core::Rule> FromProto(std::string_view id, const v1::Rule& rule);
absl::StatusOr<core::Quirk> FromProto(std::string_view id, const v1::Quirk& quirk);

// Takes what FromProto ignores from a message that ToProto made: uid, state and discovery.
absl::Status ReadOutput(const v1::Host& host, core::Host& out);

}  // namespace pxe::api
