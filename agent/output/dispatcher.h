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

namespace vedette::output {

class Sink {
 public:
  virtual ~Sink() = default;
  [[nodiscard]] virtual std::string name() const = 0;  // "stdout", "file"
  virtual Status write(const Alert& alert) = 0;        // may block
  virtual Status flush() = 0;
};

enum class StdoutFormat { kText, kColorText, kJson };
std::unique_ptr<Sink> stdout_sink(StdoutFormat format);
// Appends JSON lines; made with mode 0600, symbolic links are refused. A write that fails midway is taken back, or,
// where it cannot be, the next goes on a fresh line. A full disk is an error of write(), and the next write tries
// again. A path that was renamed or removed (log rotation) is opened anew.
Result<std::unique_ptr<Sink>> file_sink(const std::string& path);

// Called on the output thread, never after stop() has returned; must not block or call stop().
struct Observer {
  std::function<void(const std::string& sink)> delivered;
  std::function<void(const std::string& sink, const std::string& why)> failed;
};

class Dispatcher {
 public:
  Dispatcher(std::vector<std::unique_ptr<Sink>> sinks, size_t capacity, Observer observer);
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
