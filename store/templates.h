// Templates as rows, and which of them include which.
//
// Inside a transaction. The caller has run core::Validate, and names the `partials` of the text,
// which it alone can parse. Written objects come back with their stamp. FAILED_PRECONDITION for a
// partial that does not exist, that leads back to the template, or that makes partials too deep.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/model.h"
#include "store/sqlite.h"

namespace pxe::store {

// Partials within partials: a template without any has a depth of 0.
inline constexpr size_t kMaxPartialDepth = 16;

// ALREADY_EXISTS when the id is taken.
absl::StatusOr<core::Template> InsertTemplate(Database& db, core::Template text,
                                              const std::vector<std::string>& partials,
                                              Seconds now);

// Replaces all but `stamp.created`. NOT_FOUND when there is none.
absl::StatusOr<core::Template> UpdateTemplate(Database& db, core::Template text,
                                              const std::vector<std::string>& partials,
                                              Seconds now);

// FAILED_PRECONDITION names profiles and templates that use it, if there are any.
absl::Status EraseTemplate(Database& db, std::string_view id);

// FAILED_PRECONDITION "<field>: templates/motd does not exist" unless `id` is empty or there is
// one.
absl::Status RequireTemplate(Database& db, std::string_view field, std::string_view id);

// Ids of the templates that include it and of the profiles that name it, both also by way of
// others.
absl::StatusOr<std::vector<std::string>> TemplatesIncluding(Database& db, std::string_view id);
absl::StatusOr<std::vector<std::string>> ProfilesUsingTemplate(Database& db, std::string_view id);

absl::StatusOr<core::Template> GetTemplate(Database& db, std::string_view id);
absl::StatusOr<std::vector<core::Template>> ListTemplates(Database& db);  // by id

}  // namespace pxe::store
