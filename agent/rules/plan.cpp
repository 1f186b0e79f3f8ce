// SPDX-License-Identifier: Apache-2.0
#include "rules/plan.h"

#include <algorithm>
#include <utility>

namespace vedette::rules {
namespace {

using Kind = Condition::Kind;

Condition combine(Kind kind, std::vector<Condition> parts) {
  if (parts.size() == 1 && kind != Kind::kNot) {
    return std::move(parts[0]);
  }
  return {.kind = kind, .parts = std::move(parts)};
}

template <typename Range, typename Make>
std::vector<Condition> each(const Range& range, const Make& make) {
  std::vector<Condition> result(std::size(range));
  std::ranges::transform(range, result.begin(), make);
  return result;
}

Condition negated(Condition formula) {
  Condition result{.kind = Kind::kNot};
  result.parts.push_back(std::move(formula));
  return result;
}

}  // namespace

Plan::Plan(Category category) {
  for (size_t i = 0; i < kFieldCount; ++i) {
    auto field = static_cast<Field>(i);
    if (has_field(category, field)) {
      fields_.push_back({std::string(name(field)), field});
    }
  }
}

Condition Plan::formula(const Detection& detection) {
  auto selections = each(detection.selections(), [this](const Selection& selection) { return formula(selection); });
  auto filled = [&](const auto& self, const Condition& condition) -> Condition {
    if (condition.kind == Kind::kSelection) {
      return selections[condition.selection];
    }
    return {.kind = condition.kind,
            .at_least = condition.at_least,
            .parts = each(condition.parts, [&](const Condition& part) { return self(self, part); })};
  };
  return filled(filled, detection.condition());
}

Condition Plan::formula(const Selection& selection) {
  return combine(Kind::kOr, each(selection.alternatives, [this](const std::vector<Item>& items) {
                   return combine(Kind::kAnd, each(items, [this](const Item& item) { return formula(item); }));
                 }));
}

Condition Plan::formula(const Item& item) {
  auto values = each(item.values, [&](const std::vector<ValueTest>& forms) {
    return combine(Kind::kOr, each(forms, [&](const ValueTest& test) { return formula(item, test); }));
  });
  Condition some = combine(item.all && !item.negated ? Kind::kAnd : Kind::kOr, std::move(values));
  return item.negated ? negated(std::move(some)) : some;
}

Condition Plan::formula(const Item& item, const ValueTest& test) {
  auto asked = [&](const FieldName& field) {
    return Condition{.kind = Kind::kSelection, .selection = predicates_.add(field, test)};
  };
  return item.keyword() ? combine(Kind::kOr, each(fields_, asked)) : asked(item.field);
}

void Plan::add(uint32_t rule, Condition formula) {
  auto index = static_cast<uint32_t>(formulas_.size());
  wakes_.resize(predicates_.size());
  if (auto ids = needs(formula)) {
    for (Id id : *ids) {
      wakes_[id].push_back(index);
    }
  } else {
    awake_.push_back(index);
  }
  rules_.push_back(rule);
  formulas_.push_back(std::move(formula));
}

void Plan::build() {
  predicates_.build();
  for (const auto& woken : wakes_) {
    first_woken_.push_back(static_cast<uint32_t>(woken_.size()));
    woken_.insert(woken_.end(), woken.begin(), woken.end());
  }
  first_woken_.push_back(static_cast<uint32_t>(woken_.size()));
  wakes_ = {};
}

std::span<const uint32_t> Plan::woken_by(Id id) const {
  return std::span(woken_).subspan(first_woken_[id], first_woken_[id + 1] - first_woken_[id]);
}

std::optional<std::vector<Plan::Id>> Plan::needs(const Condition& formula) const {
  switch (formula.kind) {
    case Kind::kSelection: {
      auto id = static_cast<Id>(formula.selection);
      if (predicates_.found_by_search(id)) {
        return std::vector{id};
      }
      return predicates_.needs(id).empty() ? std::nullopt : std::optional(predicates_.needs(id));
    }
    case Kind::kNot:
      return std::nullopt;
    case Kind::kAnd:
      return cheapest(formula.parts);
    case Kind::kOr:
    case Kind::kAtLeast:
      break;
  }
  return united(formula.parts);
}

std::optional<std::vector<Plan::Id>> Plan::cheapest(const std::vector<Condition>& parts) const {
  std::optional<std::vector<Id>> best;
  for (const Condition& part : parts) {
    auto ids = needs(part);
    if (ids && (!best || cost(*ids) < cost(*best))) {
      best = std::move(ids);
    }
  }
  return best;
}

std::optional<std::vector<Plan::Id>> Plan::united(const std::vector<Condition>& parts) const {
  std::vector<Id> all;
  for (const Condition& part : parts) {
    auto ids = needs(part);
    if (!ids) {
      return std::nullopt;
    }
    all.insert(all.end(), ids->begin(), ids->end());
  }
  std::ranges::sort(all);
  all.erase(std::ranges::unique(all).begin(), all.end());
  return all;
}

// What wakes many rules already is common in rules, and likely in events.
size_t Plan::cost(const std::vector<Id>& ids) const {
  size_t sum = 0;
  for (Id id : ids) {
    sum += 1 + (id < wakes_.size() ? wakes_[id].size() : 0);
  }
  return sum;
}

}  // namespace vedette::rules
