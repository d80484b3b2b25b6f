// How each noun is stored: its collection and the functions of store/, for code that is the same
// for all nouns.
#pragma once

#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "api/convert.h"
#include "api/resource_name.h"
#include "base/clock.h"
#include "boot/template.h"
#include "core/model.h"
#include "store/hosts.h"
#include "store/profiles.h"
#include "store/quirks.h"
#include "store/rules.h"
#include "store/subnets.h"
#include "store/templates.h"

namespace pxe::server {

template <typename Noun>
struct NounStore {
  std::string_view collection;  // "hosts"
  std::string_view field;       // "host": what requests call the object in them
  absl::StatusOr<Noun> (*get)(store::Database&, std::string_view id);
  absl::StatusOr<Noun> (*insert)(store::Database&, Noun, Seconds now);
  absl::StatusOr<Noun> (*update)(store::Database&, Noun, Seconds now);
  absl::Status (*erase)(store::Database&, std::string_view id);
};

template <typename Noun>
inline constexpr NounStore<Noun> kStoreOf{};
template <>
inline constexpr NounStore<core::Subnet> kStoreOf<core::Subnet>{
    api::kSubnets,        "subnet",           &store::GetSubnet, &store::InsertSubnet,
    &store::UpdateSubnet, &store::EraseSubnet};
template <>
inline constexpr NounStore<core::Host> kStoreOf<core::Host>{api::kHosts,        "host",
                                                            &store::GetHost,    &store::InsertHost,
                                                            &store::UpdateHost, &store::EraseHost};
template <>
inline constexpr NounStore<core::Profile> kStoreOf<core::Profile>{
    api::kProfiles,        "profile",           &store::GetProfile, &store::InsertProfile,
    &store::UpdateProfile, &store::EraseProfile};

inline absl::StatusOr<core::Template> InsertTemplate(store::Database& db, core::Template text,
                                                     Seconds now) {
  const auto partials = boot::PartialsOf(text.text);
  return store::InsertTemplate(db, std::move(text), partials, now);
}
inline absl::StatusOr<core::Template> UpdateTemplate(store::Database& db, core::Template text,
                                                     Seconds now) {
  const auto partials = boot::PartialsOf(text.text);
  return store::UpdateTemplate(db, std::move(text), partials, now);
}
template <>
inline constexpr NounStore<core::Template> kStoreOf<core::Template>{
    api::kTemplates, "template",      &store::GetTemplate,
    &InsertTemplate, &UpdateTemplate, &store::EraseTemplate};
template <>
inline constexpr NounStore<core::Rule> kStoreOf<core::Rule>{api::kRules,        "rule",
                                                            &store::GetRule,    &store::InsertRule,
                                                            &store::UpdateRule, &store::EraseRule};

template <>
inline constexpr NounStore<core::Quirk> kStoreOf<core::Quirk>{
    api::kQuirks,        "quirk",           &store::GetQuirk, &store::InsertQuirk,
    &store::UpdateQuirk, &store::EraseQuirk};

// The message of a noun: v1::Host of core::Host.
template <typename Noun>
using ProtoOf = decltype(api::ToProto(std::declval<const Noun&>()));

// fn(kStoreOf<Noun>) of the noun whose collection that is; it must be one of the six.
template <typename Fn>
auto WithStoreOf(std::string_view collection, Fn fn) {
  if (collection == api::kHosts) return fn(kStoreOf<core::Host>);
  if (collection == api::kSubnets) return fn(kStoreOf<core::Subnet>);
  if (collection == api::kTemplates) return fn(kStoreOf<core::Template>);
  if (collection == api::kRules) return fn(kStoreOf<core::Rule>);
  if (collection == api::kQuirks) return fn(kStoreOf<core::Quirk>);
  return fn(kStoreOf<core::Profile>);
}

}  // namespace pxe::server
