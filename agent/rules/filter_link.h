// SPDX-License-Identifier: Apache-2.0
// Links filters to the rules they except events from.
#pragma once

#include <string>
#include <vector>

#include "rules/linked_rules.h"
#include "rules/rule_set.h"

namespace vedette::rules {

class FilterLinker {
 public:
  FilterLinker(LinkedRules linked, RuleSet& rules) : linked_(std::move(linked)), rules_(rules) {}

  // Merges the filter into the detections it names, and into their digests. Takes the filter's detection away.
  void add(FilterRule& rule);

  [[nodiscard]] int count() const { return count_; }
  [[nodiscard]] const std::vector<IdleFilter>& idle_filters() const { return idle_; }

 private:
  void idle(const Head& filter, int line, std::string reason);
  void except_all(const FilterRule& rule, const Exception& exception);
  void except(const FilterRule& rule, const Reference& reference, const Exception& exception);
  void except_one(const FilterRule& rule, const Reference& reference, size_t detection, const Exception& exception);
  void apply(const FilterRule& rule, size_t detection, const Exception& exception);
  RuleInfo& info(size_t detection);
  [[nodiscard]] std::vector<std::string> detection_keys() const;

  LinkedRules linked_;
  RuleSet& rules_;
  int count_ = 0;
  std::vector<IdleFilter> idle_;
};

}  // namespace vedette::rules
