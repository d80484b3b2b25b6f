#include "store/sqlite.h"

#include <sqlite3.h>

#include <utility>

#include "absl/strings/str_format.h"
#include "base/status.h"

namespace pxe::store {
namespace {

// Another process that holds the lock for longer (a backup, a curious shell) fails the group (L12).
constexpr int kBusyTimeoutMs = 200;

absl::Status OfConstraint(int extended_code, std::string_view message) {
  switch (extended_code) {
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_ROWID:
      return AlreadyExists(message);
    case SQLITE_CONSTRAINT_FOREIGNKEY:
    case SQLITE_CONSTRAINT_TRIGGER:
      return FailedPrecondition(message);
    default:
      return InvalidArgument(message);
  }
}

absl::Status StatusOf(int extended_code, std::string_view message) {
  switch (extended_code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
      return absl::OkStatus();
    case SQLITE_CONSTRAINT:
      return OfConstraint(extended_code, message);
    case SQLITE_MISMATCH:  // text where the row id goes
      return InvalidArgument(message);
    case SQLITE_FULL:
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG:
      return ResourceExhausted(message);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
      return Unavailable(message);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return DataLoss(message);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
      return FailedPrecondition(message);
    default:
      return Internal(message);
  }
}

int AccessFlags(Database::Mode mode) {
  switch (mode) {
    case Database::Mode::kExisting:
      return SQLITE_OPEN_READWRITE;
    case Database::Mode::kCreate:
      return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case Database::Mode::kInspect:
      return SQLITE_OPEN_READONLY;
  }
  return 0;
}

absl::Status ErrorOfHandle(sqlite3* handle, int code) {
  const int extended = handle != nullptr ? sqlite3_extended_errcode(handle) : code;
  const char* message = handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  return StatusOf(extended, absl::StrFormat("database: %s", message));
}

}  // namespace

Statement::Statement(Database& db, sqlite3_stmt*& idle, sqlite3_stmt* handle, absl::Status status)
    : db_(&db), idle_(&idle), handle_(handle), status_(std::move(status)) {}

Statement::Statement(Statement&& other) noexcept
    : db_(std::exchange(other.db_, nullptr)),
      idle_(other.idle_),
      handle_(std::exchange(other.handle_, nullptr)),
      status_(std::move(other.status_)),
      lifetime_(other.lifetime_),
      next_parameter_(other.next_parameter_),
      next_column_(other.next_column_) {}

Statement::~Statement() {
  if (handle_ == nullptr) return;
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
  if (*idle_ == nullptr) {
    *idle_ = handle_;
  } else {
    sqlite3_finalize(handle_);
  }
}

bool Statement::Next() {
  if (!status_.ok()) return false;
  next_column_ = 0;
  const int code = sqlite3_step(handle_);
  Check(code);
  return code == SQLITE_ROW;
}

int64_t Statement::Int() {
  return sqlite3_column_int64(handle_, next_column_++);
}

std::string Statement::Text() {
  return std::string(TextView());
}

std::vector<uint8_t> Statement::Blob() {
  const std::span<const uint8_t> bytes = BlobView();
  return {bytes.begin(), bytes.end()};
}

std::string_view Statement::TextView() {
  const int column = next_column_++;
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  if (text == nullptr) return "";
  return {text, static_cast<size_t>(sqlite3_column_bytes(handle_, column))};
}

std::span<const uint8_t> Statement::BlobView() {
  const int column = next_column_++;
  const auto* bytes = static_cast<const uint8_t*>(sqlite3_column_blob(handle_, column));
  return {bytes, static_cast<size_t>(sqlite3_column_bytes(handle_, column))};
}

std::optional<int64_t> Statement::OptionalInt() {
  if (sqlite3_column_type(handle_, next_column_) != SQLITE_NULL) return Int();
  ++next_column_;
  return std::nullopt;
}

std::optional<std::string> Statement::OptionalText() {
  const int column = next_column_++;
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  if (text == nullptr) return std::nullopt;
  return std::string(text, static_cast<size_t>(sqlite3_column_bytes(handle_, column)));
}

std::optional<Ipv4> Statement::OptionalAddress() {
  if (sqlite3_column_type(handle_, next_column_) == SQLITE_NULL) {
    ++next_column_;
    return std::nullopt;
  }
  return Address();
}

void Statement::Bind(std::nullptr_t) {
  if (status_.ok()) Check(sqlite3_bind_null(handle_, next_parameter_++));
}

void Statement::Bind(std::string_view text) {
  // An empty view may have no data, and SQLite binds NULL for a null pointer.
  const char* data = text.data() != nullptr ? text.data() : "";
  if (status_.ok()) {
    Check(sqlite3_bind_text64(handle_, next_parameter_++, data, text.size(),
                              lifetime_ == Lifetime::kLonger ? SQLITE_STATIC : SQLITE_TRANSIENT,
                              SQLITE_UTF8));
  }
}

void Statement::Bind(std::span<const uint8_t> blob) {
  if (!status_.ok()) return;
  if (blob.empty()) {
    Check(sqlite3_bind_zeroblob(handle_, next_parameter_++, 0));
  } else {
    Check(sqlite3_bind_blob64(handle_, next_parameter_++, blob.data(), blob.size(),
                              lifetime_ == Lifetime::kLonger ? SQLITE_STATIC : SQLITE_TRANSIENT));
  }
}

void Statement::BindInt(int64_t value) {
  if (status_.ok()) Check(sqlite3_bind_int64(handle_, next_parameter_++, value));
}

void Statement::Check(int sqlite_code) {
  if (sqlite_code == SQLITE_OK || sqlite_code == SQLITE_ROW || sqlite_code == SQLITE_DONE) return;
  status_ = db_->ErrorOf(sqlite_code);
}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::filesystem::path& path,
                                                         Mode mode) {
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | AccessFlags(mode);
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  std::unique_ptr<Database> db(new Database(handle));  // closes the handle of a failed open too
  if (code != SQLITE_OK) return db->ErrorOf(code);
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);
  if (mode == Mode::kInspect) {  // else the last one to close writes the log into the file
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }
  PXE_RETURN_IF_ERROR(db->Run("PRAGMA foreign_keys = ON"));
  // 16 MiB of pages: the rows of 100,000 leases. With SQLite's 2 MiB, renewals in no order read a
  // page each. Measured without gain (bench/store_bench.cc): mmap, exclusive locking, smaller
  // pages.
  PXE_RETURN_IF_ERROR(db->Run("PRAGMA cache_size = -16384"));
  // What a savepoint needs to undo a large write lies in memory; a file of it is written a page at
  // a time, and thrown away. Debian's SQLite blanks what is deleted, unlike SQLite's own default.
  PXE_RETURN_IF_ERROR(db->Run("PRAGMA temp_store = MEMORY"));
  PXE_RETURN_IF_ERROR(db->Run("PRAGMA secure_delete = OFF"));
  return db;
}

