// SPDX-License-Identifier: Apache-2.0
#include "rules/order_measure.h"

#include <algorithm>
#include <set>

namespace vedette::rules {
namespace {

template <typename Run>
uint64_t begin_of(const Run& run) {
  return std::get<0>(run.front());
}

}  // namespace

void OrderMeasure::clear() { runs_.assign(stages_, std::vector<Run>(stages_)); }

// The run of that length that ends before the stage and began last.
const OrderMeasure::Run* OrderMeasure::before(size_t stage, size_t length) const {
  const Run* best = nullptr;
  for (size_t i = 0; i < stage; ++i) {
    const Run& run = runs_[i][length - 1];
    if (!run.empty() && (best == nullptr || begin_of(run) > begin_of(*best))) {
      best = &run;
    }
  }
  return best;
}

void OrderMeasure::add(const Entry& entry) {
  for (size_t length = entry.stage + 1; length > 0; --length) {
    Run run;
    if (length > 1) {
      const Run* first = before(entry.stage, length - 1);
      if (first == nullptr) {
        continue;
      }
      run = *first;
    }
    run.push_back(entry.order());
    Run& known = runs_[entry.stage][length - 1];
    if (known.empty() || begin_of(run) >= begin_of(known)) {
      known = std::move(run);
    }
  }
}

double OrderMeasure::value(uint64_t since_ns) const {
  size_t longest = 0;
  for (const auto& of_stage : runs_) {
    for (const Run& run : of_stage) {
      longest = !run.empty() && begin_of(run) >= since_ns ? std::max(longest, run.size()) : longest;
    }
  }
  return static_cast<double>(longest);
}

std::vector<size_t> OrderMeasure::named(const Entries& entries, size_t begin, size_t end) const {
  const Run* best = nullptr;
  for (const auto& of_stage : runs_) {
    for (const Run& run : of_stage) {
      bool in_window = !run.empty() && begin_of(run) >= entries[begin].time_ns;
      bool better = in_window && (best == nullptr ||
                                  std::tuple(run.size(), begin_of(run)) > std::tuple(best->size(), begin_of(*best)));
      best = better ? &run : best;
    }
  }
  std::vector<size_t> places;
  for (size_t i = begin; best != nullptr && i <= end; ++i) {
    if (std::ranges::find(*best, entries[i].order()) != best->end()) {
      places.push_back(i);
    }
  }
  return places;
}

uint64_t OrderMeasure::thin(Entries& entries, size_t begin, size_t end, bool /*force*/) const {
  OrderMeasure until(stages_);
  for (size_t i = begin; i < end; ++i) {
    until.add(entries[i]);
  }
  std::set<Place> needed;
  for (const auto& of_stage : until.runs_) {
    for (const Run& run : of_stage) {
      needed.insert(run.begin(), run.end());
    }
  }
  size_t kept = begin;
  for (size_t i = begin; i < end; ++i) {
    if (needed.contains(entries[i].order())) {
      std::swap(entries[kept++], entries[i]);
    }
  }
  entries.erase(entries.begin() + static_cast<ptrdiff_t>(kept), entries.begin() + static_cast<ptrdiff_t>(end));
  return 0;
}

}  // namespace vedette::rules
