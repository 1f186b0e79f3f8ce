// SPDX-License-Identifier: Apache-2.0
// Alerts in the order they were raised: the newest in memory, and all of them in the state file, from which a slow
// output is served later, also after a restart. While the file cannot be written, memory alone serves. Thread-safe.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "event/alert.h"
#include "output/observer.h"
#include "state/store.h"

namespace vedette::output {

struct LogLimits {
  size_t recent = 1'000;    // alerts kept in memory besides the file
  size_t unsaved = 10'000;  // alerts kept in memory while the file cannot be written; then the oldest are lost
  // The same in bytes: an alert takes a few KB, and up to hundreds when command lines are made long on purpose.
  size_t recent_bytes = 32'000'000;
  size_t unsaved_bytes = 64'000'000;
  size_t batch_bytes = 1'000'000;  // of what is read, or written to the file, at once; one alert at least
  state::Retention retention;
};

struct Reader {
  std::string name;
  Level at_least = Level::kInformational;
  bool resumes = true;  // where it stopped in the last run; false: begins with what is raised from now on
  [[nodiscard]] bool concerns(const Alert& alert) const { return alert.rule.level >= at_least; }
};

// The next alerts for a reader, oldest first.
struct Batch {
  std::vector<Alert> alerts;
  std::vector<int64_t> seqs;  // of each
  int64_t through = 0;        // how far the reader has come when all of them are done
  uint64_t unreadable = 0;    // alerts of the file passed over, for they are none
};

class AlertLog {
 public:
  // `file`: of the state. A file that cannot be opened is tried again by save().
  AlertLog(std::string file, LogLimits limits, Observer observer);

  // All readers, before anything is appended. Returns their numbers, from 0.
  size_t add(Reader reader);

  // To memory, in no time; save() brings it to the file.
  void append(std::vector<Alert> alerts);

  // Writes what is unsaved, and how far the readers have come. May block on the disk.
  void save();
  // Removes some of what retention would not keep; what a reader still had to read of it is lost to it. True: there may
  // be more.
  bool trim(uint64_t now);
  // With the state file, if it is open; on an error the file is closed, to be opened by the next save().
  void with_store(const std::function<Status(state::Store&)>& action);

  // Waits until there is something for the reader, or until wake() was called: then the batch may be empty.
  Result<Batch> next(size_t reader, size_t limit);
  void done(size_t reader, int64_t through, size_t alerts);
  // What the reader was given and has not done, it is not going to do: it will be given again, or is lost.
  void let_go(size_t reader);
  void wake();

  // Whether the reader has read all there is.
  [[nodiscard]] bool at_end(size_t reader) const;
  // Alerts the reader has not read.
  [[nodiscard]] uint64_t waiting(size_t reader) const;
  // Of these, how many are not in the file, or not for a later run.
  [[nodiscard]] uint64_t not_kept(size_t reader) const;

 private:
  struct Entry {
    int64_t seq;
    std::shared_ptr<const Alert> alert;
    size_t bytes;
  };
  struct Progress {
    Reader reader;
    int64_t position = 0;  // the newest that is done
    int64_t saved = -1;    // what the file says
    uint64_t waiting = 0;
    std::vector<int64_t> held;  // what the reader was given and has not done
    int64_t given = 0;          // how far that goes
    int64_t gone = 0;           // up to here nothing can be given again
    std::string why;            // what it holds of that will be lost, unless it is done
    [[nodiscard]] int64_t front() const { return std::max({position, given, gone}); }
    [[nodiscard]] uint64_t held_through(int64_t seq) const;
  };

  // With store_mutex_ held.
  bool open();
  void begin(int64_t last);
  void begin_anew();
  void resume(Progress& progress, int64_t last);
  void save_alerts();
  void save_positions();
  void failed(const std::string& operation, const Error& why);
  void give_up_through(int64_t seq);
  Result<Batch> from_file(size_t reader, const Progress& progress, size_t limit);

  // With mutex_ held.
  [[nodiscard]] bool in_memory(int64_t after) const;
  [[nodiscard]] std::vector<Entry> some_unsaved() const;
  Batch from_memory(const Progress& progress, size_t limit) const;
  [[nodiscard]] bool beyond(size_t alerts, size_t bytes) const;
  void shorten();
  void drop_front();
  void drop_oldest();
  void give_up(Progress& progress, const std::string& reason, uint64_t alerts);
  void pass_over(Progress& progress, int64_t through, const std::string& reason);
  void settle(Progress& progress);
  void hold(size_t reader, const Batch& batch);

  const std::string file_;
  const LogLimits limits_;
  const Observer observer_;

  // Taken before mutex_.
  mutable std::mutex store_mutex_;
  std::unique_ptr<state::Store> store_;
  bool complained_ = false;  // since the file was last written

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Entry> entries_;  // the newest
  size_t bytes_ = 0;           // of them
  int64_t last_ = 0;           // the newest seq given
  int64_t saved_ = 0;          // the newest seq in the file
  std::vector<Progress> readers_;
  bool begun_ = false;  // the file has been open once: seqs go on from its last
  bool awake_ = false;
};

}  // namespace vedette::output
