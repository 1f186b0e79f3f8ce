// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>

#include "commands/gather.h"
#include "commands/state_dir.h"
#include "commands/time_point.h"
#include "output/format.h"
#include "output/json.h"
#include "state/store.h"

namespace vedette::commands {
namespace {

constexpr std::chrono::milliseconds kFollowInterval{200};

uint64_t wall_ns() {
  auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(since_epoch).count());
}

Level level_by_name(const std::string& wanted) {
  for (Level level : {Level::kLow, Level::kMedium, Level::kHigh, Level::kCritical}) {
    if (name(level) == wanted) {
      return level;
    }
  }
  return Level::kInformational;
}

Result<state::Query> query_of(const AlertFilter& wanted) {
  state::Query query{.at_least = level_by_name(wanted.level), .rule = wanted.rule, .server = wanted.server};
  if (!wanted.since.empty()) {
    auto since = parse_time(wanted.since, wall_ns());
    if (!since) {
      return fail(since.error().context("--since"));
    }
    query.since = *since;
  }
  if (!wanted.until.empty()) {
    auto until = parse_time(wanted.until, wall_ns());
    if (!until) {
      return fail(until.error().context("--until"));
    }
    query.until = *until;
  }
  return query;
}

// Follows the file also when another takes its place.
class History {
 public:
  explicit History(std::string path) : path_(std::move(path)) {}

  // Those after the last that were given.
  Result<std::vector<state::StoredAlert>> next(state::Query& query) {
    auto store = open(query);
    if (!store) {
      return fail(store.error());
    }
    auto found = (*store)->alerts(query);
    if (found && !found->empty()) {
      query.after = found->back().seq;
    }
    return found;
  }

 private:
  Result<state::Store*> open(state::Query& query) {
    struct stat status{};
    if (::stat(path_.c_str(), &status) != 0) {
      return fail("there is no state in " + path_ + " yet: has a monitor been running, with this --state?");
    }
    if (store_ && status.st_ino == inode_) {
      return &*store_;
    }
    query.after = 0;
    auto opened = state::Store::open_reader(path_);
    if (!opened) {
      return fail(opened.error());
    }
    inode_ = status.st_ino;
    return &store_.emplace(std::move(*opened));
  }

  const std::string path_;
  std::optional<state::Store> store_;
  ino_t inode_ = 0;
};

// False: nobody reads.
bool print(const state::StoredAlert& stored, bool json, bool color) {
  auto alert = json ? Result<Alert>(Alert()) : output::alert_from_json(stored.body);
  std::string line = json || !alert ? stored.body : output::to_text(*alert, color);
  return std::fprintf(stdout, "%s\n", line.c_str()) >= 0;
}

bool interrupted(const sigset_t& signals, std::chrono::milliseconds wait) {
  timespec time{.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(wait).count()};
  return ::sigtimedwait(&signals, nullptr, &time) > 0;
}

Status print_all(History& history, state::Query& query, const Options& options) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  bool color = ::isatty(STDOUT_FILENO) == 1;
  for (;;) {
    auto found = history.next(query);
    if (!found) {
      return fail(found.error());
    }
    for (const state::StoredAlert& alert : *found) {
      if (!print(alert, options.json, color)) {
        return {};
      }
    }
    bool more = found->size() == query.limit;
    if (!more && (std::fflush(stdout) != 0 || !options.alerts_wanted.follow)) {
      return {};
    }
    if (interrupted(signals, more ? std::chrono::milliseconds(0) : kFollowInterval)) {
      return {};
    }
  }
}

}  // namespace

int alerts(const Options& options) {
  auto settings = load_settings(options);
  if (!settings.errors.empty()) {
    commands::print(settings.errors);
    return kError;
  }
  auto query = query_of(options.alerts_wanted);
  if (!query) {
    std::fprintf(stderr, "vedette: %s\n", query.error().message.c_str());
    return kUsage;
  }
  ::signal(SIGPIPE, SIG_IGN);
  History history(state_file(settings.settings.state));
  if (auto done = print_all(history, *query, options); !done) {
    std::fprintf(stderr, "vedette: %s\n", done.error().message.c_str());
    return kError;
  }
  return kGood;
}

}  // namespace vedette::commands
