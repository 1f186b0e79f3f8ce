// SPDX-License-Identifier: Apache-2.0
#include "metrics/shared_text.h"

#include <utility>

namespace vedette::metrics {

SharedText::SharedText(std::function<std::string()> make, std::chrono::milliseconds interval)
    : make_(std::move(make)), interval_(interval), thread_([this] { run(); }) {}

SharedText::~SharedText() {
  {
    std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

SharedText::Text SharedText::get() {
  std::unique_lock lock(mutex_);
  const uint64_t number = begun_ + 1;
  asked_ = number;
  changed_.notify_all();
  changed_.wait(lock, [&] { return made_ >= number; });
  return text_;
}

// Who asks while it waits for the interval to pass is served by the same text.
void SharedText::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return wanted(); });
    if (stopping_) {
      return;
    }
    auto next = Clock::now() + interval_;
    ++begun_;
    lock.unlock();
    auto text = std::make_shared<const std::string>(make_());
    lock.lock();
    text_ = std::move(text);
    made_ = begun_;
    changed_.notify_all();
    changed_.wait_until(lock, next, [this] { return stopping_; });
  }
}

}  // namespace vedette::metrics
