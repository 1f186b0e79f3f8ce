// SPDX-License-Identifier: Apache-2.0
#include "rules/sliding_state.h"

#include <algorithm>

#include "rules/evidence.h"

namespace vedette::rules {
namespace {

EventRef event_of(const Entry& entry) { return {entry.time_ns, entry.event}; }

}  // namespace

void SlidingState::add(const std::string& key, Entry entry, std::vector<Found>& found) {
  if (over(entry.time_ns, settled_ns_)) {
    ++losses_.late;
    return;
  }
  Group& touched = group(key, entry.time_ns);
  if (event_of(entry) <= touched.used_up) {
    ++losses_.late;
    return;
  }
  insert(touched, std::move(entry));
  if (touched.fired.size() > touched.told) {
    touched.told = touched.fired.size();
    found.push_back(tell(touched, touched.fired.back()));
    await_settling(touched);
  }
  keep_small(touched);
}

void SlidingState::settle(uint64_t before_ns, std::vector<Found>& /*found*/) {
  settled_ns_ = before_ns;
  while (!unsettled_.empty() && unsettled_.front().first < before_ns) {
    settle_first(before_ns);
  }
  while (!groups_.empty() && over(groups_.front().touched_ns, before_ns)) {
    forget(groups_.begin());
  }
}

void SlidingState::await_settling(const Group& group) {
  if (group.fired.size() == 1) {
    unsettled_.emplace_back(group.at(group.fired.front().end).time_ns, group.key);
  }
  if (unsettled_.size() > kMaxGroups) {
    settle_first(unsettled_.front().first + 1);
  }
}

void SlidingState::settle_first(uint64_t before_ns) {
  auto [time_ns, key] = std::move(unsettled_.front());
  unsettled_.pop_front();
  auto known = by_key_.find(key);
  if (known == by_key_.end()) {
    return;
  }
  Group& fired = *known->second;
  settle(fired, before_ns);
  if (!fired.fired.empty()) {
    unsettled_.emplace_back(fired.at(fired.fired.front().end).time_ns, std::move(key));
  }
}

SlidingState::Group& SlidingState::group(const std::string& key, uint64_t now_ns) {
  auto found = by_key_.find(key);
  if (found == by_key_.end()) {
    return fresh(key, now_ns);
  }
  groups_.splice(groups_.end(), groups_, found->second);
  groups_.back().touched_ns = std::max(groups_.back().touched_ns, now_ns);
  settle(groups_.back(), settled_ns_);
  return groups_.back();
}

SlidingState::Group& SlidingState::fresh(const std::string& key, uint64_t now_ns) {
  if (groups_.size() == kMaxGroups) {
    forget(groups_.begin());
    ++losses_.evicted;
  }
  Group& group = groups_.emplace_back();
  group.key = key;
  group.touched_ns = now_ns;
  group.measure = make_measure(correlation());
  by_key_.emplace(group.key, std::prev(groups_.end()));
  return group;
}

void SlidingState::forget(Groups::iterator group) {
  entries_ -= group->entries.size();
  by_key_.erase(group->key);
  groups_.erase(group);
}

void SlidingState::insert(Group& group, Entry entry) {
  auto after = std::ranges::upper_bound(group.entries, entry.order(), {}, &Entry::order);
  bool newest = after == group.entries.end();
  group.entries.insert(after, std::move(entry));
  ++entries_;
  if (newest) {
    step(group, group.entries.size() - 1);
    let_go_of_the_middle(group);
  } else {
    replay(group);
  }
}

// The window ends with the entry at that position.
void SlidingState::step(Group& group, size_t position) {
  const Entry& entry = group.entries[position];
  if (!group.fired.empty() && event_of(group.at(group.fired.back().end)) == event_of(entry)) {
    group.fired.back().end = group.dropped + position;
    group.begin = position + 1;
    return;
  }
  while (over(group.entries[group.begin].time_ns, entry.time_ns)) {
    group.measure->remove(group.entries[group.begin++]);
  }
  group.measure->add(entry);
  uint64_t span_ns = correlation().timespan_ns;
  double value = group.measure->value(entry.time_ns > span_ns ? entry.time_ns - span_ns : 0);
  if (correlation().threshold.holds(value)) {
    std::vector<size_t> named = group.measure->named(group.entries, group.begin, position);
    std::ranges::for_each(named, [&](size_t& one) { one += group.dropped; });
    group.fired.push_back({group.dropped + position, std::move(named)});
    group.measure->clear();
    group.begin = position + 1;
  }
}

void SlidingState::replay(Group& group) {
  group.fired.clear();
  group.measure->clear();
  group.begin = 0;
  for (size_t i = 0; i < group.entries.size(); ++i) {
    step(group, i);
  }
}

// What nothing that comes in time can change is final.
void SlidingState::settle(Group& group, uint64_t before_ns) {
  while (!group.fired.empty() && group.at(group.fired.front().end).time_ns < before_ns) {
    drop(group, group.used());
  }
  if (!group.fired.empty()) {
    return;
  }
  size_t old = 0;
  while (old < group.entries.size() && over(group.entries[old].time_ns, before_ns)) {
    if (old >= group.begin) {
      group.measure->remove(group.entries[old]);
    }
    ++old;
  }
  drop(group, old);
  group.told = group.entries.empty() || group.entries.back().time_ns < before_ns ? 0 : group.told;
}

// Of the oldest: those a firing used up, or some that none did.
void SlidingState::drop(Group& group, size_t count) {
  if (!group.fired.empty()) {
    group.used_up = event_of(group.at(group.fired.front().end));
    group.fired.pop_front();
    group.told -= std::min<size_t>(group.told, 1);
  }
  group.entries.erase(group.entries.begin(), group.entries.begin() + static_cast<ptrdiff_t>(count));
  group.begin -= std::min(group.begin, count);
  group.dropped += count;
  entries_ -= count;
}

// Many events are many to remember: of a count the oldest and the newest are named.
void SlidingState::let_go_of_the_middle(Group& group) {
  constexpr size_t kHalf = kMaxNamedEvents / 2;
  size_t size = group.entries.size();
  if (!group.measure->names_all() && size > kMaxNamedEvents && size - 1 - kHalf >= group.begin + kHalf) {
    group.entries[size - 1 - kHalf].events.clear();
  }
}

void SlidingState::keep_small(Group& group) {
  if (group.entries.size() >= group.thin_at) {
    auto settled = std::ranges::lower_bound(group.entries, settled_ns_, {}, &Entry::time_ns);
    thin(group, static_cast<size_t>(settled - group.entries.begin()), false);
    group.thin_at = std::max(kFewEntries, 2 * group.entries.size());
  }
  if (group.entries.size() > kMaxGroupEntries || (entries_ > kMaxEntries && group.entries.size() > group.crowd_at)) {
    while (!group.fired.empty()) {
      drop(group, group.used());
    }
    thin(group, group.entries.size(), true);
    group.crowd_at = std::max(kFewEntries, 2 * group.entries.size());
  }
  while (entries_ > kMaxEntries) {
    forget(groups_.begin());
    ++losses_.evicted;
  }
}

void SlidingState::thin(Group& group, size_t end, bool force) {
  size_t before = group.entries.size();
  if (end <= group.begin || !group.fired.empty()) {
    return;
  }
  losses_.thinned += group.measure->thin(group.entries, group.begin, end, force);
  entries_ -= before - group.entries.size();
  if (before != group.entries.size()) {
    replay(group);
  }
}

Found SlidingState::tell(const Group& group, const Firing& firing) const {
  Found found;
  found.time_ns = group.at(firing.end).time_ns;
  EventRef last;
  for (size_t place : firing.named) {
    const Entry& entry = group.at(place);
    const auto& events = entry.events.events();
    found.events.insert(found.events.end(), events.begin(), events.end());
    found.count += event_of(entry) == last ? 0 : entry.count;
    last = event_of(entry);
    for (const auto& [name, value] : entry.carried) {
      found.carried[name] = value;
    }
  }
  found.events = named_events(std::move(found.events));
  return found;
}

}  // namespace vedette::rules
