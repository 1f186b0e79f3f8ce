// SPDX-License-Identifier: Apache-2.0
// Sinks behind one bounded queue, served by a thread of their own: a slow or dead sink never slows detection.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "event/alert.h"
#include "output/sink.h"

namespace vedette::output {

struct NamedSink {
  std::string name;
  std::unique_ptr<Sink> sink;
};

// Called on the output thread, never after stop() has returned; must not block or call stop().
struct Observer {
  std::function<void(const std::string& sink)> delivered;
  std::function<void(const std::string& sink, const std::string& why)> failed;
};

class Dispatcher {
 public:
  Dispatcher(std::vector<NamedSink> sinks, size_t capacity, Observer observer);
  ~Dispatcher();  // stop(5000)
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  // Never blocks. false: the queue is full (or stopped) and the alert is lost; the caller counts it.
  bool push(Alert alert);
  // Alerts waiting.
  [[nodiscard]] size_t length() const;
  // Delivers what is queued, flushes and ends the thread; gives up on a stuck sink after `milliseconds`.
  // Returns the number of alerts given up; failed writes are the observer's to count. Called again: the same number.
  size_t stop(int milliseconds);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace vedette::output
