// SPDX-License-Identifier: Apache-2.0
#include "output/recorder.h"

#include <chrono>
#include <utility>

namespace vedette::output {
namespace {

constexpr std::chrono::milliseconds kSaveInterval{500};  // of positions, and of what could not be saved before
constexpr uint64_t kTrimIntervalNs = 10'000'000'000;
constexpr size_t kMostActions = 16;

uint64_t wall_ns() {
  auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(since_epoch).count());
}

}  // namespace

void Recorder::run() {
  while (work()) {
    trim_sometimes();
  }
}

// False: stopping, and all is done.
bool Recorder::work() {
  std::vector<Alert> alerts;
  std::vector<Action> actions;
  bool last = false;
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kSaveInterval, [this] { return stopping_ || !queue_.empty() || !actions_.empty(); });
    alerts.swap(queue_);
    queued_bytes_ = 0;
    actions.swap(actions_);
    last = stopping_;
  }
  if (!alerts.empty()) {
    log_.append(std::move(alerts));
  }
  log_.save();
  for (const Action& action : actions) {
    log_.with_store(action);
  }
  return !last;
}

void Recorder::trim_sometimes() {
  uint64_t now = wall_ns();
  if (now >= next_trim_ || next_trim_ - now > kTrimIntervalNs) {
    next_trim_ = log_.trim(now) ? now : now + kTrimIntervalNs;
  }
}

void Recorder::stop() {
  std::scoped_lock lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

bool Recorder::push(Alert alert) {
  std::scoped_lock lock(mutex_);
  if (stopping_ || queue_.size() >= capacity_ || queued_bytes_ >= capacity_bytes_) {
    return false;
  }
  queued_bytes_ += footprint(alert);
  queue_.push_back(std::move(alert));
  changed_.notify_all();
  return true;
}

void Recorder::with_state(Action action) {
  std::scoped_lock lock(mutex_);
  if (actions_.size() < kMostActions) {
    actions_.push_back(std::move(action));
    changed_.notify_all();
  }
}

size_t Recorder::length() const {
  std::scoped_lock lock(mutex_);
  return queue_.size();
}

}  // namespace vedette::output
