// A state directory whose files are damaged by hand between two openings.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <string_view>

#include "store/leases.h"
#include "store/state_dir.h"
#include "tests/store/store_fixture.h"

namespace pxe::store {

class StateDirTest : public testing::Test {
 protected:
  static constexpr size_t kPage = 4096;

  std::filesystem::path file() const { return dir_.path() / "state.db"; }
  std::filesystem::path Beside(std::string_view suffix) const {
    return file().string() + std::string(suffix);
  }
  absl::Status Open() { return StateDir::Open(dir_.path()).status(); }

  static void PutLeases(Database& db, uint32_t count) {
    auto transaction = Transaction::Begin(db);
    core::Lease lease;
    for (uint32_t i = 1; i <= count; ++i) {
      lease.address = {i};
      lease.host_name = std::string(50, 'h');
      ASSERT_THAT(PutLease(db, lease), IsOk());
    }
    ASSERT_THAT(transaction->Commit(), IsOk());
  }
  static int64_t CountLeases(Database& db) {
    Statement rows = db.Query("SELECT count(*) FROM lease");
    return rows.Next() ? rows.Int() : -1;
  }
  // A good database with enough rows to fill several pages.
  void MakeGood() {
    auto state = StateDir::Open(dir_.path());
    ASSERT_THAT(state, IsOk());
    PutLeases(state->db(), 1000);
  }
  // The same as a crash leaves it: with a log that holds what the database lacks.
  void MakeCrashed() {
    TempDir alive;
    auto state = StateDir::Open(alive.path());
    ASSERT_THAT(state, IsOk());
    PutLeases(state->db(), 1000);
    for (const char* suffix : {"", "-wal", ".in-use"}) {
      std::filesystem::copy_file(alive.Path("state.db") + suffix, Beside(suffix));
    }
  }
  void RunRaw(std::string_view script) {
    auto db = Database::Open(file(), Database::Mode::kCreate);
    ASSERT_THAT(db, IsOk());
    ASSERT_THAT((*db)->RunScript(script), IsOk());
  }

  static std::string ContentOf(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string Content() const { return ContentOf(file()); }
  void Write(std::string_view content) { std::ofstream(file(), std::ios::binary) << content; }

  // Refused by one line that names the file, and every byte of it and its log is still there.
  void ExpectLeftAlone(absl::StatusCode code, std::string_view message) {
    const std::string before = Content();
    const std::string log_before = ContentOf(Beside("-wal"));
    const absl::Status status = Open();
    EXPECT_THAT(status, StatusIs(code, std::string(message)));
    EXPECT_TRUE(MessageOf(status).starts_with(file().string() + ": ")) << MessageOf(status);
    EXPECT_EQ(MessageOf(status).find('\n'), std::string::npos) << MessageOf(status);
    EXPECT_TRUE(Content() == before);
    EXPECT_TRUE(ContentOf(Beside("-wal")) == log_before);
  }

  TempDir dir_;
};

}  // namespace pxe::store
