// SPDX-License-Identifier: Apache-2.0
#include "state/schema.h"

#include <iterator>
#include <string>

namespace vedette::state {
namespace {

// The step from each version to the next. What has been released is never changed, only followed by another.
constexpr const char* kSteps[] = {
    // seq: the order of alerts, never used twice. level: 0 informational to 4 critical. time: nanoseconds since the
    // epoch. body: the alert, vedette.alert/1.
    R"(CREATE TABLE alerts (
         seq INTEGER PRIMARY KEY AUTOINCREMENT,
         time INTEGER NOT NULL,
         level INTEGER NOT NULL,
         rule_id TEXT NOT NULL,
         rule TEXT NOT NULL,
         server TEXT NOT NULL,
         body TEXT NOT NULL);
       CREATE INDEX alerts_time ON alerts (time);
       CREATE TABLE deliveries (
         output TEXT PRIMARY KEY,
         position INTEGER NOT NULL) WITHOUT ROWID;
       CREATE TABLE servers (
         name TEXT NOT NULL,
         client TEXT NOT NULL,
         command TEXT NOT NULL,
         evidence TEXT NOT NULL,
         pid INTEGER NOT NULL,
         first_seen INTEGER NOT NULL,
         last_seen INTEGER NOT NULL,
         PRIMARY KEY (name, client, command)) WITHOUT ROWID;)",
};
static_assert(std::size(kSteps) == kSchemaVersion);

}  // namespace

Status migrate(Database& database) {
  auto version = database.integer("PRAGMA user_version");
  if (!version) {
    return fail(version.error());
  }
  if (*version > kSchemaVersion) {
    return fail("its schema is version " + std::to_string(*version) + ", made by a newer Vedette; this one knows " +
                std::to_string(kSchemaVersion));
  }
  auto transaction = Transaction::begin(database);
  if (!transaction) {
    return fail(transaction.error());
  }
  for (auto step = static_cast<size_t>(*version); step < std::size(kSteps); ++step) {
    if (auto done = database.run(kSteps[step]); !done) {
      return done;
    }
  }
  if (auto done = database.run("PRAGMA user_version=" + std::to_string(kSchemaVersion)); !done) {
    return done;
  }
  return transaction->commit();
}

}  // namespace vedette::state
