// SPDX-License-Identifier: Apache-2.0
// The number of distinct values (value_count) or rules (temporal). The newest entry of each says whether it counts.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>

#include "rules/measure.h"

namespace vedette::rules {

class DistinctMeasure : public Measure {
 public:
  using Key = std::string (*)(const Entry&);
  explicit DistinctMeasure(Key key) : key_(key) {}

  void add(const Entry& entry) override;
  void remove(const Entry& entry) override;
  void clear() override { counts_.clear(); }
  [[nodiscard]] double value(uint64_t since_ns) const override;
  [[nodiscard]] size_t size() const override { return counts_.size(); }
  [[nodiscard]] std::vector<size_t> named(const Entries& entries, size_t begin, size_t end) const override;
  uint64_t thin(Entries& entries, size_t begin, size_t end, bool force) const override;

 private:
  Key key_;
  std::unordered_map<std::string, size_t> counts_;
};

}  // namespace vedette::rules
