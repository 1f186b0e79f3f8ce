// SPDX-License-Identifier: Apache-2.0
// temporal and temporal_ordered correlations: what they are, and what they remember.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules/document.h"
#include "rules/fields.h"

namespace vedette::rules {

// Groups one correlation remembers at most; the one untouched for longest gives way.
inline constexpr size_t kMaxGroups = 4096;

struct Correlation {
  CorrelationType type = CorrelationType::kTemporal;
  size_t info = 0;
  uint64_t timespan_ns = 0;
  struct Stage {
    size_t detection = 0;
    std::vector<Field> keys;  // the fields of group-by in events of this stage
  };
  std::vector<Stage> stages;
};

// Events that correlations still need, by the number of their uses.
class HeldEvents {
 public:
  void hold(const std::vector<uint64_t>& events);
  void release(const std::vector<uint64_t>& events);
  [[nodiscard]] bool holds(uint64_t event) const { return uses_.contains(event); }

 private:
  std::unordered_map<uint64_t, uint32_t> uses_;
};

class CorrelationState {
 public:
  CorrelationState(const Correlation& correlation, HeldEvents& held) : correlation_(&correlation), held_(&held) {}

  // Forgets groups nothing happened to within the timespan.
  void expire(uint64_t now_ns);
  // The record matched these stages, ascending. The ids of the events that complete the correlation, oldest first,
  // or nothing; a group that completes starts afresh.
  std::vector<uint64_t> add(const std::vector<size_t>& stages, const Record& record, uint64_t event);
  [[nodiscard]] uint64_t evicted() const { return evicted_; }

 private:
  struct Chain {
    uint64_t first_ns = 0;
    uint64_t last_ns = 0;
    std::vector<uint64_t> events;
  };
  // Ordered: chains[i] is the chain of stages 0 to i that began last. Else: the last event of stage i.
  struct Group {
    std::string key;
    uint64_t touched_ns = 0;
    std::vector<Chain> chains;
  };
  using Groups = std::list<Group>;

  [[nodiscard]] std::string key_of(size_t stage, const Record& record) const;
  Group& group(const std::string& key, uint64_t now_ns);
  void forget(Groups::iterator group);
  void prune(Group& group, uint64_t now_ns);
  void replace(Chain& chain, Chain with);
  bool extend(Group& group, size_t stage, uint64_t now_ns, uint64_t event);
  [[nodiscard]] std::vector<uint64_t> completed(const Group& group) const;

  const Correlation* correlation_;
  HeldEvents* held_;
  Groups groups_;  // longest untouched first
  std::unordered_map<std::string_view, Groups::iterator> by_key_;
  uint64_t evicted_ = 0;
};

}  // namespace vedette::rules
