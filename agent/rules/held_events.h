// SPDX-License-Identifier: Apache-2.0
// Events that correlations may still name.
#pragma once

#include <compare>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vedette::rules {

// An event by its caller's name and its time.
struct EventRef {
  uint64_t time_ns = 0;
  uint64_t id = 0;

  auto operator<=>(const EventRef&) const = default;
};

// The number of uses of each. Outlives every Holding of it.
class HeldEvents {
 public:
  void hold(uint64_t event) { ++uses_[event]; }
  void release(uint64_t event) {
    auto found = uses_.find(event);
    if (found != uses_.end() && --found->second == 0) {
      uses_.erase(found);
    }
  }
  [[nodiscard]] bool holds(uint64_t event) const { return uses_.contains(event); }
  [[nodiscard]] size_t size() const { return uses_.size(); }

 private:
  std::unordered_map<uint64_t, uint32_t> uses_;
};

// Holds events while it lives.
class Holding {
 public:
  Holding() = default;
  Holding(HeldEvents& held, std::vector<EventRef> events) : held_(&held), events_(std::move(events)) {
    for (const EventRef& event : events_) {
      held_->hold(event.id);
    }
  }
  ~Holding() { clear(); }
  Holding(const Holding&) = delete;
  Holding& operator=(const Holding&) = delete;
  Holding(Holding&& other) noexcept : held_(other.held_), events_(std::exchange(other.events_, {})) {}
  Holding& operator=(Holding&& other) noexcept {
    std::swap(held_, other.held_);
    std::swap(events_, other.events_);
    return *this;
  }

  void clear() {
    for (const EventRef& event : events_) {
      held_->release(event.id);
    }
    events_.clear();
  }
  [[nodiscard]] const std::vector<EventRef>& events() const { return events_; }

 private:
  HeldEvents* held_ = nullptr;
  std::vector<EventRef> events_;
};

}  // namespace vedette::rules
