// SPDX-License-Identifier: Apache-2.0
#include "state/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <tuple>

#include "base/fd.h"

namespace vedette::state {
namespace {

constexpr int kBusyMilliseconds = 2000;

constexpr const char* kSettings =
    "PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
    // -wal is cut back to this after a checkpoint.
    "PRAGMA journal_size_limit=4194304;";

bool says_corrupt(int code) { return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB; }

// SQLite makes its file with the process's umask; what is there already keeps its mode.
Status make_private(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  return fd ? Status() : fail_errno("cannot open " + path);
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement& Statement::bind(int64_t value) {
  int code = sqlite3_bind_int64(statement_.get(), ++bound_, value);
  failed_ = failed_ == SQLITE_OK ? code : failed_;
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  int code = sqlite3_bind_text64(statement_.get(), ++bound_, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  failed_ = failed_ == SQLITE_OK ? code : failed_;
  return *this;
}

Result<bool> Statement::step() {
  int code = failed_ == SQLITE_OK ? sqlite3_step(statement_.get()) : failed_;
  if (code == SQLITE_ROW || code == SQLITE_DONE) {
    return code == SQLITE_ROW;
  }
  std::string why = sqlite3_errmsg(sqlite3_db_handle(statement_.get()));
  sqlite3_reset(statement_.get());
  return fail(why);
}

Status Statement::run() {
  Result<bool> row = step();
  while (row && *row) {
    row = step();
  }
  sqlite3_reset(statement_.get());
  bound_ = 0;
  failed_ = SQLITE_OK;
  return row ? Status() : fail(row.error());
}

int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::string Statement::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  return bytes == nullptr ? ""
                          : std::string(bytes, static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column)));
}

void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Result<Database> Database::open(const std::string& path, Access access) {
  bool write = access == Access::kWrite;
  if (auto made = write ? make_private(path) : Status(); !made) {
    return fail(made.error());
  }
  sqlite3* raw = nullptr;
  int flags = (write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX;
  int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  Database database(raw);
  if (code != SQLITE_OK) {
    return fail("cannot open " + path + ": " + sqlite3_errstr(code));
  }
  sqlite3_busy_timeout(raw, kBusyMilliseconds);
  return database;
}

std::unexpected<Error> Database::failure() const { return fail(std::string(sqlite3_errmsg(database_.get()))); }

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  int code = sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &raw, nullptr);
  return code == SQLITE_OK ? Result<Statement>(Statement(raw)) : failure();
}

Status Database::run(const std::string& sql) {
  return sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK ? Status() : failure();
}

Result<int64_t> Database::integer(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) {
    return fail(statement.error());
  }
  auto row = statement->step();
  return row ? Result<int64_t>(*row ? statement->integer(0) : 0) : fail(row.error());
}

Status Database::configure() { return run(kSettings); }

bool Database::corrupt() const { return says_corrupt(sqlite3_extended_errcode(database_.get())); }

bool Database::transient() const {
  int code = sqlite3_errcode(database_.get());
  return code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW && !says_corrupt(code) && code != SQLITE_ERROR;
}

Result<Transaction> Transaction::begin(Database& database) {
  auto begun = database.run("BEGIN IMMEDIATE");
  return begun ? Result<Transaction>(Transaction(database)) : fail(begun.error());
}

Transaction::~Transaction() {
  if (database_ != nullptr) {
    std::ignore = database_->run("ROLLBACK");
  }
}

Status Transaction::commit() {
  auto done = database_->run("COMMIT");
  if (done) {
    database_ = nullptr;
  }
  return done;
}

}  // namespace vedette::state
