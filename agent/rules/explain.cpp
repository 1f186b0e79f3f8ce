// SPDX-License-Identifier: Apache-2.0
#include "rules/explain.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace vedette::rules {
namespace {

using Json = nlohmann::ordered_json;
using Kind = Condition::Kind;

ExplainedItem explain_item(const Item& item, const EventView& event) {
  ExplainedItem result{item.key, item.field.text, item.line, holds(item, event), std::nullopt, {}};
  if (const std::string* found = item.keyword() ? nullptr : event.raw(item.field)) {
    result.found = *found;
  }
  for (size_t i = 0; i < item.values.size(); ++i) {
    result.values.push_back({item.written[i], value_holds(item, i, event)});
  }
  return result;
}

ExplainedItems explain_items(const std::vector<Item>& items, const EventView& event) {
  ExplainedItems result;
  std::ranges::transform(items, std::back_inserter(result.items),
                         [&](const Item& item) { return explain_item(item, event); });
  result.held = std::ranges::all_of(result.items, &ExplainedItem::held);
  return result;
}

void explain_selection(const Selection& selection, const EventView& event, Explanation& result) {
  result.selection = selection.name;
  for (const auto& items : selection.alternatives) {
    result.alternatives.push_back(explain_items(items, event));
  }
}

Explanation explain_condition(const Condition& condition, const std::vector<Selection>& selections,
                              const EventView& event) {
  Explanation result;
  result.kind = condition.kind;
  result.at_least = condition.at_least;
  result.held = evaluate(condition, [&](size_t index) { return holds(selections[index], event); });
  if (condition.kind == Kind::kSelection) {
    explain_selection(selections[condition.selection], event, result);
  }
  for (const Condition& part : condition.parts) {
    result.parts.push_back(explain_condition(part, selections, event));
  }
  return result;
}

// In quotes, on one line.
std::string quoted(const std::string& value) {
  std::string result = "'";
  for (char c : printable_utf8(value)) {
    bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    std::array<char, 5> escape{};
    std::snprintf(escape.data(), escape.size(), "\\x%02x", static_cast<unsigned char>(c));
    result += control ? std::string(escape.data()) : std::string(1, c);
  }
  return result + "'";
}

std::string found_text(const ExplainedItem& item) {
  if (item.field.empty()) {
    return item.held ? "" : ", found in no field";
  }
  return item.found ? ", the event has " + quoted(*item.found) : ", the event has no " + item.field;
}

std::string label_of(const ExplainedItem& item) { return item.key.empty() ? "keyword" : item.key; }

std::string label_of(const Explanation& node) {
  switch (node.kind) {
    case Kind::kSelection:
      return node.selection;
    case Kind::kNot:
      return "not";
    case Kind::kAnd:
      return "all of";
    case Kind::kOr:
      return "any of";
    case Kind::kAtLeast:
      break;
  }
  return "at least " + std::to_string(node.at_least) + " of";
}

// Writes a tree, or only what of it fails to be as wanted.
class Writer {
 public:
  Writer(const Marks& marks, bool only_failing) : marks_(marks), only_failing_(only_failing) {}

  void node(const Explanation& node, size_t indent, bool wanted) {
    if (skips(node.held, wanted)) {
      return;
    }
    line(indent, node.held, label_of(node));
    bool inner = node.kind == Kind::kNot ? !wanted : wanted;
    for (const Explanation& part : node.parts) {
      this->node(part, indent + 1, inner);
    }
    for (const ExplainedItems& alternative : node.alternatives) {
      this->alternative(alternative, node.alternatives.size() > 1, indent + 1, wanted);
    }
  }

  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  [[nodiscard]] bool skips(bool held, bool wanted) const { return only_failing_ && held == wanted; }

  void alternative(const ExplainedItems& items, bool one_of_several, size_t indent, bool wanted) {
    if (skips(items.held, wanted)) {
      return;
    }
    if (one_of_several) {
      line(indent, items.held, "either");
    }
    for (const ExplainedItem& item : items.items) {
      this->item(item, indent + (one_of_several ? 1 : 0), wanted);
    }
  }

  void item(const ExplainedItem& item, size_t indent, bool wanted) {
    if (skips(item.held, wanted)) {
      return;
    }
    if (item.values.size() == 1) {
      line(indent, item.held, label_of(item) + ": " + quoted(item.values[0].text) + found_text(item));
      return;
    }
    line(indent, item.held, label_of(item) + found_text(item));
    for (const ExplainedValue& value : item.values) {
      line(indent + 1, value.held, quoted(value.text));
    }
  }

  void line(size_t indent, bool held, const std::string& text) {
    text_ += std::string(2 * indent, ' ') + (held ? marks_.held : marks_.failed) + " " + text + "\n";
  }

  const Marks& marks_;
  bool only_failing_;
  std::string text_;
};

std::string_view kind_name(Kind kind) {
  static constexpr std::array<std::string_view, 5> kNames = {"selection", "not", "and", "or", "at_least"};
  return kNames[static_cast<size_t>(kind)];
}

Json json_of(const ExplainedItem& item) {
  Json json = {{"key", item.key}, {"field", nullptr}, {"line", item.line}, {"held", item.held}, {"found", nullptr}};
  if (!item.field.empty()) {
    json["field"] = item.field;
  }
  if (item.found) {
    json["found"] = *item.found;
  }
  json["values"] = Json::array();
  for (const ExplainedValue& value : item.values) {
    json["values"].push_back({{"value", value.text}, {"held", value.held}});
  }
  return json;
}

Json json_of(const ExplainedItems& alternative) {
  Json json = {{"held", alternative.held}, {"items", Json::array()}};
  for (const ExplainedItem& item : alternative.items) {
    json["items"].push_back(json_of(item));
  }
  return json;
}

Json json_of(const Explanation& node) {
  Json json = {{"kind", kind_name(node.kind)}, {"held", node.held}, {"selection", nullptr}, {"at_least", nullptr}};
  if (node.kind == Kind::kSelection) {
    json["selection"] = node.selection;
  }
  if (node.kind == Kind::kAtLeast) {
    json["at_least"] = node.at_least;
  }
  json["parts"] = Json::array();
  for (const Explanation& part : node.parts) {
    json["parts"].push_back(json_of(part));
  }
  json["alternatives"] = Json::array();
  for (const ExplainedItems& alternative : node.alternatives) {
    json["alternatives"].push_back(json_of(alternative));
  }
  return json;
}

}  // namespace

Explanation explain(const Detection& detection, const EventView& event) {
  return explain_condition(detection.condition(), detection.selections(), event);
}

std::string to_text(const Explanation& explanation, const Marks& marks, size_t indent) {
  Writer writer(marks, false);
  writer.node(explanation, indent, true);
  return std::move(writer).text();
}

std::string failing_text(const Explanation& explanation, size_t indent) {
  Writer writer(kWordMarks, true);
  writer.node(explanation, indent, true);
  return std::move(writer).text();
}

std::string to_json(const Explanation& explanation) {
  return json_of(explanation).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace vedette::rules
