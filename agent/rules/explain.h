// SPDX-License-Identifier: Apache-2.0
// Why a detection matches an event, or why not: its condition as a tree of what held.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/condition.h"
#include "rules/detection.h"
#include "rules/event_view.h"

namespace vedette::rules {

struct ExplainedValue {
  std::string text;  // as written in the rule
  bool held = false;
};

struct ExplainedItem {
  std::string key;    // as written in the rule: "Field|modifiers"; "" for a keyword
  std::string field;  // "" for keywords
  int line = 0;
  bool held = false;
  std::optional<std::string> found;  // the event's value; nullopt: it has none
  std::vector<ExplainedValue> values;
};

struct ExplainedItems {
  bool held = false;
  std::vector<ExplainedItem> items;
};

struct Explanation {
  Condition::Kind kind = Condition::Kind::kSelection;
  bool held = false;
  size_t at_least = 0;                       // of kAtLeast
  std::vector<Explanation> parts;            // of all but kSelection
  std::string selection;                     // its name
  std::vector<ExplainedItems> alternatives;  // of kSelection: one of them suffices
};

// `held` of the whole is what Detection::matches says.
Explanation explain(const Detection& detection, const EventView& event);

// What an explanation is printed with.
struct Marks {
  std::string held;
  std::string failed;  // as wide as `held`
};
inline const Marks kTickMarks{"✓", "✗"};
inline const Marks kWordMarks{"yes", "no "};

// One line a node, item or value, each with a newline; control characters are spelled out.
std::string to_text(const Explanation& explanation, const Marks& marks, size_t indent);
// Only what keeps the condition from holding: nodes that should hold and do not, or the reverse below a "not".
std::string failing_text(const Explanation& explanation, size_t indent);
// One object with the keys of docs/rule-tests.md.
std::string to_json(const Explanation& explanation);

}  // namespace vedette::rules
