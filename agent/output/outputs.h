// SPDX-License-Identifier: Apache-2.0
// All outputs behind one bounded queue: a thread brings alerts into the log and the state file, one more a sink from
// there to it. A slow or dead sink slows neither detection nor the other sinks.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "event/alert.h"
#include "output/alert_log.h"
#include "output/observer.h"
#include "output/sink.h"

namespace vedette::output {

struct Output {
  Reader reader;  // its name is the output's, and unique
  std::unique_ptr<Sink> sink;
};

// Alerts that had not arrived when the outputs were stopped, counted once an output.
struct Undelivered {
  uint64_t kept = 0;  // in the state file, for the next run
  uint64_t lost = 0;
};

class Outputs {
 public:
  struct Settings {
    std::string state_file;
    size_t queue = 10'000;  // alerts
    size_t queue_bytes = 64'000'000;
    LogLimits limits;
  };

  // Opens the state file, if it can be.
  Outputs(std::vector<Output> outputs, const Settings& settings, Observer observer);
  ~Outputs();  // stop(5000)
  Outputs(const Outputs&) = delete;
  Outputs& operator=(const Outputs&) = delete;

  // Never blocks. false: the queue is full (or stopped) and the alert is lost; the caller counts it.
  bool push(Alert alert);
  // Does something with the state file, soon, on the thread that writes it. Dropped when the file is not open.
  void with_state(std::function<Status(state::Store&)> action);
  // Alerts waiting, of the output with the most.
  [[nodiscard]] uint64_t length() const;
  void reopen();

  // Delivers what is there to the sinks that take it, saves the rest and ends the threads; gives up on what is stuck
  // after `milliseconds`. Called again: the same answer.
  Undelivered stop(int milliseconds);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace vedette::output
