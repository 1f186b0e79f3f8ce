// SPDX-License-Identifier: Apache-2.0
#include "rules/selection.h"

#include <algorithm>

namespace vedette::rules {
namespace {

constexpr size_t kMaxDocumentForms = 50000;

bool in_any_field(const ValueTest& test, const EventView& event) {
  return std::ranges::any_of(event.fields(), [&](const FieldName& field) { return holds(test, event, field); });
}

bool any_holds(const Item& item, const std::vector<ValueTest>& tests, const EventView& event) {
  return std::ranges::any_of(tests, [&](const ValueTest& test) {
    return item.keyword() ? in_any_field(test, event) : holds(test, event, item.field);
  });
}

Reach item_reach(const Item& item, Category category) {
  if (why_impossible(item, category).empty()) {
    return {};
  }
  static const Record kNothing;
  bool always = holds(item, RecordView(kNothing));
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

std::string why_missing(const FieldName& field, Category category) {
  if (has_field(category, field.field)) {
    return "";
  }
  if (field.field == Field::kCount) {
    return "no event has a field '" + field.text + "'" + suggestion(field.text, field_names());
  }
  return "events of " + std::string(name(category)) + " have no field '" + field.text + "'";
}

// Of 'fieldref': why none of the other fields is ever there.
std::string why_nothing_to_compare(const Item& item, Category category) {
  std::string reason;
  for (const auto& value : item.values) {
    for (const ValueTest& test : value) {
      const auto* other = std::get_if<FieldTest>(&test);
      reason = other != nullptr ? why_missing(other->other, category) : "";
      if (reason.empty()) {
        return "";
      }
    }
  }
  return reason;
}

class SelectionParser {
 public:
  explicit SelectionParser(ValueContext& context) : context_(context), report_(context.report) {}

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
    selection.undefined = undefined_;
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
    item.line = node.key_line;
    item.column = node.key_column;
    resolve(item, key, node);
    if (node.is_list()) {
      add_list(item, key, node);
    } else {
      add_test(item, key, node);
      check_all(item, node);
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

  void add_list(Item& item, const FieldKey& key, const YamlNode& node) {
    if (node.children.empty()) {
      mistake_at(node, "expected values, found an empty list");
    } else if (key.kind == FieldKey::Kind::kExists) {
      mistake_at(node, "expected true or false after 'exists', found a list");
    }
    for (const YamlNode& child : node.children) {
      add_listed(item, key, child);
    }
    check_all(item, node);
  }

  void add_listed(Item& item, const FieldKey& key, const YamlNode& child) {
    if (child.is_null()) {
      mistake_at(child, "null cannot be part of a list; put it into a selection of its own");
    } else if (child.is_list()) {
      mistake_at(child, "expected a value, found a list inside of a list; write its values one below the other");
    } else {
      add_test(item, key, child);
    }
  }

  void check_all(const Item& item, const YamlNode& node) {
    if (item.all && item.values.size() < 2 && good_) {
      report_.at_key(node, "the modifier 'all' needs a list of two or more values");
      good_ = false;
    }
  }

  void add_test(Item& item, const FieldKey& key, const YamlNode& node) {
    auto value = context_.forms <= kMaxDocumentForms ? compile_value(key, node, context_) : std::nullopt;
    if (!value) {
      good_ = false;
      return;
    }
    context_.forms += value->tests.size();
    if (context_.forms > kMaxDocumentForms) {
      mistake_at(node, "expected values that stand for at most " + std::to_string(kMaxDocumentForms) +
                           " in all, found more; split the rule");
    }
    item.values.push_back(std::move(value->tests));
    item.written.push_back(node.is_null() ? "null" : node.text);
    undefined_ = undefined_.empty() ? value->undefined : undefined_;
  }

  void mistake_at(const YamlNode& node, std::string message) {
    report_.at(node, std::move(message));
    good_ = false;
  }

  ValueContext& context_;
  const Report& report_;
  std::string undefined_;
  bool good_ = true;
};

}  // namespace

std::optional<Selection> parse_selection(const YamlNode& node, ValueContext& context) {
  return SelectionParser(context).parse(node);
}

bool holds(const Selection& selection, const EventView& event) {
  return std::any_of(selection.alternatives.begin(), selection.alternatives.end(), [&](const auto& items) {
    return std::all_of(items.begin(), items.end(), [&](const Item& item) { return holds(item, event); });
  });
}

bool holds(const Item& item, const EventView& event) {
  auto one_holds = [&](const std::vector<ValueTest>& value) { return any_holds(item, value, event); };
  bool some = item.all && !item.negated ? std::ranges::all_of(item.values, one_holds)
                                        : std::ranges::any_of(item.values, one_holds);
  return some != item.negated;
}

bool value_holds(const Item& item, size_t value, const EventView& event) {
  return any_holds(item, item.values[value], event);
}

Reach reach(const Selection& selection, Category category) {
  Reach result{false, true};
  for (const auto& items : selection.alternatives) {
    Reach r = alternative_reach(items, category);
    result = {result.can_hold || r.can_hold, result.can_fail && r.can_fail};
  }
  return result;
}

std::string why_impossible(const Item& item, Category category) {
  std::string missing = item.keyword() ? "" : why_missing(item.field, category);
  return missing.empty() ? why_nothing_to_compare(item, category) : missing;
}

}  // namespace vedette::rules
