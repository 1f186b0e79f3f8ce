// SPDX-License-Identifier: Apache-2.0
// Conditions that more events may end: judged of the window that began with the group's first event, once it closed.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "rules/correlation.h"
#include "rules/tally.h"

namespace vedette::rules {

class WindowState : public CorrelationState {
 public:
  explicit WindowState(const Correlation& correlation) : CorrelationState(correlation) {}

  void add(const std::string& group, Entry entry, std::vector<Found>& found) override;
  void settle(uint64_t before_ns, std::vector<Found>& found) override;

 private:
  struct Window {
    std::string group;
    uint64_t begin_ns = 0;
    std::unique_ptr<Tally> tally;
  };
  using Windows = std::list<Window>;
  using Waiting = std::multimap<decltype(Entry().order()), std::pair<std::string, Entry>>;

  void take_first(std::vector<Found>& found);
  void take(const std::string& group, Entry entry);
  void take_late(const std::string& group, Entry entry);
  void count(Window& window, Entry entry);
  Window& open(const std::string& group, uint64_t begin_ns);
  void close_before(uint64_t now_ns, std::vector<Found>& found);
  void forget_first();

  Waiting waiting_;  // events that others may still come before
  Windows windows_;  // in the order of their begin
  std::unordered_map<std::string_view, Windows::iterator> by_group_;
  uint64_t settled_ns_ = 0;
  size_t size_ = 0;  // of all tallies
};

}  // namespace vedette::rules
