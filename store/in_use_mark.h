// `state.db.in-use`: a file that is there while the write-ahead log may hold what the database
// lacks.
//
// SQLite takes a database without its log for a whole one. After an end that was none (a kill, a
// power cut) the last writes are in the log alone, and who removes it, by hand or by a careless
// copy, loses them without a word. So the mark is made after the log, on disk with it, and removed
// after the log's content has moved into the database: a mark without a log is a loss.
#pragma once

#include "absl/status/status.h"
#include "store/sqlite.h"
#include "store/state_files.h"

namespace pxe::store {

// DATA_LOSS: the log is gone. The message says the way out.
absl::Status RefuseLostLog(const StateFiles& files);

// The database has its log from here on: open it and begin a transaction before.
absl::Status SetMark(const StateFiles& files);

// Moves the log's content into the database and removes the mark. When that fails the log stays,
// and so does the mark; nothing is lost.
void EndCleanly(Database& db, const StateFiles& files);

}  // namespace pxe::store
