// SPDX-License-Identifier: Apache-2.0
#include "rules/threshold.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace vedette::rules {
namespace {

constexpr std::array<std::string_view, 6> kNames = {"gt", "gte", "lt", "lte", "eq", "neq"};

bool lower(Bound bound) { return bound == Bound::kGt || bound == Bound::kGte; }
bool upper(Bound bound) { return bound == Bound::kLt || bound == Bound::kLte; }

// Numbers of which one satisfies the threshold if any does: those around each bound, and between two of them.
std::vector<double> candidates(const std::vector<Criterion>& criteria, bool whole) {
  std::vector<double> numbers;
  for (const Criterion& a : criteria) {
    double step = whole ? 1 : std::max(1.0, std::abs(a.value));
    numbers.insert(numbers.end(), {a.value, a.value + step, a.value - step});
    for (const Criterion& b : criteria) {
      double middle = a.value + (b.value - a.value) / 2;
      numbers.insert(numbers.end(), {whole ? std::floor(middle) : middle, b.value});
    }
  }
  return numbers;
}

}  // namespace

std::optional<Bound> bound_by_name(std::string_view name) {
  const auto* found = std::ranges::find(kNames, name);
  return found == kNames.end() ? std::nullopt : std::optional(static_cast<Bound>(found - kNames.begin()));
}

std::vector<std::string> bound_names() { return {kNames.begin(), kNames.end()}; }

bool Criterion::holds(double number) const {
  switch (bound) {
    case Bound::kGt:
      return number > value;
    case Bound::kGte:
      return number >= value;
    case Bound::kLt:
      return number < value;
    case Bound::kLte:
      return number <= value;
    case Bound::kEq:
      return number == value;
    case Bound::kNeq:
      return number != value;
  }
  return false;
}

bool Threshold::holds(double number) const {
  return std::ranges::all_of(criteria, [&](const Criterion& one) { return one.holds(number); });
}

bool Threshold::growing() const {
  return std::ranges::all_of(criteria, [](const Criterion& one) { return lower(one.bound); });
}

std::string Threshold::contradiction(bool whole, double most) const {
  auto both = [&](auto kind) { return criteria.size() == 2 && kind(criteria[0].bound) && kind(criteria[1].bound); };
  if (both(lower) || both(upper)) {
    return "two bounds of the same side; keep one";
  }
  bool can_hold = std::ranges::any_of(candidates(criteria, whole), [&](double number) {
    return (!whole || (number >= 0 && number <= most)) && holds(number);
  });
  return can_hold ? "" : "nothing can satisfy it";
}

}  // namespace vedette::rules
