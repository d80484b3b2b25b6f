#include "store/templates.h"

#include <set>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "store/revision.h"
#include "store/rows.h"

namespace pxe::store {
namespace {

constexpr Sql kLoad = R"sql(
  SELECT id, content_type, text, revision, created, updated
  FROM template WHERE id BETWEEN ?1 AND ?2 ORDER BY id
)sql";

constexpr Sql kFind = "SELECT id FROM template WHERE id = ?1";

constexpr Sql kInsert = R"sql(
  INSERT INTO template (id, content_type, text, revision, created, updated)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6)
)sql";

constexpr Sql kUpdate = R"sql(
  UPDATE template SET content_type = ?2, text = ?3, revision = ?4, updated = ?5 WHERE id = ?1
)sql";

constexpr Sql kInsertPartial = "INSERT INTO template_partial (template, partial) VALUES (?1, ?2)";

constexpr Sql kUsers = R"sql(
  SELECT 'profiles/' || profile || ' (configs.' || flavour || ')' FROM profile_config
  WHERE template = ?1
  UNION ALL
  SELECT 'profiles/' || profile || ' (files.' || path || ')' FROM profile_file WHERE template = ?1
  UNION ALL
  SELECT 'templates/' || template || ' (text)' FROM template_partial WHERE partial = ?1
  ORDER BY 1
)sql";

// Whether ?1 includes ?2 in the end. UNION stops where it has been before.
constexpr Sql kLeadsTo = R"sql(
  WITH RECURSIVE below (id) AS (
    VALUES (?1)
    UNION
    SELECT partial FROM template_partial JOIN below ON template = below.id
  )
  SELECT id FROM below WHERE id = ?2
)sql";

// How deep the partials of ?1 are. There are no cycles, or only the one that is about to be
// refused.
constexpr Sql kDepthBelow = R"sql(
  WITH RECURSIVE below (id, depth) AS (
    VALUES (?1, 0)
    UNION
    SELECT partial, depth + 1 FROM template_partial JOIN below ON template = below.id
  )
  SELECT max(depth) FROM below
)sql";

// The template that includes ?1 through the most others, and through how many.
constexpr Sql kFarthestUser = R"sql(
  WITH RECURSIVE above (id, depth) AS (
    VALUES (?1, 0)
    UNION
    SELECT template, depth + 1 FROM template_partial JOIN above ON partial = above.id
  )
  SELECT depth, id FROM above ORDER BY depth DESC, id LIMIT 1
)sql";

// Those that include ?1, through others too.
constexpr Sql kIncluding = R"sql(
  WITH RECURSIVE above (id) AS (
    SELECT template FROM template_partial WHERE partial = ?1
    UNION
    SELECT template FROM template_partial JOIN above ON partial = above.id
  )
  SELECT id FROM above ORDER BY id
)sql";

// Profiles that name ?1 or one that includes it.
constexpr Sql kProfiles = R"sql(
  WITH RECURSIVE above (id) AS (
    VALUES (?1)
    UNION
    SELECT template FROM template_partial JOIN above ON partial = above.id
  )
  SELECT profile FROM above JOIN profile_config ON template = above.id
  UNION
  SELECT profile FROM above JOIN profile_file ON template = above.id
  ORDER BY profile
)sql";

core::Template ReadTemplate(Statement& row) {
  core::Template text;
  text.id = row.Text();
  text.content_type = row.Text();
  text.text = row.Text();
  text.stamp = ReadStamp(row);
  return text;
}

absl::StatusOr<std::vector<core::Template>> Load(Database& db, IdRange ids) {
  std::vector<core::Template> templates;
  Statement rows = db.Query(kLoad, ids.first, ids.last);
  while (rows.Next()) templates.push_back(ReadTemplate(rows));
  PXE_RETURN_IF_ERROR(rows.status());
  return templates;
}

absl::Status RefusePartial(std::string_view id, std::string_view reason) {
  return FailedPrecondition(absl::StrFormat("template.text: {{> %s}}: %s", id, reason));
}

