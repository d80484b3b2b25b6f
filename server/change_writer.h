// The objects that one API write changes: their rows, the change log, and what memory is to show.
//
// Lives on the writer thread inside the write's savepoint. An error leaves a half-done write, which
// the savepoint undoes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "api/fields.h"
#include "base/status.h"
#include "server/live_state.h"
#include "server/noun_store.h"
#include "server/object_checks.h"
#include "store/changes.h"
#include "store/revision.h"

namespace pxe::server {

// What a request cannot say of an object it replaces stays as it was.
template <typename Noun>
void KeepOutput(const Noun& /*stored*/, Noun& /*noun*/) {}
inline void KeepOutput(const core::Host& stored, core::Host& host) {
  host.state = stored.state;
  host.discovery = stored.discovery;
}

class ChangeWriter {
 public:
  // Both are borrowed.
  ChangeWriter(store::Database& db, const store::Author& author, Seconds now)
      : db_(db), author_(author), now_(now) {}

  store::Database& db() { return db_; }

  // The object as stored; none: there is no such object.
  template <typename Noun>
  absl::StatusOr<std::optional<Noun>> Find(std::string_view id) {
    auto found = kStoreOf<Noun>.get(db_, id);
    if (absl::IsNotFound(found.status())) return std::optional<Noun>();
    PXE_RETURN_IF_ERROR(found.status());
    return std::optional<Noun>(*std::move(found));
  }

  // The object as stored. NOT_FOUND; ABORTED when `etag`, which came in `field`, is not the stored
  // one. An empty etag is always right.
  template <typename Noun>
  absl::StatusOr<Noun> Expect(std::string_view id, std::string_view field, std::string_view etag) {
    PXE_ASSIGN_OR_RETURN(Noun stored, kStoreOf<Noun>.get(db_, id));
    PXE_RETURN_IF_ERROR(CheckEtag(std::optional(stored), id, field, etag));
    return stored;
  }
  template <typename Noun>
  static absl::Status CheckEtag(const std::optional<Noun>& stored, std::string_view id,
                                std::string_view field, std::string_view etag) {
    if (etag.empty() || (stored && etag == api::EtagOf(stored->stamp))) return absl::OkStatus();
    return HasChanged(kStoreOf<Noun>.collection, id, field);
  }

  // The written object with its stamp. The errors are those of the store and of object_checks.h.
  template <typename Noun>
  absl::StatusOr<Noun> Create(Noun noun) {
    PXE_ASSIGN_OR_RETURN(Noun written, kStoreOf<Noun>.insert(db_, std::move(noun), now_));
    PXE_RETURN_IF_ERROR(CheckWritten(db_, written));
    PXE_RETURN_IF_ERROR(
        Log<Noun>(written.id, written.stamp.revision, store::ChangeAction::kCreated, ""));
    shown_.emplace_back(written);
    return written;
  }
  template <typename Noun>
  absl::StatusOr<Noun> Replace(const Noun& stored, Noun noun) {
    PXE_ASSIGN_OR_RETURN(Noun written, kStoreOf<Noun>.update(db_, std::move(noun), now_));
    PXE_RETURN_IF_ERROR(CheckWritten(db_, written));
    PXE_RETURN_IF_ERROR(CheckDependents(db_, written));
    PXE_RETURN_IF_ERROR(Log<Noun>(written.id, written.stamp.revision, store::ChangeAction::kUpdated,
                                  api::ToProto(stored).SerializeAsString()));
    shown_.emplace_back(written);
    return written;
  }
  template <typename Noun>
  absl::Status Erase(const Noun& stored) {
    PXE_RETURN_IF_ERROR(kStoreOf<Noun>.erase(db_, stored.id));
    PXE_ASSIGN_OR_RETURN(const uint64_t revision, store::CurrentRevision(db_));
    PXE_RETURN_IF_ERROR(Log<Noun>(stored.id, revision, store::ChangeAction::kDeleted,
                                  api::ToProto(stored).SerializeAsString()));
    shown_.emplace_back(Erased<Noun>{stored.id});
    return absl::OkStatus();
  }

  // How many objects have been changed, the last of these changes, and what memory is to show.
  size_t count() const { return shown_.size(); }
  const store::Change& last() const { return last_; }
  std::vector<CatalogChange> TakeShown() { return std::move(shown_); }

 private:
  static absl::Status HasChanged(std::string_view collection, std::string_view id,
                                 std::string_view field);

  template <typename Noun>
  absl::Status Log(const std::string& id, uint64_t revision, store::ChangeAction action,
                   std::string before) {
    last_ = {.revision = revision,
             .time = now_,
             .resource = {std::string(kStoreOf<Noun>.collection), id},
             .action = action,
             .author = author_,
             .before = std::move(before)};
    return store::LogChange(db_, last_);
  }

  store::Database& db_;
  const store::Author& author_;
  const Seconds now_;
  store::Change last_;
  std::vector<CatalogChange> shown_;
};

}  // namespace pxe::server
