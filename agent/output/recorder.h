// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <vector>

#include "output/alert_log.h"

namespace vedette::output {

// Takes alerts from the detecting thread without ever making it wait, and keeps the log and its file. run() is the body
// of its thread, the rest may be called from others.
class Recorder {
 public:
  // Alerts and bytes that may wait to be put into the log.
  Recorder(AlertLog& log, size_t capacity, size_t capacity_bytes)
      : log_(log), capacity_(capacity), capacity_bytes_(capacity_bytes) {}

  void run();
  // What was pushed before is in the log and, if it can be, in the file, before run() returns.
  void stop();

  bool push(Alert alert);
  void with_state(std::function<Status(state::Store&)> action);
  [[nodiscard]] size_t length() const;

 private:
  using Action = std::function<Status(state::Store&)>;

  bool work();
  void trim_sometimes();

  AlertLog& log_;
  const size_t capacity_;
  const size_t capacity_bytes_;
  uint64_t next_trim_ = 0;  // nanoseconds since the epoch

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Alert> queue_;
  size_t queued_bytes_ = 0;
  std::vector<Action> actions_;
  bool stopping_ = false;
};

}  // namespace vedette::output
