// SPDX-License-Identifier: Apache-2.0
#include "rules/evidence.h"

#include <algorithm>

namespace vedette::rules {
namespace {

constexpr size_t kHalf = kMaxNamedEvents / 2;

}  // namespace

std::vector<EventRef> named_events(std::vector<EventRef> events) {
  std::ranges::sort(events);
  auto same = std::ranges::unique(events);
  events.erase(same.begin(), same.end());
  if (events.size() > kMaxNamedEvents) {
    events.erase(events.begin() + kHalf, events.end() - kHalf);
  }
  return events;
}

void Evidence::add(Entry entry) {
  EventRef event{entry.time_ns, entry.event};
  count_ += event == last_ ? 0 : entry.count;
  last_ = event;
  for (auto& [name, value] : entry.carried) {
    carried_[name] = std::move(value);
  }
  if (oldest_.size() < kHalf) {
    oldest_.push_back(std::move(entry.events));
    return;
  }
  newest_.push_back(std::move(entry.events));
  if (newest_.size() > kHalf) {
    newest_.pop_front();
  }
}

Found Evidence::found() const {
  std::vector<EventRef> events;
  for (const Holding& one : oldest_) {
    events.insert(events.end(), one.events().begin(), one.events().end());
  }
  for (const Holding& one : newest_) {
    events.insert(events.end(), one.events().begin(), one.events().end());
  }
  return {0, named_events(std::move(events)), count_, carried_};
}

}  // namespace vedette::rules
