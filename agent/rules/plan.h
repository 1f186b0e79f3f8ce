// SPDX-License-Identifier: Apache-2.0
// The detections of one category, compiled together: each a formula over shared predicates, evaluated only for events
// in which something it cannot do without was found.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "rules/condition.h"
#include "rules/detection.h"
#include "rules/predicates.h"

namespace vedette::rules {

class Plan {
 public:
  using Id = Predicates::Id;

  explicit Plan(Category category);

  // Over predicates. The detection must outlive this.
  Condition formula(const Detection& detection);
  // `rule` is the caller's name for it; ascending.
  void add(uint32_t rule, Condition formula);
  void build();

  [[nodiscard]] const Predicates& predicates() const { return predicates_; }
  [[nodiscard]] size_t size() const { return formulas_.size(); }
  [[nodiscard]] uint32_t rule(uint32_t index) const { return rules_[index]; }
  [[nodiscard]] const Condition& formula(uint32_t index) const { return formulas_[index]; }
  // Indices of what has to be evaluated when the predicate holds, and whatever holds.
  [[nodiscard]] std::span<const uint32_t> woken_by(Id id) const;
  [[nodiscard]] const std::vector<uint32_t>& awake() const { return awake_; }

 private:
  Condition formula(const Selection& selection);
  Condition formula(const Item& item);
  Condition formula(const Item& item, const ValueTest& test);
  // Predicates of which one must hold for the formula to hold. nullopt: it may hold without any.
  [[nodiscard]] std::optional<std::vector<Id>> needs(const Condition& formula) const;
  [[nodiscard]] std::optional<std::vector<Id>> cheapest(const std::vector<Condition>& parts) const;
  [[nodiscard]] std::optional<std::vector<Id>> united(const std::vector<Condition>& parts) const;
  [[nodiscard]] size_t cost(const std::vector<Id>& ids) const;

  std::vector<FieldName> fields_;  // of the category
  Predicates predicates_;
  std::vector<uint32_t> rules_;
  std::vector<Condition> formulas_;
  std::vector<uint32_t> awake_;
  std::vector<std::vector<uint32_t>> wakes_;  // by predicate, until build()
  std::vector<uint32_t> first_woken_;         // by predicate; one more at the end
  std::vector<uint32_t> woken_;
};

}  // namespace vedette::rules
