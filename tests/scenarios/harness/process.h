// SPDX-License-Identifier: Apache-2.0
// A child with its three streams as pipes. Every wait has a deadline and throws when it passes; on a slow machine
// $VEDETTE_TIME_SCALE multiplies them all.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "harness/scratch.h"

namespace vedette::scenario {

using Arguments = std::vector<std::string>;

Duration scaled(Duration limit);

// Lines of a pipe, taken in by a thread as they come.
class LineReader {
 public:
  explicit LineReader(int fd);  // takes fd
  ~LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  using Lines = std::vector<std::string>;
  [[nodiscard]] Lines lines() const;
  [[nodiscard]] std::vector<Clock::time_point> times() const;  // when each line came
  // False when the time is over or the pipe has ended without it.
  bool wait(const std::function<bool(const Lines&)>& done, Duration limit) const;
  [[nodiscard]] bool wait_end(Duration limit) const;

 private:
  void read(int fd);

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  Lines lines_;
  std::vector<Clock::time_point> times_;
  bool ended_ = false;
  std::thread thread_;
};

struct Spawn {
  Arguments args;  // args[0] is looked for in PATH
  fs::path directory = "/";
  Arguments environment;  // NAME=value, beside the inherited
  bool closed_stdout = false;
};

class Process {
 public:
  explicit Process(const Spawn& spawn);
  ~Process();  // kills it if it still runs
  Process(Process&&) noexcept = default;
  Process& operator=(Process&&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] const LineReader& out() const { return *out_; }
  [[nodiscard]] const LineReader& err() const { return *err_; }
  void write(const std::string& text) const;
  void close_input();
  void signal(int number) const;
  [[nodiscard]] bool running();
  // The exit status, or 128 + signal as a shell says it.
  int wait(Duration limit);

 private:
  bool reap(int options);

  pid_t pid_ = -1;
  int input_ = -1;
  int status_ = -1;
  std::unique_ptr<LineReader> out_;
  std::unique_ptr<LineReader> err_;
};

struct Finished {
  int status = 0;
  std::string out;
  std::string err;
};
Finished run(const Spawn& spawn, Duration limit = 30s);

std::string join(const std::vector<std::string>& parts, std::string_view separator);

// Asks again until it holds; false when the time is over first.
bool eventually(const std::function<bool()>& holds, Duration limit);

}  // namespace vedette::scenario
