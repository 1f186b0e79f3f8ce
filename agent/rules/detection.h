// SPDX-License-Identifier: Apache-2.0
// The `detection` of a rule or the `filter` of a filter: named selections and a condition over them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/condition.h"
#include "rules/value_test.h"

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
};

class Detection {
 public:
  // `node` is a map of selections and a condition; `reserved` is a key of it that is neither. nullopt after reporting.
  static std::optional<Detection> parse(const YamlNode& node, std::string_view reserved, const ValueContext& context);

  [[nodiscard]] bool matches(const EventView& event) const;
  // Whether the condition holds for an event no selection describes.
  [[nodiscard]] bool holds_by_default() const;
  // Why no event of the category can match, "" when some can.
  [[nodiscard]] std::string why_dead(Category category) const;
  // Not empty: a placeholder nobody defined, so that no event can match.
  [[nodiscard]] const std::string& undefined() const { return undefined_; }
  // What of it does nothing, whatever the events.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  // What of it no event of the category can satisfy.
  [[nodiscard]] std::vector<std::string> impossible(Category category) const;
  [[nodiscard]] const std::vector<Selection>& selections() const { return selections_; }
  // Over the selections' indices.
  [[nodiscard]] const Condition& condition() const { return condition_; }

 private:
  std::vector<Selection> selections_;
  Condition condition_;
  std::string undefined_;
  std::vector<std::string> notes_;
};

bool holds(const Selection& selection, const EventView& event);
bool holds(const Item& item, const EventView& event);
// Whether the value of that index holds by itself.
bool value_holds(const Item& item, size_t value, const EventView& event);
std::string why_undefined(const std::string& placeholder);

// Why events of the category never carry the item's field, "" when they may.
std::string why_impossible(const Item& item, Category category);

}  // namespace vedette::rules
