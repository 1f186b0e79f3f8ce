// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace vedette::metrics {

// One text for all who ask at the same time, so that many askers cost what one does. What get() returns was begun
// after it was called; it is begun at most once an interval, so a caller may wait two intervals. A thread of its own
// makes it: the C library keeps freed memory for each thread that took it.
class SharedText {
 public:
  using Text = std::shared_ptr<const std::string>;

  SharedText(std::function<std::string()> make, std::chrono::milliseconds interval);
  ~SharedText();  // nobody may be in get()
  SharedText(const SharedText&) = delete;
  SharedText& operator=(const SharedText&) = delete;

  Text get();

 private:
  using Clock = std::chrono::steady_clock;

  void run();
  [[nodiscard]] bool wanted() const { return stopping_ || asked_ > begun_; }

  const std::function<std::string()> make_;
  const std::chrono::milliseconds interval_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  uint64_t asked_ = 0;  // texts are numbered from 1
  uint64_t begun_ = 0;
  uint64_t made_ = 0;
  Text text_;
  std::thread thread_;
};

}  // namespace vedette::metrics
