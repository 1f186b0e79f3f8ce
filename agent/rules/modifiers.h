// SPDX-License-Identifier: Apache-2.0
// "Field|modifier|modifier", the key of a selection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/pattern.h"
#include "rules/time_part.h"
#include "rules/yaml.h"

namespace vedette::rules {

enum class Comparison : uint8_t { kEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };

// What changes a value before it is looked for.
enum class Transform : uint8_t { kWindash, kExpand, kUtf16Le, kUtf16Be, kUtf16, kBase64, kBase64Offset };

struct FieldKey {
  enum class Kind : uint8_t { kText, kRegex, kNetwork, kNumber, kTime, kExists, kField };

  std::string field;  // "" for keywords
  Kind kind = Kind::kText;
  Pattern::Anchor anchor = Pattern::Anchor::kWhole;
  Comparison comparison = Comparison::kEqual;
  TimePart time_part = TimePart::kMinute;
  bool cased = false;
  bool all = false;
  bool negated = false;
  std::string regex_flags;            // of "ims"
  std::vector<Transform> transforms;  // in the order given
};

// nullopt after reporting what is wrong at the node's key.
std::optional<FieldKey> parse_field_key(const YamlNode& node, const Report& report);

}  // namespace vedette::rules
