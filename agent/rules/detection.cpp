// SPDX-License-Identifier: Apache-2.0
#include "rules/detection.h"

#include <algorithm>

namespace vedette::rules {
namespace {

bool in_any_field(const ValueTest& test, const EventView& event) {
  return std::ranges::any_of(event.fields(), [&](const FieldName& field) { return holds(test, event, field); });
}

bool any_holds(const Item& item, const std::vector<ValueTest>& tests, const EventView& event) {
  return std::ranges::any_of(tests, [&](const ValueTest& test) {
    return item.keyword() ? in_any_field(test, event) : holds(test, event, item.field);
  });
}

bool item_holds(const Item& item, const EventView& event) {
  auto one_holds = [&](const std::vector<ValueTest>& value) { return any_holds(item, value, event); };
  bool some = item.all && !item.negated ? std::ranges::all_of(item.values, one_holds)
                                        : std::ranges::any_of(item.values, one_holds);
  return some != item.negated;
}

bool selection_holds(const Selection& selection, const EventView& event) {
  return std::any_of(selection.alternatives.begin(), selection.alternatives.end(), [&](const auto& items) {
    return std::all_of(items.begin(), items.end(), [&](const Item& item) { return item_holds(item, event); });
  });
}

Reach item_reach(const Item& item, Category category) {
  if (why_impossible(item, category).empty()) {
    return {};
  }
  static const Record kNothing;
  bool always = item_holds(item, RecordView(kNothing));
  return {always, !always};
}

Reach alternative_reach(const std::vector<Item>& items, Category category) {
  Reach result{true, false};
  for (const Item& item : items) {
    Reach r = item_reach(item, category);
    result = {result.can_hold && r.can_hold, result.can_fail || r.can_fail};
  }
  return result;
}

Reach selection_reach(const Selection& selection, Category category) {
  Reach result{false, true};
  for (const auto& items : selection.alternatives) {
    Reach r = alternative_reach(items, category);
    result = {result.can_hold || r.can_hold, result.can_fail && r.can_fail};
  }
  return result;
}

template <typename Visit>
void each_item(const std::vector<Selection>& selections, const Visit& visit) {
  for (const Selection& selection : selections) {
    for (const auto& items : selection.alternatives) {
      std::for_each(items.begin(), items.end(), visit);
    }
  }
}

class SelectionParser {
 public:
  explicit SelectionParser(const Report& report) : report_(report) {}

  std::optional<Selection> parse(const YamlNode& node) {
    Selection selection;
    if (node.is_map() && !node.children.empty()) {
      selection.alternatives.push_back(items_of(node));
    } else if (node.is_list() && !node.children.empty()) {
      for (const YamlNode& child : node.children) {
        selection.alternatives.push_back(alternative(child));
      }
    } else if (node.is_scalar()) {
      selection.alternatives.push_back(keyword(node));
    } else {
      mistake_at(node, "expected fields with values, or a list of keywords, found " + describe(node));
    }
    return good_ ? std::optional(std::move(selection)) : std::nullopt;
  }

 private:
  std::vector<Item> alternative(const YamlNode& node) {
    if (node.is_map() && !node.children.empty()) {
      return items_of(node);
    }
    if (node.is_scalar()) {
      return keyword(node);
    }
    mistake_at(node, "expected a keyword or fields with values, found " + describe(node));
    return {};
  }

  std::vector<Item> keyword(const YamlNode& node) {
    FieldKey key;
    key.anchor = Pattern::Anchor::kAnywhere;
    std::vector<Item> items(1);
    items[0].line = node.line;
    items[0].column = node.column;
    add_test(items[0], key, node);
    return items;
  }

  std::vector<Item> items_of(const YamlNode& map) {
    std::vector<Item> items;
    for (const YamlNode& child : map.children) {
      auto key = parse_field_key(child, report_);
      if (key) {
        items.push_back(item_of(*key, child));
      } else {
        good_ = false;
      }
    }
    return items;
  }

  Item item_of(FieldKey key, const YamlNode& node) {
    Item item;
    item.key = node.key;
    item.field.text = key.field;
    item.all = key.all;
    item.negated = key.negated;
    item.unsupported = key.unsupported;
    item.line = node.key_line;
    item.column = node.key_column;
    resolve(item, key, node);
    if (item.unsupported.empty()) {
      add_tests(item, key, node);
    }
    return item;
  }

  void resolve(Item& item, FieldKey& key, const YamlNode& node) {
    if (item.keyword()) {
      if (key.kind == FieldKey::Kind::kText && key.anchor == Pattern::Anchor::kWhole) {
        key.anchor = Pattern::Anchor::kAnywhere;
      }
      return;
    }
    FieldName& field = item.field;
    field.field = field_by_name(field.text).value_or(Field::kCount);
    if (field.field == Field::kCount && field.text.starts_with("Mcp")) {
      report_.at_key(node, "there is no field '" + field.text + "'" + suggestion(field.text, field_names()));
      good_ = false;
    }
  }

