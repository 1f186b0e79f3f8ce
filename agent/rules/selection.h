// SPDX-License-Identifier: Apache-2.0
// A named part of a detection: fields with values, or keywords.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/condition.h"
#include "rules/value.h"

namespace vedette::rules {

// "Field|modifiers: values"
struct Item {
  std::string key;  // as written, with its modifiers
  FieldName field;  // text "" for keywords
  bool all = false;
  bool negated = false;
  // One a value as written: it may stand for several, any of which holds.
  std::vector<std::vector<ValueTest>> values;
  std::vector<std::string> written;  // the same values as text
  int line = 0;
  int column = 0;

  [[nodiscard]] bool keyword() const { return field.text.empty(); }
};

struct Selection {
  std::string name;
  std::vector<std::vector<Item>> alternatives;  // one of which has only items that hold
  std::string undefined;                        // not empty: a placeholder in it that nobody defined
};

// nullopt after reporting.
std::optional<Selection> parse_selection(const YamlNode& node, ValueContext& context);

bool holds(const Selection& selection, const EventView& event);
bool holds(const Item& item, const EventView& event);
// Whether the value of that index holds by itself.
bool value_holds(const Item& item, size_t value, const EventView& event);

// What the selection can come to for events of the category.
Reach reach(const Selection& selection, Category category);

// Why events of the category never carry the item's field, "" when they may.
std::string why_impossible(const Item& item, Category category);

}  // namespace vedette::rules
