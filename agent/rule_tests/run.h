// SPDX-License-Identifier: Apache-2.0
// Runs one case.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rule_tests/case_file.h"
#include "rules/engine.h"

namespace vedette::rule_tests {

// The ids of the rules that alerted, one an alert.
using Replay = std::function<Result<std::vector<std::string>>(const std::string& recording)>;

struct CaseResult {
  std::string name;
  std::string file;
  int line = 0;
  int column = 0;
  bool passed = false;
  std::string detail;  // of a failure: what was expected and what came, and why; lines each ended with a newline
};

// `rules` are those the catalog was made of. A rule under test that only serves correlations counts as if it alerted.
CaseResult run(const Case& test, const Catalog& catalog, const std::shared_ptr<const rules::RuleSet>& rules,
               const Replay& replay);

}  // namespace vedette::rule_tests
