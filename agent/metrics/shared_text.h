// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace vedette::metrics {

// One text for all who ask at the same time, so that many askers cost what one does. What get() returns was begun
// after it was called; it is made by one caller at a time, and begun at most once an interval: a caller may wait two
// intervals.
class SharedText {
 public:
  using Text = std::shared_ptr<const std::string>;

  SharedText(std::function<std::string()> make, std::chrono::milliseconds interval);
  Text get();

 private:
  using Clock = std::chrono::steady_clock;

  void make_one(std::unique_lock<std::mutex>& lock);

  const std::function<std::string()> make_;
  const std::chrono::milliseconds interval_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool making_ = false;
  uint64_t begun_ = 0;
  uint64_t made_ = 0;  // the number of text_
  Clock::time_point next_;
  Text text_;
};

}  // namespace vedette::metrics
