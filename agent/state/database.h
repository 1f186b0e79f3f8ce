// SPDX-License-Identifier: Apache-2.0
// A SQLite connection and its statements (https://sqlite.org/c3ref/intro.html). Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace vedette::state {

// A prepared statement; it has to be gone before its database is.
class Statement {
 public:
  // Parameters in their order, from the first.
  Statement& bind(int64_t value);
  Statement& bind(std::string_view text);

  // True: there is a row.
  Result<bool> step();
  // Until there is no row; then it can be bound anew.
  Status run();

  // Columns of the row, from 0. SQL's NULL is 0 and "".
  [[nodiscard]] int64_t integer(int column) const;
  [[nodiscard]] std::string text(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bound_ = 0;
  int failed_ = 0;  // the first failure of bind
};

enum class Access : uint8_t {
  kWrite,  // made with mode 0600 when it is not there
  kRead,   // beside a writer; the directory has to be writable all the same, for the shared index of the log
};

class Database {
 public:
  // Journal mode WAL: readers and the writer do not wait for each other, and what was committed survives the end of
  // the process; the newest of it may be lost with the power.
  static Result<Database> open(const std::string& path, Access access);

  // Of a writer, before anything else.
  Status configure();

  Result<Statement> prepare(std::string_view sql);
  // One or more statements, without parameters.
  Status run(const std::string& sql);
  // The single value of a query for one integer; 0 when it has no row.
  Result<int64_t> integer(std::string_view sql);

  // Whether the last failure says that the file is no sound database.
  [[nodiscard]] bool corrupt() const;
  // Whether the last failure may pass: no room, no permission, another writer.
  [[nodiscard]] bool transient() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit Database(sqlite3* database) : database_(database) {}
  [[nodiscard]] std::unexpected<Error> failure() const;

  std::unique_ptr<sqlite3, Close> database_;
};

// Rolled back unless committed.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  ~Transaction();
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  Status commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace vedette::state
