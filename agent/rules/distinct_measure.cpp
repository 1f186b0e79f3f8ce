// SPDX-License-Identifier: Apache-2.0
#include "rules/distinct_measure.h"

#include <algorithm>
#include <unordered_set>

namespace vedette::rules {

void DistinctMeasure::add(const Entry& entry) {
  std::string key = key_(entry);
  if (counts_.size() < kMaxDistinct || counts_.contains(key)) {
    ++counts_[std::move(key)];
  }
}

void DistinctMeasure::remove(const Entry& entry) {
  auto found = counts_.find(key_(entry));
  if (found != counts_.end() && --found->second == 0) {
    counts_.erase(found);
  }
}

double DistinctMeasure::value(uint64_t /*since_ns*/) const { return static_cast<double>(counts_.size()); }

std::vector<size_t> DistinctMeasure::named(const Entries& entries, size_t begin, size_t end) const {
  std::vector<size_t> newest;
  std::unordered_set<std::string> seen;
  for (size_t i = end + 1; i-- > begin;) {
    if (seen.insert(key_(entries[i])).second) {
      newest.push_back(i);
    }
  }
  std::ranges::reverse(newest);
  return newest;
}

uint64_t DistinctMeasure::thin(Entries& entries, size_t begin, size_t end, bool /*force*/) const {
  if (begin == end) {
    return 0;
  }
  size_t kept = begin;
  for (size_t i : named(entries, begin, end - 1)) {
    std::swap(entries[kept++], entries[i]);
  }
  entries.erase(entries.begin() + static_cast<ptrdiff_t>(kept), entries.begin() + static_cast<ptrdiff_t>(end));
  return 0;
}

}  // namespace vedette::rules