absl::Status CheckDepth(Database& db, std::string_view id, std::string_view partial) {
  Statement below = db.Query(kDepthBelow, partial);
  const size_t under = below.Next() ? static_cast<size_t>(below.Int()) : 0;
  PXE_RETURN_IF_ERROR(below.status());
  Statement above = db.Query(kFarthestUser, id);
  const size_t over = above.Next() ? static_cast<size_t>(above.Int()) : 0;
  PXE_RETURN_IF_ERROR(above.status());
  const size_t depth = over + 1 + under;
  if (depth <= kMaxPartialDepth) return absl::OkStatus();
  return RefusePartial(partial, absl::StrFormat("partials of templates/%s would be %d deep; at "
                                                "most %d",
                                                above.Text(), depth, kMaxPartialDepth));
}

absl::Status CheckPartial(Database& db, std::string_view id, std::string_view partial) {
  if (partial == id) return RefusePartial(partial, "is this template itself");
  PXE_ASSIGN_OR_RETURN(const auto found, FirstText(db.Query(kFind, partial)));
  if (!found)
    return RefusePartial(partial, absl::StrFormat("templates/%s does not exist", partial));
  PXE_ASSIGN_OR_RETURN(const auto back, FirstText(db.Query(kLeadsTo, partial, id)));
  if (back) return RefusePartial(partial, "includes this template in the end");
  return CheckDepth(db, id, partial);
}

absl::Status InsertPartials(Database& db, std::string_view id,
                            const std::vector<std::string>& partials) {
  const std::set<std::string_view> once(partials.begin(), partials.end());
  for (const std::string_view partial : once) {
    PXE_RETURN_IF_ERROR(CheckPartial(db, id, partial));
    PXE_RETURN_IF_ERROR(db.Run(kInsertPartial, id, partial));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<core::Template> InsertTemplate(Database& db, core::Template text,
                                              const std::vector<std::string>& partials,
                                              Seconds now) {
  PXE_ASSIGN_OR_RETURN(const auto taken, FirstText(db.Query(kFind, text.id)));
  if (taken) return ExistsAlready("templates", text.id);
  PXE_ASSIGN_OR_RETURN(const uint64_t revision, NextRevision(db));
  text.stamp = {.revision = revision, .created = now, .updated = now};
  PXE_RETURN_IF_ERROR(db.Run(kInsert, text.id, text.content_type, text.text, revision, now, now));
  PXE_RETURN_IF_ERROR(InsertPartials(db, text.id, partials));
  return text;
}

absl::StatusOr<core::Template> UpdateTemplate(Database& db, core::Template text,
                                              const std::vector<std::string>& partials,
                                              Seconds now) {
  PXE_ASSIGN_OR_RETURN(const core::Template old, GetTemplate(db, text.id));
  PXE_ASSIGN_OR_RETURN(const uint64_t revision, NextRevision(db));
  text.stamp = {.revision = revision, .created = old.stamp.created, .updated = now};
  PXE_RETURN_IF_ERROR(db.Run(kUpdate, text.id, text.content_type, text.text, revision, now));
  PXE_RETURN_IF_ERROR(db.Run("DELETE FROM template_partial WHERE template = ?1", text.id));
  PXE_RETURN_IF_ERROR(InsertPartials(db, text.id, partials));
  return text;
}

absl::Status EraseTemplate(Database& db, std::string_view id) {
  PXE_RETURN_IF_ERROR(RefuseIfUsed(db.Query(kUsers, id), "templates", id));
  return EraseRow(db, "DELETE FROM template WHERE id = ?1", "templates", id);
}

absl::Status RequireTemplate(Database& db, std::string_view field, std::string_view id) {
  return RequireReference(db, kFind, field, "templates", id);
}

absl::StatusOr<std::vector<std::string>> TemplatesIncluding(Database& db, std::string_view id) {
  return AllTexts(db.Query(kIncluding, id));
}

absl::StatusOr<std::vector<std::string>> ProfilesUsingTemplate(Database& db, std::string_view id) {
  return AllTexts(db.Query(kProfiles, id));
}

absl::StatusOr<core::Template> GetTemplate(Database& db, std::string_view id) {
  return OnlyOne(Load(db, OneId(id)), "templates", id);
}

absl::StatusOr<std::vector<core::Template>> ListTemplates(Database& db) {
  return Load(db, kAllIds);
}

}  // namespace pxe::store
