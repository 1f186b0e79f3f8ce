// SPDX-License-Identifier: Apache-2.0
#include "rules/correlation.h"

#include <algorithm>

namespace vedette::rules {
namespace {

bool older(uint64_t then_ns, uint64_t now_ns, uint64_t span_ns) {
  return now_ns > then_ns && now_ns - then_ns > span_ns;
}

}  // namespace

void HeldEvents::hold(const std::vector<uint64_t>& events) {
  for (uint64_t event : events) {
    ++uses_[event];
  }
}

void HeldEvents::release(const std::vector<uint64_t>& events) {
  for (uint64_t event : events) {
    auto found = uses_.find(event);
    if (found != uses_.end() && --found->second == 0) {
      uses_.erase(found);
    }
  }
}

void CorrelationState::expire(uint64_t now_ns) {
  while (!groups_.empty() && older(groups_.front().touched_ns, now_ns, correlation_->timespan_ns)) {
    forget(groups_.begin());
  }
}

std::vector<uint64_t> CorrelationState::add(const std::vector<size_t>& stages, const Record& record, uint64_t event) {
  // Last stage first: one event is one step of a chain.
  for (auto stage = stages.rbegin(); stage != stages.rend(); ++stage) {
    std::string key = key_of(*stage, record);
    if (key.empty() && !correlation_->stages[*stage].keys.empty()) {
      continue;
    }
    Group& touched = group(key, record.time_ns);
    if (extend(touched, *stage, record.time_ns, event)) {
      std::vector<uint64_t> events = completed(touched);
      forget(by_key_.find(touched.key)->second);
      return events;
    }
  }
  return {};
}

// Empty when a value is missing: nothing unknown is the same as another.
std::string CorrelationState::key_of(size_t stage, const Record& record) const {
  std::string key;
  for (Field field : correlation_->stages[stage].keys) {
    const auto& value = record.get(field);
    if (!value) {
      return "";
    }
    key += std::to_string(value->size()) + ":" + *value;
  }
  return key;
}

CorrelationState::Group& CorrelationState::group(const std::string& key, uint64_t now_ns) {
  auto found = by_key_.find(key);
  if (found != by_key_.end()) {
    groups_.splice(groups_.end(), groups_, found->second);
    groups_.back().touched_ns = std::max(groups_.back().touched_ns, now_ns);
    prune(groups_.back(), now_ns);
    return groups_.back();
  }
  if (groups_.size() == kMaxGroups) {
    forget(groups_.begin());
    ++evicted_;
  }
  groups_.push_back({key, now_ns, std::vector<Chain>(correlation_->stages.size())});
  by_key_.emplace(groups_.back().key, std::prev(groups_.end()));
  return groups_.back();
}

void CorrelationState::forget(Groups::iterator group) {
  for (Chain& chain : group->chains) {
    held_->release(chain.events);
  }
  by_key_.erase(group->key);
  groups_.erase(group);
}

void CorrelationState::prune(Group& group, uint64_t now_ns) {
  for (Chain& chain : group.chains) {
    if (!chain.events.empty() && older(chain.first_ns, now_ns, correlation_->timespan_ns)) {
      replace(chain, {});
    }
  }
}

void CorrelationState::replace(Chain& chain, Chain with) {
  held_->hold(with.events);
  held_->release(chain.events);
  chain = std::move(with);
}

bool CorrelationState::extend(Group& group, size_t stage, uint64_t now_ns, uint64_t event) {
  Chain chain{now_ns, now_ns, {event}};
  if (correlation_->type == CorrelationType::kTemporalOrdered && stage > 0) {
    const Chain& before = group.chains[stage - 1];
    if (before.events.empty() || before.last_ns > now_ns) {
      return false;
    }
    chain.first_ns = before.first_ns;
    chain.events = before.events;
    chain.events.push_back(event);
  }
  if (group.chains[stage].events.empty() || chain.first_ns >= group.chains[stage].first_ns) {
    replace(group.chains[stage], std::move(chain));
  }
  return !completed(group).empty();
}

std::vector<uint64_t> CorrelationState::completed(const Group& group) const {
  if (correlation_->type == CorrelationType::kTemporalOrdered) {
    return group.chains.back().events;
  }
  std::vector<Chain> parts = group.chains;
  if (std::any_of(parts.begin(), parts.end(), [](const Chain& part) { return part.events.empty(); })) {
    return {};
  }
  std::stable_sort(parts.begin(), parts.end(), [](const Chain& a, const Chain& b) { return a.last_ns < b.last_ns; });
  std::vector<uint64_t> events(parts.size());
  std::transform(parts.begin(), parts.end(), events.begin(), [](const Chain& part) { return part.events[0]; });
  events.erase(std::unique(events.begin(), events.end()), events.end());
  return events;
}

}  // namespace vedette::rules
