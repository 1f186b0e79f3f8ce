// SPDX-License-Identifier: Apache-2.0
// "Field|modifier|modifier", the key of a selection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rules/pattern.h"
#include "rules/yaml.h"

namespace vedette::rules {

enum class Comparison : uint8_t { kLess, kLessOrEqual, kGreater, kGreaterOrEqual };

struct FieldKey {
  enum class Kind : uint8_t { kText, kRegex, kNetwork, kNumber, kExists };

  std::string field;  // "" for keywords
  Kind kind = Kind::kText;
  Pattern::Anchor anchor = Pattern::Anchor::kWhole;
  Comparison comparison = Comparison::kLess;
  bool cased = false;
  bool all = false;
  bool negated = false;
  std::string regex_flags;  // of "ims"
  std::string unsupported;  // a modifier of the specification that this program has not
};

// nullopt after reporting what is wrong at the node's key.
std::optional<FieldKey> parse_field_key(const YamlNode& node, const Report& report);

}  // namespace vedette::rules
