// SPDX-License-Identifier: Apache-2.0
// The state file: alerts, how far each output has delivered them, servers seen. Losing it loses history, not function.
// Not thread-safe. Times are nanoseconds since the Unix epoch.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "event/alert.h"
#include "state/database.h"

namespace vedette::state {

struct StoredAlert {
  int64_t seq = 0;  // from 1, in the order they were raised
  uint64_t time = 0;
  Level level = Level::kMedium;
  std::string rule_id;
  std::string rule;    // its title
  std::string server;  // "" none
  std::string body;    // vedette.alert/1
};

struct StoredServer {
  std::string name;
  std::string client;  // "" unknown
  std::string command;
  std::vector<std::string> evidence;
  uint32_t pid = 0;  // root of its tree, when it was seen last
  uint64_t first_seen = 0;
  uint64_t last_seen = 0;
};

// What of the alerts is asked for; what is not given is not asked.
struct Query {
  int64_t after = 0;  // seq
  uint64_t since = 0;
  std::optional<uint64_t> until;
  Level at_least = Level::kInformational;
  std::string rule;    // id, or title with * and ?
  std::string server;  // name with * and ?
  size_t limit = 1000;
  size_t limit_bytes = SIZE_MAX;  // of their bodies: none more once they have so many
};

struct Retention {
  uint64_t age_ns = 0;      // 0: forever
  uint64_t size_bytes = 0;  // of the file; 0: any
};

class Store {
 public:
  // Opens the file for its writer, makes it when it is not there, brings it to the present form. A file that is
  // corrupt, or newer, is moved to FILE.set-aside-TIME with its companions, and set_aside() says so; of those the
  // newest three are kept.
  static Result<Store> open(const std::string& path);
  // Beside a writer, for readers. An error when it is not there or not of the present form.
  static Result<Store> open_reader(const std::string& path);

  // Where a bad file was put and why; "" none was.
  [[nodiscard]] const std::string& set_aside() const { return set_aside_; }
  // Whether the last failure says that the file is corrupt: it is to be closed and opened anew.
  [[nodiscard]] bool corrupt() const { return database_.corrupt(); }

  // All or none.
  Status append(std::span<const StoredAlert> alerts);
  // Oldest first.
  Result<std::vector<StoredAlert>> alerts(const Query& query);
  // The newest seq ever given, also of alerts that are gone; 0 none.
  Result<int64_t> last_seq();
  // The oldest seq that is still there; 0 none.
  Result<int64_t> first_seq();
  // Alerts of this level or above with after < seq <= through.
  Result<uint64_t> count(int64_t after, int64_t through, Level at_least);

  // How far an output has come; nullopt: never seen.
  Result<std::optional<int64_t>> position(const std::string& output);
  Status set_position(const std::string& output, int64_t seq);
  // Forgets all outputs but these.
  Status keep_positions(std::span<const std::string> outputs);

  // Adds those not known, brings the others up to date.
  Status seen(std::span<const StoredServer> servers);
  // By the time they were last seen, newest first.
  Result<std::vector<StoredServer>> servers();

  // Up to which seq retention would not keep them; 0 none. Of many only the oldest, so that removing them takes no
  // longer than some milliseconds; then there are more.
  Result<int64_t> outdated(const Retention& retention, uint64_t now);
  // Removes alerts up to and with seq, and gives the room back to the file system.
  Status remove_through(int64_t seq);
  // Removes servers not seen since.
  Status forget_servers(uint64_t since);

 private:
  Store(Database database, std::string set_aside) : database_(std::move(database)), set_aside_(std::move(set_aside)) {}

  Result<int64_t> oversized(uint64_t size_bytes);

  Database database_;
  std::string set_aside_;
};

}  // namespace vedette::state
