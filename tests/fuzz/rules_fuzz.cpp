// SPDX-License-Identifier: Apache-2.0
// Text → compile() and a match of what came of it; the same text as a condition, an expression and a date.
#include <cstdlib>
#include <string>

#include "base/fold_case.h"
#include "rules/condition.h"
#include "rules/encoding.h"
#include "rules/engine.h"
#include "rules/regex.h"
#include "rules/time_part.h"
#include "rules/windash.h"

namespace {

using namespace vedette::rules;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

Record event_of(Category category, const std::string& value) {
  Record record;
  record.category = category;
  for (size_t i = 0; i < kFieldCount; ++i) {
    record.values[i] = i % 2 == 0 ? value : std::to_string(i);
  }
  return record;
}

void compile_and_match(const std::string& text) {
  CompileOptions options;
  options.placeholders = {{"a", {"x", "y*"}}, {"b", {}}};
  Compiled compiled = compile({{"r.yml", text}}, options);
  require((compiled.rules == nullptr) == !compiled.errors.empty());
  if (!compiled.rules) {
    return;
  }
  Matcher matcher(compiled.rules);
  for (int category = 0; category < kCategoryCount; ++category) {
    matcher.match(event_of(static_cast<Category>(category), text.substr(0, 200)), 1);
    matcher.match(Record{static_cast<Category>(category)}, 2);
  }
}

// Quoted, as a rule has it: what holds in the text itself is told without YAML.
void condition_alone(const std::string& text) {
  vedette::Diagnostics errors;
  Report report("r.yml", errors, text);
  YamlNode node;
  node.kind = YamlNode::Kind::kScalar;
  node.text = text;
  node.line = 1;
  node.column = 1;
  auto condition = parse_condition(node, {"a", "b", "sel_c", "_d"}, report);
  require(condition.has_value() == errors.empty());
  if (condition) {
    bool all = evaluate(*condition, [](size_t index) { return index < 4; });
    Reach known = reach(*condition, [](size_t) { return Reach{true, false}; });
    require(all ? known.can_hold : known.can_fail);
  }
}

void values_alone(const std::string& text) {
  find_unmatchable(text);
  dash_forms(text.substr(0, 100));
  time_part(TimePart::kWeek, text);
  std::string folded = vedette::fold_case(text);
  require(vedette::fold_case(folded) == folded);
  require(base64(text).size() == (text.size() + 2) / 3 * 4);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  compile_and_match(text);
  condition_alone(text);
  values_alone(text);
  return 0;
}
