// SPDX-License-Identifier: Apache-2.0
#include "rules/evaluation.h"

#include <algorithm>

namespace vedette::rules {

Evaluation::Evaluation(const Plan& plan) : plan_(&plan), predicates_(plan.predicates().size()), called_(plan.size()) {
  candidates_.reserve(plan.size());
  found_.reserve(plan.size());
}

std::span<const uint32_t> Evaluation::match(const EventView& event) {
  ++event_;
  candidates_.clear();
  found_.clear();
  wake(event);
  std::ranges::sort(candidates_);
  for (uint32_t index : candidates_) {
    if (evaluate(plan_->formula(index), [&](size_t id) { return holds(static_cast<uint32_t>(id), event); })) {
      found_.push_back(plan_->rule(index));
    }
  }
  return found_;
}

void Evaluation::wake(const EventView& event) {
  plan_->predicates().search(event, [this](Predicates::Id id) {
    if (predicates_.set(id, event_, true)) {
      std::ranges::for_each(plan_->woken_by(id), [this](uint32_t index) { call(index); });
    }
  });
  std::ranges::for_each(plan_->awake(), [this](uint32_t index) { call(index); });
}

void Evaluation::call(uint32_t index) {
  if (called_.set(index, event_, true)) {
    candidates_.push_back(index);
  }
}

bool Evaluation::holds(Predicates::Id id, const EventView& event) {
  const Predicates& predicates = plan_->predicates();
  if (!predicates_.known(id, event_)) {
    bool value = !predicates.found_by_search(id) && may_hold(id) && predicates.holds(id, event);
    predicates_.set(id, event_, value);
  }
  return predicates_.value(id);
}

bool Evaluation::may_hold(Predicates::Id id) const {
  const auto& needs = plan_->predicates().needs(id);
  return needs.empty() || std::ranges::any_of(needs, [&](Predicates::Id need) {
           return predicates_.known(need, event_) && predicates_.value(need);
         });
}

}  // namespace vedette::rules
