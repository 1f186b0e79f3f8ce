// SPDX-License-Identifier: Apache-2.0
#include "rules/window_state.h"

#include <algorithm>
#include <limits>

namespace vedette::rules {

void WindowState::add(const std::string& group, Entry entry, std::vector<Found>& found) {
  if (entry.time_ns < settled_ns_) {
    take_late(group, std::move(entry));
    return;
  }
  auto place = entry.order();
  waiting_.emplace(place, std::pair(group, std::move(entry)));
  if (waiting_.size() > kMaxEntries) {
    take_first(found);
  }
}

void WindowState::settle(uint64_t before_ns, std::vector<Found>& found) {
  while (!waiting_.empty() && std::get<0>(waiting_.begin()->first) < before_ns) {
    take_first(found);
  }
  settled_ns_ = std::max(settled_ns_, before_ns);
  close_before(before_ns, found);
}

void WindowState::take_first(std::vector<Found>& found) {
  auto [group, entry] = std::move(waiting_.extract(waiting_.begin()).mapped());
  settled_ns_ = std::max(settled_ns_, entry.time_ns);
  close_before(entry.time_ns, found);
  take(group, std::move(entry));
}

void WindowState::take(const std::string& group, Entry entry) {
  auto known = by_group_.find(group);
  count(known != by_group_.end() ? *known->second : open(group, entry.time_ns), std::move(entry));
  while (size_ > kMaxEntries) {
    forget_first();
    ++losses_.evicted;
  }
}

void WindowState::take_late(const std::string& group, Entry entry) {
  auto known = by_group_.find(group);
  if (known != by_group_.end() && entry.time_ns >= known->second->begin_ns) {
    count(*known->second, std::move(entry));
  } else {
    ++losses_.late;
  }
}

void WindowState::count(Window& window, Entry entry) {
  size_ -= window.tally->size();
  losses_.thinned += window.tally->add(std::move(entry));
  size_ += window.tally->size();
}

WindowState::Window& WindowState::open(const std::string& group, uint64_t begin_ns) {
  if (windows_.size() == kMaxGroups) {
    forget_first();
    ++losses_.evicted;
  }
  windows_.push_back({group, begin_ns, make_tally(correlation())});
  size_ += windows_.back().tally->size();
  by_group_.emplace(windows_.back().group, std::prev(windows_.end()));
  return windows_.back();
}

void WindowState::close_before(uint64_t now_ns, std::vector<Found>& found) {
  while (!windows_.empty() && over(windows_.front().begin_ns, now_ns)) {
    for (Found& one : windows_.front().tally->judge(correlation().threshold)) {
      one.time_ns = windows_.front().begin_ns + correlation().timespan_ns;
      found.push_back(std::move(one));
    }
    forget_first();
  }
}

void WindowState::forget_first() {
  size_ -= windows_.front().tally->size();
  by_group_.erase(windows_.front().group);
  windows_.pop_front();
}

}  // namespace vedette::rules
