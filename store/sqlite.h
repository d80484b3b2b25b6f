// SQLite as values and statuses: a connection, statements that are prepared once, transactions.
//
// The only header that knows sqlite3, and it only names it. A Database belongs to one thread at a
// time (it is opened without SQLite's own mutex); the writer thread takes it over once serving
// begins. Statements, transactions and savepoints must die before their database.
//
// Errors come out canonical: a constraint is ALREADY_EXISTS, FAILED_PRECONDITION or
// INVALID_ARGUMENT, a full disk RESOURCE_EXHAUSTED, a lock held by somebody else or an I/O error
// UNAVAILABLE, a damaged file DATA_LOSS.
#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/ipv4.h"

struct sqlite3;
struct sqlite3_stmt;

namespace pxe::store {

class Database;

// SQL text of ours. Only a literal converts to it, so nothing from outside ever becomes SQL.
class Sql {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): statements read best as plain literals
  consteval Sql(const char* text) : text_(text) {}
  const char* text() const { return text_; }

 private:
  const char* text_;
};

// A statement on loan from its database: bound, stepped with Next(), given back when it dies.
//
// Columns are read left to right, each once, as ByteReader reads the wire. Failures stick: after
// one, Next() is false and status() says why, so callers check once, behind the loop.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // Moves to the next row. False: there is none, or status() is an error.
  bool Next();
  const absl::Status& status() const { return status_; }

  int64_t Int();
  uint32_t Uint32() { return static_cast<uint32_t>(Int()); }
  bool Bool() { return Int() != 0; }
  Ipv4 Address() { return {Uint32()}; }
  Seconds Time() { return Seconds{std::chrono::seconds{Int()}}; }
  std::string Text();  // NULL reads as ""
  std::vector<uint8_t> Blob();

  // The same without a copy, valid until the next call of Next().
  std::string_view TextView();
  std::span<const uint8_t> BlobView();
  std::optional<int64_t> OptionalInt();
  std::optional<std::string> OptionalText();
  std::optional<Ipv4> OptionalAddress();

 private:
  friend class Database;
  Statement(Database& db, sqlite3_stmt*& idle, sqlite3_stmt* handle, absl::Status status);

  // Whether what text and blobs point to outlives the statement.
  enum class Lifetime { kShorter, kLonger };

  // The next parameter, `?1` first.
  void Bind(std::nullptr_t);
  void Bind(std::string_view text);
  void Bind(std::span<const uint8_t> blob);
  void Bind(std::integral auto value) { BindInt(static_cast<int64_t>(value)); }
  void Bind(Ipv4 address) { BindInt(address.value); }
  void Bind(Seconds time) { BindInt(time.time_since_epoch().count()); }
  void Bind(std::chrono::seconds length) { BindInt(length.count()); }
  template <typename T>
  void Bind(const std::optional<T>& value) {
    value ? Bind(*value) : Bind(nullptr);
  }
  void BindInt(int64_t value);
  void Check(int sqlite_code);

  Database* db_;         // null: moved from
  sqlite3_stmt** idle_;  // where it goes back to
  sqlite3_stmt* handle_;
  absl::Status status_;
  Lifetime lifetime_ = Lifetime::kShorter;  // of the values that are bound; copied if shorter
  int next_parameter_ = 1;
  int next_column_ = 0;
};

class Database {
 public:
  enum class Mode {
    kExisting,  // a missing file is FAILED_PRECONDITION
    kCreate,    // a missing file is made
    kInspect,   // reads only; closing leaves the file and its log as they are, byte for byte
  };

  // Opens the file with foreign keys enforced and a busy timeout. Whether the content is a database
  // shows at the first statement.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::filesystem::path& path,
                                                        Mode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // The statement with its parameters bound in order, ready for Next(). Values are copied.
  template <typename... Args>
  Statement Query(Sql sql, const Args&... args) {
    Statement statement = Prepare(sql);
    (statement.Bind(args), ...);
    return statement;
  }

  // Runs a statement for its effect; rows it may yield are ignored. Copies no text and no blob.
  template <typename... Args>
  absl::Status Run(Sql sql, const Args&... args) {
    Statement statement = Prepare(sql);
    statement.lifetime_ = Statement::Lifetime::kLonger;
    (statement.Bind(args), ...);
    while (statement.Next()) {
    }
    return statement.status();
  }

  // Runs the statements of a schema file, which are ours too but no literal of one function.
  absl::Status RunScript(std::string_view script);

  // The file it was opened from, with its folders.
  std::filesystem::path path() const;

  // Rows changed by the last INSERT, UPDATE or DELETE that was run.
  int64_t changes() const;

  // False after COMMIT and ROLLBACK, and after an error upon which SQLite itself rolled back.
  bool InTransaction() const;

  // From now on, and until it is closed, no commit moves pages from the write-ahead log to the file
  // by itself; the caller does, with Checkpoint(), when it has the time.
  void CheckpointByHand();

  // What commits have left in the log since CheckpointByHand(): how many of them wrote anything,
  // and the length of the log in pages after the last of these.
  struct LogState {
    uint64_t commits = 0;
    size_t pages = 0;
  };
  const LogState& log_state() const { return log_state_; }

  // Moves what it can from the log to the file without waiting for anybody who reads; the next
  // commit then begins the log anew. An error loses nothing: the log is kept.
  absl::Status Checkpoint();

 private:
  friend class Statement;
  friend class Savepoint;
  friend class RevisionBatch;
  explicit Database(sqlite3* handle) : handle_(handle) {}
  Statement Prepare(Sql sql);
  absl::Status ErrorOf(int sqlite_code) const;

  sqlite3* handle_;
  std::unordered_map<const char*, sqlite3_stmt*> idle_;  // prepared; null while on loan
  LogState log_state_;
  std::optional<uint64_t> revision_;  // the counter during a RevisionBatch (store/revision.h)
};

// A write transaction, begun at once (BEGIN IMMEDIATE); rolled back unless committed.
class Transaction {
 public:
  // UNAVAILABLE when another process holds the write lock beyond the busy timeout.
  static absl::StatusOr<Transaction> Begin(Database& db);
  Transaction(Transaction&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  // Durable when OK. On an error nothing of the transaction has happened.
  absl::Status Commit();

 private:
  explicit Transaction(Database& db) : db_(&db) {}

  Database* db_;  // null: over
};

// A part of a transaction that can be undone on its own, with the revisions it was given; undone
// unless released.
class Savepoint {
 public:
  static absl::StatusOr<Savepoint> Begin(Database& db);
  Savepoint(Savepoint&& other) noexcept
      : db_(std::exchange(other.db_, nullptr)), revision_(other.revision_) {}
  Savepoint& operator=(Savepoint&&) = delete;
  ~Savepoint();

  absl::Status Release();

 private:
  explicit Savepoint(Database& db) : db_(&db), revision_(db.revision_) {}

  Database* db_;                      // null: over
  std::optional<uint64_t> revision_;  // the counter at its beginning
};

}  // namespace pxe::store
