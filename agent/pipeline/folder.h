// SPDX-License-Identifier: Apache-2.0
// The same rule, actor and target within the window is one alert with a count. The first is told at once; what follows
// is told in one more alert when the window closes, whose count is that of the rest.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "event/alert.h"

namespace vedette {

class Folder {
 public:
  void set_window(uint64_t window_ns) { window_ns_ = window_ns; }  // 0: no folding

  // The alerts to tell now; the oldest windows close early when there are too many, or what they hold is too large.
  // Times are those of events.
  std::vector<Alert> add(const std::string& key, Alert alert, uint64_t now_ns);
  // Those whose window closed.
  std::vector<Alert> advance(uint64_t now_ns);
  std::vector<Alert> finish();

 private:
  struct Open {
    std::string key;
    uint64_t since_ns = 0;
    std::optional<Alert> rest;
    size_t bytes = 0;  // of the rest
  };
  static constexpr size_t kLimit = 4096;
  static constexpr size_t kLimitBytes = 64'000'000;
  void add_to(Open& window, Alert alert);
  void close_oldest(std::vector<Alert>& closed);

  uint64_t window_ns_ = 0;
  std::list<Open> windows_;  // oldest first
  size_t bytes_ = 0;         // of them
  std::unordered_map<std::string, std::list<Open>::iterator> by_key_;
};

}  // namespace vedette
