// SPDX-License-Identifier: Apache-2.0
// One value of a selection, compiled.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <optional>
#include <variant>

#include "rules/event_view.h"
#include "rules/modifiers.h"
#include "rules/network.h"
#include "rules/pattern.h"
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
struct ExistsTest {
  bool wanted;
};
struct NullTest {};

using ValueTest = std::variant<TextTest, RegexTest, NetworkTest, NumberTest, ExistsTest, NullTest>;

// nullopt after reporting what is wrong with the value.
std::optional<ValueTest> compile_value(const FieldKey& key, const YamlNode& value, const Report& report);

bool holds(const ValueTest& test, const EventView& event, const FieldName& field);

}  // namespace vedette::rules
