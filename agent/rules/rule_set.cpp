// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_set.h"

namespace vedette::rules {
namespace {

using Kind = Condition::Kind;

Condition negated(Condition formula) {
  Condition result{.kind = Kind::kNot};
  result.parts.push_back(std::move(formula));
  return result;
}

// Holds unless the filter suppresses the event.
Condition formula_of(const Exception& exception, Plan& plan) {
  Condition matches = plan.formula(*exception.detection);
  return exception.says_what_stays ? matches : negated(std::move(matches));
}

}  // namespace

Condition formula_of(const LiveDetection& rule, Plan& plan) {
  Condition all{.kind = Kind::kAnd};
  all.parts.push_back(plan.formula(rule.detection));
  for (const Exception& exception : rule.exceptions) {
    all.parts.push_back(formula_of(exception, plan));
  }
  return all;
}

}  // namespace vedette::rules
