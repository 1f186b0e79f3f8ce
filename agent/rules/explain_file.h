// SPDX-License-Identifier: Apache-2.0
// The detection rules of one file against one event, whatever their log source.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "rules/engine.h"
#include "rules/explain.h"

namespace vedette::rules {

struct ExplainedRule {
  std::string id;
  std::string title;
  std::string file;
  int line = 0;
  Explanation condition;
};

struct ExplainedFile {
  std::vector<ExplainedRule> rules;  // in file order; to be used only when there are no errors
  Diagnostics errors;
};

// A file without a detection rule is an error, as is a rule with a modifier this program has not.
ExplainedFile explain(const RuleSource& source, const EventView& event);

// Whether one of them matches.
bool any_matches(const std::vector<ExplainedRule>& rules);
std::string to_text(const ExplainedRule& rule, const Marks& marks);
// {"matches", "rules": [{"id", "title", "file", "line", "matches", "condition"}]}, `condition` as docs/rule-tests.md
// says.
std::string to_json(const std::vector<ExplainedRule>& rules);

}  // namespace vedette::rules
