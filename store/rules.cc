#include "store/rules.h"

#include <optional>
#include <string>

#include "base/status.h"
#include "core/rule_order.h"
#include "store/enum_text.h"
#include "store/profiles.h"
#include "store/revision.h"
#include "store/rows.h"
#include "store/subnets.h"

namespace pxe::store {
namespace {

constexpr Sql kLoad = R"sql(
  SELECT id, priority, mac_prefix, uuid, vendor_class_prefix, subnet, circuit_id, action, profile,
         revision, created, updated
  FROM rule WHERE id BETWEEN ?1 AND ?2 ORDER BY id
)sql";

constexpr Sql kLoadLabels = R"sql(
  SELECT rule, name, value FROM rule_label WHERE rule BETWEEN ?1 AND ?2 ORDER BY rule, name
)sql";

constexpr Sql kLoadKinds = R"sql(
  SELECT rule, kind FROM rule_kind WHERE rule BETWEEN ?1 AND ?2 ORDER BY rule, kind
)sql";

constexpr Sql kFind = "SELECT id FROM rule WHERE id = ?1";

constexpr Sql kInsert = R"sql(
  INSERT INTO rule (id, priority, mac_prefix, uuid, vendor_class_prefix, subnet, circuit_id, action,
                    profile, revision, created, updated)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
)sql";

constexpr Sql kUpdate = R"sql(
  UPDATE rule SET priority = ?2, mac_prefix = ?3, uuid = ?4, vendor_class_prefix = ?5, subnet = ?6,
                  circuit_id = ?7, action = ?8, profile = ?9, revision = ?10, updated = ?11
  WHERE id = ?1
)sql";

constexpr Sql kInsertLabel = "INSERT INTO rule_label (rule, name, value) VALUES (?1, ?2, ?3)";
constexpr Sql kInsertKind = "INSERT INTO rule_kind (rule, kind) VALUES (?1, ?2)";

absl::StatusOr<core::Rule> ReadRule(Statement& row) {
  core::Rule rule;
  rule.id = row.Text();
  rule.priority = row.Uint32();
  rule.match.mac_prefix = row.Text();
  if (const std::string_view uuid = row.TextView(); !uuid.empty()) {
    PXE_ASSIGN_OR_RETURN(rule.match.uuid, ParseUuid(uuid));
  }
  rule.match.vendor_class_prefix = row.Text();
  rule.match.subnet = row.Text();
  rule.match.circuit_id = row.Text();
  rule.action = EnumOf(row.TextView(), kRuleActions);
  rule.profile = row.Text();
  rule.stamp = ReadStamp(row);
  return rule;
}

absl::StatusOr<std::vector<core::Rule>> Load(Database& db, IdRange ids) {
  std::vector<core::Rule> rules;
  Statement rows = db.Query(kLoad, ids.first, ids.last);
  while (rows.Next()) {
    PXE_ASSIGN_OR_RETURN(core::Rule rule, ReadRule(rows));
    rules.push_back(std::move(rule));
  }
  PXE_RETURN_IF_ERROR(rows.status());

  const auto children = [&](Sql sql, auto add) {
    return AddChildren(rules, db.Query(sql, ids.first, ids.last), add);
  };
  PXE_RETURN_IF_ERROR(children(kLoadLabels, [](core::Rule& rule, Statement& row) {
    ReadPair(rule.match.labels, row);
    return absl::OkStatus();
  }));
  PXE_RETURN_IF_ERROR(children(kLoadKinds, [](core::Rule& rule, Statement& row) {
    rule.match.kinds.push_back(row.Text());
    return absl::OkStatus();
  }));
  return rules;
}

absl::Status CheckAgainstOthers(Database& db, const core::Rule& rule) {
  PXE_RETURN_IF_ERROR(RequireSubnet(db, "rule.match.subnet", rule.match.subnet));
  PXE_RETURN_IF_ERROR(RequireProfile(db, "rule.profile", rule.profile));
  PXE_ASSIGN_OR_RETURN(const auto others, Load(db, kAllIds));
  return core::CheckRuleOrder(rule, others);
}

absl::Status InsertChildren(Database& db, const core::Rule& rule) {
  PXE_RETURN_IF_ERROR(InsertPairs(db, kInsertLabel, rule.id, rule.match.labels));
  for (const std::string& kind : rule.match.kinds) {
    PXE_RETURN_IF_ERROR(db.Run(kInsertKind, rule.id, kind));
  }
  return absl::OkStatus();
}

absl::Status EraseChildren(Database& db, std::string_view id) {
  PXE_RETURN_IF_ERROR(db.Run("DELETE FROM rule_label WHERE rule = ?1", id));
  return db.Run("DELETE FROM rule_kind WHERE rule = ?1", id);
}

std::optional<std::string> UuidText(const core::RuleMatch& match) {
  return match.uuid ? std::optional(match.uuid->ToString()) : std::nullopt;
}

}  // namespace

absl::StatusOr<core::Rule> InsertRule(Database& db, core::Rule rule, Seconds now) {
  PXE_ASSIGN_OR_RETURN(const auto taken, FirstText(db.Query(kFind, rule.id)));
  if (taken) return ExistsAlready("rules", rule.id);
  PXE_RETURN_IF_ERROR(CheckAgainstOthers(db, rule));
  PXE_ASSIGN_OR_RETURN(const uint64_t revision, NextRevision(db));
  rule.stamp = {.revision = revision, .created = now, .updated = now};
  const core::RuleMatch& match = rule.match;
  PXE_RETURN_IF_ERROR(db.Run(kInsert, rule.id, rule.priority, match.mac_prefix, UuidText(match),
                             match.vendor_class_prefix, OrNull(match.subnet), match.circuit_id,
                             TextOf(rule.action), OrNull(rule.profile), revision, now, now));
  PXE_RETURN_IF_ERROR(InsertChildren(db, rule));
  return rule;
}

absl::StatusOr<core::Rule> UpdateRule(Database& db, core::Rule rule, Seconds now) {
  PXE_ASSIGN_OR_RETURN(const core::Rule old, GetRule(db, rule.id));
  PXE_RETURN_IF_ERROR(CheckAgainstOthers(db, rule));
  PXE_ASSIGN_OR_RETURN(const uint64_t revision, NextRevision(db));
  rule.stamp = {.revision = revision, .created = old.stamp.created, .updated = now};
  const core::RuleMatch& match = rule.match;
  PXE_RETURN_IF_ERROR(db.Run(kUpdate, rule.id, rule.priority, match.mac_prefix, UuidText(match),
                             match.vendor_class_prefix, OrNull(match.subnet), match.circuit_id,
                             TextOf(rule.action), OrNull(rule.profile), revision, now));
  PXE_RETURN_IF_ERROR(EraseChildren(db, rule.id));
  PXE_RETURN_IF_ERROR(InsertChildren(db, rule));
  return rule;
}

absl::Status EraseRule(Database& db, std::string_view id) {
  return EraseRow(db, "DELETE FROM rule WHERE id = ?1", "rules", id);
}

absl::StatusOr<core::Rule> GetRule(Database& db, std::string_view id) {
  return OnlyOne(Load(db, OneId(id)), "rules", id);
}

absl::StatusOr<std::vector<core::Rule>> ListRules(Database& db) {
  return Load(db, kAllIds);
}

}  // namespace pxe::store
