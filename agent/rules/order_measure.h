// SPDX-License-Identifier: Apache-2.0
// temporal_ordered: the length of the longest run of events of ever later rules.
#pragma once

#include <optional>

#include "rules/measure.h"

namespace vedette::rules {

class OrderMeasure : public Measure {
 public:
  explicit OrderMeasure(size_t stages) : stages_(stages), runs_(stages, std::vector<Run>(stages)) {}

  void add(const Entry& entry) override;
  void remove(const Entry& /*entry*/) override {}
  void clear() override;
  [[nodiscard]] double value(uint64_t since_ns) const override;
  // The longest run, of several the one that began last.
  [[nodiscard]] std::vector<size_t> named(const Entries& entries, size_t begin, size_t end) const override;
  uint64_t thin(Entries& entries, size_t begin, size_t end, bool force) const override;

 private:
  using Place = decltype(Entry().order());
  using Run = std::vector<Place>;  // empty: none

  [[nodiscard]] const Run* before(size_t stage, size_t length) const;

  size_t stages_;
  std::vector<std::vector<Run>> runs_;  // [stage][length - 1]: of those that end with the stage the one that began last
};

}  // namespace vedette::rules
