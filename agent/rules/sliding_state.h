// SPDX-License-Identifier: Apache-2.0
// Conditions that only grow truer: told with the event that makes them hold.
#pragma once

#include <deque>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "rules/correlation.h"
#include "rules/measure.h"

namespace vedette::rules {

class SlidingState : public CorrelationState {
 public:
  explicit SlidingState(const Correlation& correlation) : CorrelationState(correlation) {}

  void add(const std::string& group, Entry entry, std::vector<Found>& found) override;
  void settle(uint64_t before_ns, std::vector<Found>& found) override;

 private:
  // What every group may keep without driving another out.
  static constexpr size_t kFewEntries = kMaxEntries / kMaxGroups;

  // Places of entries are counted from the group's first entry ever. Those up to `end` are used up.
  struct Firing {
    size_t end = 0;
    std::vector<size_t> named;
  };
  struct Group {
    std::string key;
    uint64_t touched_ns = 0;
    Entries entries;     // in their order
    size_t dropped = 0;  // place of the first
    size_t begin = 0;    // position of the first of the window that the newest ends
    std::unique_ptr<Measure> measure;
    std::deque<Firing> fired;  // in the order of entries
    size_t told = 0;           // of these; what came late may fire earlier, but not once more
    size_t thin_at = kFewEntries;
    size_t crowd_at = kFewEntries;
    EventRef used_up;  // the last event that no window may begin before

    [[nodiscard]] const Entry& at(size_t place) const { return entries[place - dropped]; }
    [[nodiscard]] size_t used() const { return fired.front().end + 1 - dropped; }
  };
  using Groups = std::list<Group>;

  Group& group(const std::string& key, uint64_t now_ns);
  Group& fresh(const std::string& key, uint64_t now_ns);
  void forget(Groups::iterator group);
  void insert(Group& group, Entry entry);
  void step(Group& group, size_t position);
  void replay(Group& group);
  void settle(Group& group, uint64_t before_ns);
  void await_settling(const Group& group);
  void settle_first(uint64_t before_ns);
  void drop(Group& group, size_t count);
  void let_go_of_the_middle(Group& group);
  void keep_small(Group& group);
  void thin(Group& group, size_t end, bool force);
  Found tell(const Group& group, const Firing& firing) const;

  Groups groups_;  // longest untouched first
  std::unordered_map<std::string_view, Groups::iterator> by_key_;
  std::deque<std::pair<uint64_t, std::string>> unsettled_;  // groups with firings, and when of the first
  uint64_t settled_ns_ = 0;
  size_t entries_ = 0;  // of all groups
};

}  // namespace vedette::rules