  void add_tests(Item& item, const FieldKey& key, const YamlNode& node) {
    if (!node.is_list()) {
      add_test(item, key, node);
    }
    for (const YamlNode& child : node.children) {
      if (node.is_list()) {
        add_test(item, key, child);
      }
    }
    if (node.is_list() && node.children.empty()) {
      mistake_at(node, "expected values, found an empty list");
    } else if (item.all && item.values.size() == 1 && good_) {
      report_.at_key(node, "the modifier 'all' needs a list of two or more values");
      good_ = false;
    }
  }

  void add_test(Item& item, const FieldKey& key, const YamlNode& value) {
    auto test = compile_value(key, value, report_);
    if (test) {
      item.values.emplace_back().push_back(std::move(*test));
      item.written.push_back(value.is_null() ? "null" : value.text);
    } else {
      good_ = false;
    }
  }

  void mistake_at(const YamlNode& node, std::string message) {
    report_.at(node, std::move(message));
    good_ = false;
  }

  const Report& report_;
  bool good_ = true;
};

// A list of conditions means any of them.
std::optional<Condition> parse_conditions(const YamlNode& node, const std::vector<std::string>& names,
                                          const Report& report) {
  if (!node.is_list() || node.children.empty()) {
    return parse_condition(node, names, report);
  }
  Condition any;
  any.kind = Condition::Kind::kOr;
  for (const YamlNode& child : node.children) {
    if (auto condition = parse_condition(child, names, report)) {
      any.parts.push_back(std::move(*condition));
    }
  }
  return any.parts.size() == node.children.size() ? std::optional(std::move(any)) : std::nullopt;
}

}  // namespace

std::optional<Detection> Detection::parse(const YamlNode& node, std::string_view reserved, const Report& report) {
  Detection detection;
  std::vector<std::string> names;
  bool good = true;
  for (const YamlNode& child : node.children) {
    if (child.key == "condition" || child.key == reserved) {
      continue;
    }
    auto selection = SelectionParser(report).parse(child);
    good = good && selection;
    names.push_back(child.key);
    detection.selections_.push_back(selection ? std::move(*selection) : Selection());
    detection.selections_.back().name = child.key;
  }
  const YamlNode* condition = node.find("condition");
  if (condition == nullptr) {
    report.at_key(node,
                  "expected a 'condition' below '" + node.key + "', found none; for example 'condition: selection'");
    return std::nullopt;
  }
  auto parsed = parse_conditions(*condition, names, report);
  if (!parsed || !good) {
    return std::nullopt;
  }
  detection.condition_ = std::move(*parsed);
  return detection;
}

bool Detection::matches(const EventView& event) const {
  return evaluate(condition_, [&](size_t index) { return selection_holds(selections_[index], event); });
}

bool Detection::holds_by_default() const {
  return evaluate(condition_, [](size_t) { return false; });
}

std::string Detection::why_dead(Category category) const {
  std::string unsupported;
  each_item(selections_, [&](const Item& item) { unsupported = unsupported.empty() ? item.unsupported : unsupported; });
  if (!unsupported.empty()) {
    return "the modifier '" + unsupported + "' is not supported";
  }
  Reach all = reach(condition_, [&](size_t index) { return selection_reach(selections_[index], category); });
  if (all.can_hold) {
    return "";
  }
  auto reasons = impossible(category);
  return reasons.empty() ? "its condition can never hold" : reasons[0];
}

std::vector<std::string> Detection::impossible(Category category) const {
  std::vector<std::string> reasons;
  each_item(selections_, [&](const Item& item) {
    std::string reason = why_impossible(item, category);
    if (!reason.empty() && std::find(reasons.begin(), reasons.end(), reason) == reasons.end()) {
      reasons.push_back(reason);
    }
  });
  return reasons;
}

bool holds(const Selection& selection, const EventView& event) { return selection_holds(selection, event); }

bool holds(const Item& item, const EventView& event) { return item_holds(item, event); }

bool value_holds(const Item& item, size_t value, const EventView& event) {
  return any_holds(item, item.values[value], event);
}

std::string why_impossible(const Item& item, Category category) {
  const FieldName& field = item.field;
  if (item.keyword() || has_field(category, field.field)) {
    return "";
  }
  if (field.field == Field::kCount) {
    return "no event has a field '" + field.text + "'" + suggestion(field.text, field_names());
  }
  return "events of " + std::string(name(category)) + " have no field '" + field.text + "'";
}

}  // namespace vedette::rules
