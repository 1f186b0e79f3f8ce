// SPDX-License-Identifier: Apache-2.0
// When to log a loss: at once, and of a flood a sum now and then. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace vedette::commands {

class LossLog {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds kInterval{10};

  // How many to tell of now, those before that were not told included; 0: later.
  uint64_t due(const std::string& output, const std::string& reason, uint64_t count, Clock::time_point now);

 private:
  struct Untold {
    uint64_t count = 0;
    Clock::time_point next;
  };
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Untold> untold_;
};

}  // namespace vedette::commands
