// SPDX-License-Identifier: Apache-2.0
#include "rule_tests/result_text.h"

#include <algorithm>

namespace vedette::rule_tests {

size_t passed(const std::vector<CaseResult>& results) {
  return static_cast<size_t>(std::ranges::count_if(results, &CaseResult::passed));
}

std::string to_text(const std::vector<CaseResult>& results) {
  std::string text;
  for (const CaseResult& result : results) {
    if (!result.passed) {
      text += Diagnostic{result.file, result.line, result.column, "\"" + result.name + "\" failed"}.text() + "\n" +
              result.detail;
    }
  }
  size_t good = passed(results);
  return text + std::to_string(good) + " passed, " + std::to_string(results.size() - good) + " failed\n";
}

}  // namespace vedette::rule_tests
