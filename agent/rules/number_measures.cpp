// SPDX-License-Identifier: Apache-2.0
#include "rules/number_measures.h"

#include <cmath>

namespace vedette::rules {
namespace {

// The newer becomes part of the older.
void merge(Entry& older, Entry&& newer) {
  auto first = static_cast<double>(older.count);
  auto second = static_cast<double>(newer.count);
  older.number = (older.number * first + newer.number * second) / (first + second);
  older.count += newer.count;
  for (auto& [name, value] : newer.carried) {
    older.carried[name] = std::move(value);
  }
  if (older.events.events().empty()) {
    older.events = std::move(newer.events);
  }
}

}  // namespace

uint64_t TotalMeasure::thin(Entries& entries, size_t begin, size_t end, bool force) const {
  if (!force) {
    return 0;
  }
  uint64_t merged = 0;
  size_t kept = begin;
  for (size_t i = begin; i + 1 < end; i += 2) {
    merged += entries[i + 1].count;
    merge(entries[i], std::move(entries[i + 1]));
    std::swap(entries[kept++], entries[i]);
  }
  if ((end - begin) % 2 == 1) {
    std::swap(entries[kept++], entries[end - 1]);
  }
  entries.erase(entries.begin() + static_cast<ptrdiff_t>(kept), entries.begin() + static_cast<ptrdiff_t>(end));
  return merged;
}

void MeanMeasure::add(const Entry& entry) {
  auto count = static_cast<double>(entry.count);
  sum_ += entry.number * count;
  count_ += count;
}

void PercentileMeasure::add(const Entry& entry) {
  counts_[entry.number] += entry.count;
  count_ += entry.count;
  if (counts_.size() > kMaxDistinct) {
    halve();
  }
}

double PercentileMeasure::value(uint64_t /*since_ns*/) const {
  double rank = std::ceil(percentile_ * static_cast<double>(count_) / 100);
  double seen = 0;
  for (const auto& [number, count] : counts_) {
    seen += static_cast<double>(count);
    if (seen >= rank) {
      return number;
    }
  }
  return counts_.empty() ? 0 : counts_.rbegin()->first;
}

void PercentileMeasure::halve() {
  for (auto it = counts_.begin(); it != counts_.end() && std::next(it) != counts_.end(); ++it) {
    std::next(it)->second += it->second;
    it = counts_.erase(it);
  }
}

}  // namespace vedette::rules
