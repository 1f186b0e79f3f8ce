// SPDX-License-Identifier: Apache-2.0
#include "rules/detection.h"

#include <algorithm>

#include "base/text.h"

namespace vedette::rules {
namespace {

constexpr std::string_view kTimeframe = "timeframe";

template <typename Visit>
void each_item(const std::vector<Selection>& selections, const Visit& visit) {
  for (const Selection& selection : selections) {
    for (const auto& items : selection.alternatives) {
      std::for_each(items.begin(), items.end(), visit);
    }
  }
}

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

void mark_used(const Condition& condition, std::vector<bool>& used) {
  if (condition.kind == Condition::Kind::kSelection) {
    used[condition.selection] = true;
  }
  for (const Condition& part : condition.parts) {
    mark_used(part, used);
  }
}

std::vector<std::string> unused(const Condition& condition, const std::vector<std::string>& names) {
  std::vector<bool> used(names.size());
  mark_used(condition, used);
  std::vector<std::string> notes;
  for (size_t i = 0; i < names.size(); ++i) {
    if (!used[i]) {
      notes.push_back("the condition does not use the selection '" + names[i] + "'");
    }
  }
  return notes;
}

// Selections, by the names a condition gives them.
struct Named {
  std::vector<std::string> names;
  std::vector<Selection> selections;
  bool good = true;
};

void add_selection(Named& named, const YamlNode& node, ValueContext& context) {
  std::string name = lower(node.key);
  if (name == "and" || name == "or" || name == "not") {
    context.report.at_key(node, "a selection cannot have the name '" + node.key + "', a word of conditions");
    named.good = false;
  }
  auto selection = parse_selection(node, context);
  named.good = named.good && selection;
  named.names.push_back(node.key);
  named.selections.push_back(selection ? std::move(*selection) : Selection());
  named.selections.back().name = node.key;
}

Named selections_of(const YamlNode& node, std::string_view reserved, ValueContext& context) {
  Named named;
  for (const YamlNode& child : node.children) {
    if (child.key != "condition" && child.key != kTimeframe && child.key != reserved) {
      add_selection(named, child, context);
    }
  }
  return named;
}

}  // namespace

std::optional<Detection> Detection::parse(const YamlNode& node, std::string_view reserved, ValueContext& context) {
  Named named = selections_of(node, reserved, context);
  const YamlNode* condition = node.find("condition");
  if (condition == nullptr) {
    context.report.at_key(
        node, "expected a 'condition' below '" + node.key + "', found none; for example 'condition: selection'");
    return std::nullopt;
  }
  auto parsed = parse_conditions(*condition, named.names, context.report);
  if (!parsed || !named.good) {
    return std::nullopt;
  }
  Detection detection;
  detection.notes_ = unused(*parsed, named.names);
  if (node.find(kTimeframe) != nullptr) {
    detection.notes_.push_back("'timeframe' does nothing: it belonged to aggregations, which correlations replace");
  }
  detection.selections_ = std::move(named.selections);
  detection.condition_ = std::move(*parsed);
  return detection;
}

bool Detection::matches(const EventView& event) const {
  return evaluate(condition_, [&](size_t index) { return rules::holds(selections_[index], event); });
}

bool Detection::holds_by_default() const {
  return evaluate(condition_, [](size_t) { return false; });
}

std::string Detection::undefined() const {
  auto found = std::ranges::find_if(selections_, [](const Selection& s) { return !s.undefined.empty(); });
  return found == selections_.end() ? "" : found->undefined;
}

std::string Detection::why_dead(Category category) const {
  if (std::string placeholder = undefined(); !placeholder.empty()) {
    return why_undefined(placeholder);
  }
  Reach all = reach(condition_, [&](size_t index) { return rules::reach(selections_[index], category); });
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

std::string why_undefined(const std::string& placeholder) {
  return "the placeholder '%" + placeholder +
         "%' has no values; give it some under 'placeholders:' in the configuration";
}

}  // namespace vedette::rules
