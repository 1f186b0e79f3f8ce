// SPDX-License-Identifier: Apache-2.0
// The condition of a rule: "selection and not 1 of filter_*", compiled to a tree over the selections' indices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/yaml.h"

namespace vedette::rules {

struct Condition {
  enum class Kind : uint8_t { kSelection, kNot, kAnd, kOr, kAtLeast };

  Kind kind = Kind::kSelection;
  size_t selection = 0;
  size_t at_least = 0;
  std::vector<Condition> parts;
};

// `node` holds one condition; names are the selections' in order. nullopt after reporting.
std::optional<Condition> parse_condition(const YamlNode& node, const std::vector<std::string>& names,
                                         const Report& report);

// holds: size_t → bool.
template <typename Holds>
bool evaluate(const Condition& condition, const Holds& holds) {
  auto part_holds = [&](const Condition& part) { return evaluate(part, holds); };
  size_t count = 0;
  switch (condition.kind) {
    case Condition::Kind::kSelection:
      return holds(condition.selection);
    case Condition::Kind::kNot:
      return !part_holds(condition.parts[0]);
    case Condition::Kind::kAnd:
      for (const Condition& part : condition.parts) {
        if (!part_holds(part)) {
          return false;
        }
      }
      return true;
    case Condition::Kind::kOr:
    case Condition::Kind::kAtLeast:
      break;
  }
  size_t wanted = condition.kind == Condition::Kind::kOr ? 1 : condition.at_least;
  for (const Condition& part : condition.parts) {
    count += part_holds(part) ? 1 : 0;
    if (count >= wanted) {
      return true;
    }
  }
  return false;
}

// What a part of a rule can come to, over all events.
struct Reach {
  bool can_hold = true;
  bool can_fail = true;
};

// of: size_t → Reach. Selections count as independent of each other.
template <typename Of>
Reach reach(const Condition& condition, const Of& of) {
  if (condition.kind == Condition::Kind::kSelection) {
    return of(condition.selection);
  }
  size_t may_hold = 0;
  size_t must_hold = 0;
  for (const Condition& part : condition.parts) {
    Reach r = reach(part, of);
    may_hold += r.can_hold ? 1 : 0;
    must_hold += r.can_fail ? 0 : 1;
  }
  if (condition.kind == Condition::Kind::kNot) {
    return {must_hold == 0, may_hold > 0};
  }
  size_t wanted = condition.kind == Condition::Kind::kAnd  ? condition.parts.size()
                  : condition.kind == Condition::Kind::kOr ? 1
                                                           : condition.at_least;
  return {may_hold >= wanted, must_hold < wanted};
}

}  // namespace vedette::rules
