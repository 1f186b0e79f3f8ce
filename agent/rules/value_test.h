// SPDX-License-Identifier: Apache-2.0
// One value of a selection, compiled.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "rules/event_view.h"
#include "rules/modifiers.h"
#include "rules/network.h"
#include "rules/pattern.h"
#include "rules/placeholders.h"
#include "rules/yaml.h"

namespace vedette::rules {

struct TextTest {
  Pattern pattern;
  bool cased;
};
struct RegexTest {
  std::unique_ptr<const re2::RE2> regex;
};
struct NetworkTest {
  Network network;
};
struct NumberTest {
  Comparison comparison;
  double limit;
};
struct TimeTest {
  TimePart part;
  Comparison comparison;
  int limit;
};
struct ExistsTest {
  bool wanted;
};
// Compares with another field of the event.
struct FieldTest {
  FieldName other;
  Pattern::Anchor anchor;
  bool cased;
};
struct NullTest {};

using ValueTest = std::variant<TextTest, RegexTest, NetworkTest, NumberTest, TimeTest, ExistsTest, FieldTest, NullTest>;

// What a value as written stands for.
struct Value {
  std::vector<ValueTest> tests;  // any of which holds
  std::string undefined;         // not empty: a placeholder in it that nobody defined
};

struct ValueContext {
  const Report& report;
  const Placeholders& placeholders;
  bool needed = true;  // false: the rule is dead anyway, so an expression RE2 cannot match is no mistake
};

// nullopt after reporting what is wrong with the value.
std::optional<Value> compile_value(const FieldKey& key, const YamlNode& node, const ValueContext& context);

bool holds(const ValueTest& test, const EventView& event, const FieldName& field);

}  // namespace vedette::rules
