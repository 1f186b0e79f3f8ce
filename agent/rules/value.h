// SPDX-License-Identifier: Apache-2.0
// A value as a rule writes it → the tests it stands for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/modifiers.h"
#include "rules/placeholders.h"
#include "rules/value_test.h"
#include "rules/yaml.h"

namespace vedette::rules {

// What a value as written stands for.
struct Value {
  std::vector<ValueTest> tests;  // any of which holds
  std::string undefined;         // not empty: a placeholder in it that nobody defined
};

struct ValueContext {
  const Report& report;
  const Placeholders& placeholders;
  bool needed = true;  // false: the rule is dead anyway, so an expression RE2 cannot match is no mistake
  size_t forms = 0;    // what the document's values stand for so far
};

// nullopt after reporting what is wrong with the value.
std::optional<Value> compile_value(const FieldKey& key, const YamlNode& node, const ValueContext& context);

}  // namespace vedette::rules
