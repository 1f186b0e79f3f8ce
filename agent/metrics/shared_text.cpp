// SPDX-License-Identifier: Apache-2.0
#include "metrics/shared_text.h"

#include <utility>

namespace vedette::metrics {

SharedText::SharedText(std::function<std::string()> make, std::chrono::milliseconds interval)
    : make_(std::move(make)), interval_(interval) {}

SharedText::Text SharedText::get() {
  std::unique_lock lock(mutex_);
  const uint64_t wanted = begun_ + 1;
  while (made_ < wanted) {
    if (making_) {
      changed_.wait(lock);
    } else {
      make_one(lock);
    }
  }
  return text_;
}

// Who asks while this waits for the interval to pass is served by it, too.
void SharedText::make_one(std::unique_lock<std::mutex>& lock) {
  making_ = true;
  while (Clock::now() < next_) {
    changed_.wait_until(lock, next_);
  }
  next_ = Clock::now() + interval_;
  ++begun_;
  lock.unlock();
  auto text = std::make_shared<const std::string>(make_());
  lock.lock();
  text_ = std::move(text);
  made_ = begun_;
  making_ = false;
  changed_.notify_all();
}

}  // namespace vedette::metrics
