// The filter of a list request as conditions on the nouns; docs/api.md says which fields there are.
//
// INVALID_ARGUMENT names `filter`, the column and what is allowed there. A name of an object that
// does not exist is no error: nothing matches it.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "core/event.h"
#include "core/filters.h"
#include "core/model.h"

namespace pxe::api {

// The filter of a noun's list: FilterOf<core::Host> is core::HostFilter.
template <typename Noun>
struct FilterOfNoun;
template <>
struct FilterOfNoun<core::Host> {
  using Type = core::HostFilter;
};
template <>
struct FilterOfNoun<core::Subnet> {
  using Type = core::SubnetFilter;
};
template <>
struct FilterOfNoun<core::Profile> {
  using Type = core::ProfileFilter;
};
template <>
struct FilterOfNoun<core::Template> {
  using Type = core::TemplateFilter;
};
template <>
struct FilterOfNoun<core::Rule> {
  using Type = core::RuleFilter;
};
template <>
struct FilterOfNoun<core::Quirk> {
  using Type = core::QuirkFilter;
};
template <>
struct FilterOfNoun<core::Lease> {
  using Type = core::LeaseFilter;
};
template <>
struct FilterOfNoun<core::Event> {
  using Type = core::EventFilter;
};
template <typename Noun>
using FilterOf = typename FilterOfNoun<Noun>::Type;

template <typename Noun>
absl::StatusOr<FilterOf<Noun>> ParseFilter(std::string_view text);

}  // namespace pxe::api
