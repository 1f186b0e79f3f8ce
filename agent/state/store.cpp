// SPDX-License-Identifier: Apache-2.0
#include "state/store.h"

#include <nlohmann/json.hpp>

#include "state/schema.h"
#include "state/set_aside.h"

namespace vedette::state {
namespace {

using Json = nlohmann::json;

constexpr const char* kAlertColumns = "SELECT seq, time, level, rule_id, rule, server, body FROM alerts ";

int64_t integer(uint64_t value) { return static_cast<int64_t>(value); }

// GLOB without its character classes: only * and ? mean more than themselves.
std::string glob(const std::string& pattern) {
  std::string result;
  for (char c : pattern) {
    result += c == '[' ? "[[]" : std::string(1, c);
  }
  return result.empty() ? "*" : result;
}

StoredAlert alert_of(const Statement& row) {
  return {.seq = row.integer(0),
          .time = static_cast<uint64_t>(row.integer(1)),
          .level = static_cast<Level>(row.integer(2)),
          .rule_id = row.text(3),
          .rule = row.text(4),
          .server = row.text(5),
          .body = row.text(6)};
}

std::vector<std::string> texts_of(const std::string& json) {
  std::vector<std::string> texts;
  for (const Json& item : Json::parse(json, nullptr, false)) {
    texts.push_back(item.is_string() ? item.get<std::string>() : "");
  }
  return texts;
}

std::string json_of(const std::vector<std::string>& texts) {
  return Json(texts).dump(-1, ' ', false, Json::error_handler_t::replace);
}

StoredServer server_of(const Statement& row) {
  return {.name = row.text(0),
          .client = row.text(1),
          .command = row.text(2),
          .evidence = texts_of(row.text(3)),
          .pid = static_cast<uint32_t>(row.integer(4)),
          .first_seen = static_cast<uint64_t>(row.integer(5)),
          .last_seen = static_cast<uint64_t>(row.integer(6))};
}

constexpr const char* kRemovedAtOnce = "2000";  // alerts

size_t weight(const StoredAlert& alert) { return alert.body.size(); }
size_t weight(const StoredServer& /*server*/) { return 0; }

// No more once they weigh `most`.
template <typename Row>
Result<std::vector<Row>> all(Statement& statement, Row (*of)(const Statement&), size_t most = SIZE_MAX) {
  std::vector<Row> rows;
  size_t sum = 0;
  auto row = statement.step();
  for (; row && *row; row = sum < most ? statement.step() : Result<bool>(false)) {
    rows.push_back(of(statement));
    sum += weight(rows.back());
  }
  return row ? Result<std::vector<Row>>(std::move(rows)) : fail(row.error());
}

// A database, or why there is none and whether the file is to blame.
struct Attempt {
  std::optional<Database> database;
  Error why;
  bool unusable = false;
};

Status check(Database& database) {
  auto statement = database.prepare("PRAGMA quick_check(1)");
  auto row = statement ? statement->step() : fail(statement.error());
  if (!row) {
    return fail(row.error());
  }
  std::string found = statement->text(0);
  return found == "ok" ? Status() : fail(found);
}

Attempt attempt(const std::string& path) {
  auto database = Database::open(path, Access::kWrite);
  if (!database) {
    return {{}, database.error()};
  }
  if (auto configured = database->configure(); !configured) {
    return {{}, configured.error(), database->corrupt()};
  }
  for (auto* step : {check, migrate}) {
    if (auto done = step(*database); !done) {
      bool busy_or_full = database->transient();
      return {{}, done.error(), !busy_or_full};
    }
  }
  return {std::move(*database), {}};
}

}  // namespace

Result<Store> Store::open(const std::string& path) {
  Attempt first = attempt(path);
  if (first.database) {
    return Store(std::move(*first.database), "");
  }
  if (!first.unusable) {
    return fail(first.why.context("cannot use " + path));
  }
  auto moved = state::set_aside(path);
  if (!moved) {
    return fail(moved.error());
  }
  Attempt second = attempt(path);
  if (!second.database) {
    return fail(second.why.context("cannot use " + path));
  }
  return Store(std::move(*second.database), path + " is set aside as " + *moved + ": " + first.why.message);
}

Result<Store> Store::open_reader(const std::string& path) {
  auto database = Database::open(path, Access::kRead);
  if (!database) {
    return fail(database.error());
  }
  auto version = database->integer("PRAGMA user_version");
  if (!version) {
    return fail(version.error().context("cannot read " + path));
  }
  if (*version != kSchemaVersion) {
    return fail("cannot read " + path + ": its schema is version " + std::to_string(*version) +
                ", this Vedette knows " + std::to_string(kSchemaVersion));
  }
  return Store(std::move(*database), "");
}

Status Store::append(std::span<const StoredAlert> alerts) {
  auto transaction = Transaction::begin(database_);
  if (!transaction) {
    return fail(transaction.error());
  }
  auto insert = database_.prepare(
      "INSERT INTO alerts (seq, time, level, rule_id, rule, server, body) VALUES (?, ?, ?, ?, ?, ?, ?)");
  if (!insert) {
    return fail(insert.error());
  }
  for (const StoredAlert& alert : alerts) {
    insert->bind(alert.seq).bind(integer(alert.time)).bind(static_cast<int64_t>(alert.level));
    insert->bind(alert.rule_id).bind(alert.rule).bind(alert.server).bind(alert.body);
    if (auto done = insert->run(); !done) {
      return done;
    }
  }
  return transaction->commit();
}

Result<std::vector<StoredAlert>> Store::alerts(const Query& query) {
  auto select = database_.prepare(std::string(kAlertColumns) +
                                  "WHERE seq > ? AND time >= ? AND time <= ? AND level >= ? AND (rule_id = ? OR rule "
                                  "GLOB ?) AND server GLOB ? ORDER BY seq LIMIT ?");
  if (!select) {
    return fail(select.error());
  }
  select->bind(query.after).bind(integer(query.since)).bind(integer(query.until.value_or(INT64_MAX)));
  select->bind(static_cast<int64_t>(query.at_least)).bind(query.rule).bind(glob(query.rule));
  select->bind(glob(query.server)).bind(integer(query.limit));
  return all<StoredAlert>(*select, alert_of, query.limit_bytes);
}

Result<int64_t> Store::last_seq() { return database_.integer("SELECT seq FROM sqlite_sequence WHERE name = 'alerts'"); }

Result<int64_t> Store::first_seq() { return database_.integer("SELECT coalesce(min(seq), 0) FROM alerts"); }

Result<uint64_t> Store::count(int64_t after, int64_t through, Level at_least) {
  auto select = database_.prepare("SELECT count(*) FROM alerts WHERE seq > ? AND seq <= ? AND level >= ?");
  if (!select) {
    return fail(select.error());
  }
  auto row = select->bind(after).bind(through).bind(static_cast<int64_t>(at_least)).step();
  return row ? Result<uint64_t>(static_cast<uint64_t>(select->integer(0))) : fail(row.error());
}

Result<std::optional<int64_t>> Store::position(const std::string& output) {
  auto select = database_.prepare("SELECT position FROM deliveries WHERE output = ?");
  if (!select) {
    return fail(select.error());
  }
  auto row = select->bind(output).step();
  if (!row) {
    return fail(row.error());
  }
  return *row ? std::optional(select->integer(0)) : std::nullopt;
}

Status Store::set_position(const std::string& output, int64_t seq) {
  auto insert = database_.prepare(
      "INSERT INTO deliveries (output, position) VALUES (?, ?) ON CONFLICT DO UPDATE SET position = excluded.position");
  return insert ? insert->bind(output).bind(seq).run() : fail(insert.error());
}

Status Store::keep_positions(std::span<const std::string> outputs) {
  auto remove = database_.prepare("DELETE FROM deliveries WHERE output NOT IN (SELECT value FROM json_each(?))");
  return remove ? remove->bind(json_of({outputs.begin(), outputs.end()})).run() : fail(remove.error());
}

Status Store::seen(std::span<const StoredServer> servers) {
  auto transaction = Transaction::begin(database_);
  if (!transaction) {
    return fail(transaction.error());
  }
  auto insert = database_.prepare(
      "INSERT INTO servers (name, client, command, evidence, pid, first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?) "
      "ON CONFLICT DO UPDATE SET evidence = excluded.evidence, pid = excluded.pid, last_seen = excluded.last_seen");
  if (!insert) {
    return fail(insert.error());
  }
  for (const StoredServer& server : servers) {
    insert->bind(server.name).bind(server.client).bind(server.command).bind(json_of(server.evidence));
    insert->bind(server.pid).bind(integer(server.first_seen)).bind(integer(server.last_seen));
    if (auto done = insert->run(); !done) {
      return done;
    }
  }
  return transaction->commit();
}

Result<std::vector<StoredServer>> Store::servers() {
  auto select = database_.prepare(
      "SELECT name, client, command, evidence, pid, first_seen, last_seen FROM servers ORDER BY last_seen DESC, name");
  return select ? all<StoredServer>(*select, server_of) : fail(select.error());
}

Result<int64_t> Store::outdated(const Retention& retention, uint64_t now) {
  int64_t seq = 0;
  if (retention.age_ns != 0 && now > retention.age_ns) {
    auto old =
        database_.integer("SELECT coalesce(max(seq), 0) FROM (SELECT seq FROM alerts WHERE time < " +
                          std::to_string(now - retention.age_ns) + " ORDER BY time LIMIT " + kRemovedAtOnce + ")");
    if (!old) {
      return old;
    }
    seq = *old;
  }
  auto large = oversized(retention.size_bytes);
  return large ? Result<int64_t>(std::max(seq, *large)) : large;
}

// A tenth of the alerts at most, the oldest, when the pages in use are more than the file may have.
Result<int64_t> Store::oversized(uint64_t size_bytes) {
  auto used = database_.integer(
      "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, "
      "pragma_page_size");
  if (!used || size_bytes == 0 || static_cast<uint64_t>(*used) <= size_bytes) {
    return used ? Result<int64_t>(0) : used;
  }
  return database_.integer(
      "SELECT coalesce(max(seq), 0) FROM (SELECT seq FROM alerts ORDER BY seq "
      "LIMIT 1 + min(" +
      std::string(kRemovedAtOnce) + ", (SELECT count(*) / 10 FROM alerts)))");
}

Status Store::remove_through(int64_t seq) {
  auto remove = database_.prepare("DELETE FROM alerts WHERE seq <= ?");
  if (auto done = remove ? remove->bind(seq).run() : fail(remove.error()); !done) {
    return done;
  }
  return database_.run("PRAGMA incremental_vacuum");
}

Status Store::forget_servers(uint64_t since) {
  auto remove = database_.prepare("DELETE FROM servers WHERE last_seen < ?");
  return remove ? remove->bind(integer(since)).run() : fail(remove.error());
}

}  // namespace vedette::state
