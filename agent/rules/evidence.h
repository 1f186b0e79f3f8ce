// SPDX-License-Identifier: Apache-2.0
// The events a match stands for, of which the oldest and the newest are named.
#pragma once

#include <deque>
#include <vector>

#include "rules/correlation.h"

namespace vedette::rules {

// Sorted by time, each once, at most kMaxNamedEvents: the oldest and the newest.
std::vector<EventRef> named_events(std::vector<EventRef> events);

// Of events that come in their order and are not kept themselves.
class Evidence {
 public:
  void add(Entry entry);
  [[nodiscard]] Found found() const;
  // Entries whose events it holds.
  [[nodiscard]] size_t size() const { return oldest_.size() + newest_.size(); }

 private:
  std::vector<Holding> oldest_;
  std::deque<Holding> newest_;
  uint64_t count_ = 0;
  EventRef last_;
  Carried carried_;
};

}  // namespace vedette::rules
