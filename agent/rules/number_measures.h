// SPDX-License-Identifier: Apache-2.0
// Numbers of the events: how many, their sum, their mean, a percentile of them.
#pragma once

#include <map>

#include "rules/measure.h"

namespace vedette::rules {

// event_count and value_sum. Full, it keeps two neighbours as one of the older's time: never too much is counted.
class TotalMeasure : public Measure {
 public:
  explicit TotalMeasure(bool of_values) : of_values_(of_values) {}

  void add(const Entry& entry) override { total_ += amount(entry); }
  void remove(const Entry& entry) override { total_ -= amount(entry); }
  void clear() override { total_ = 0; }
  [[nodiscard]] double value(uint64_t /*since_ns*/) const override { return total_; }
  [[nodiscard]] bool names_all() const override { return false; }
  uint64_t thin(Entries& entries, size_t begin, size_t end, bool force) const override;

 private:
  [[nodiscard]] double amount(const Entry& entry) const {
    return static_cast<double>(entry.count) * (of_values_ ? entry.number : 1);
  }

  bool of_values_;
  double total_ = 0;
};

// Of numbers judged when a window closes: none leaves before.
class WindowMeasure : public Measure {
 public:
  void remove(const Entry& /*entry*/) override {}
  uint64_t thin(Entries& /*entries*/, size_t /*begin*/, size_t /*end*/, bool /*force*/) const override { return 0; }
};

class MeanMeasure : public WindowMeasure {
 public:
  void add(const Entry& entry) override;
  void clear() override { sum_ = count_ = 0; }
  [[nodiscard]] double value(uint64_t /*since_ns*/) const override { return count_ > 0 ? sum_ / count_ : 0; }

 private:
  double sum_ = 0;
  double count_ = 0;
};

// Nearest rank: the least number that at least that percentage of all do not exceed. Of more than kMaxDistinct numbers
// two neighbours become the greater.
class PercentileMeasure : public WindowMeasure {
 public:
  explicit PercentileMeasure(double percentile) : percentile_(percentile) {}

  void add(const Entry& entry) override;
  void clear() override { counts_.clear(); }
  [[nodiscard]] double value(uint64_t since_ns) const override;
  [[nodiscard]] size_t size() const override { return counts_.size(); }

 private:
  void halve();

  double percentile_;
  std::map<double, uint64_t> counts_;
  uint64_t count_ = 0;
};

}  // namespace vedette::rules