Database::~Database() {
  for (const auto& [sql, statement] : idle_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

Statement Database::Prepare(Sql sql) {
  sqlite3_stmt*& idle = idle_[sql.text()];  // stays where it is
  sqlite3_stmt* handle = std::exchange(idle, nullptr);
  if (handle != nullptr) return Statement(*this, idle, handle, absl::OkStatus());
  const int code =
      sqlite3_prepare_v3(handle_, sql.text(), -1, SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  return Statement(*this, idle, handle, code == SQLITE_OK ? absl::OkStatus() : ErrorOf(code));
}

absl::Status Database::RunScript(std::string_view script) {
  const int code = sqlite3_exec(handle_, std::string(script).c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : ErrorOf(code);
}

std::filesystem::path Database::path() const {
  return sqlite3_db_filename(handle_, "main");
}

int64_t Database::changes() const {
  return sqlite3_changes64(handle_);
}

bool Database::InTransaction() const {
  return sqlite3_get_autocommit(handle_) == 0;
}

void Database::CheckpointByHand() {
  const auto after_commit = [](void* state, sqlite3*, const char*, int pages) {
    auto* log = static_cast<LogState*>(state);
    ++log->commits;
    log->pages = static_cast<size_t>(pages);
    return SQLITE_OK;
  };
  sqlite3_wal_hook(handle_, after_commit, &log_state_);  // takes the place of automatic checkpoints
}

absl::Status Database::Checkpoint() {
  const int code =
      sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : ErrorOf(code);
}

absl::Status Database::ErrorOf(int sqlite_code) const {
  return ErrorOfHandle(handle_, sqlite_code);
}

absl::StatusOr<Transaction> Transaction::Begin(Database& db) {
  PXE_RETURN_IF_ERROR(db.Run("BEGIN IMMEDIATE"));
  return Transaction(db);
}

Transaction::~Transaction() {
  // Nothing is left to undo when SQLite rolled back by itself; an error here has no reader.
  if (db_ != nullptr && db_->InTransaction()) (void)db_->Run("ROLLBACK");
}

absl::Status Transaction::Commit() {
  Database& db = *std::exchange(db_, nullptr);
  const absl::Status status = db.Run("COMMIT");
  // A refused commit (busy, a deferred foreign key) leaves the transaction open.
  if (!status.ok() && db.InTransaction()) (void)db.Run("ROLLBACK");
  return status;
}

absl::StatusOr<Savepoint> Savepoint::Begin(Database& db) {
  PXE_RETURN_IF_ERROR(db.Run("SAVEPOINT job"));
  return Savepoint(db);
}

Savepoint::~Savepoint() {
  if (db_ == nullptr || !db_->InTransaction()) return;
  db_->revision_ = revision_;
  if (db_->Run("ROLLBACK TO job").ok()) (void)db_->Run("RELEASE job");
}

absl::Status Savepoint::Release() {
  PXE_RETURN_IF_ERROR(db_->Run("RELEASE job"));
  db_ = nullptr;
  return absl::OkStatus();
}

}  // namespace pxe::store
