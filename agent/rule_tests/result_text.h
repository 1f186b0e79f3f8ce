// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "rule_tests/run.h"

namespace vedette::rule_tests {

size_t passed(const std::vector<CaseResult>& results);
// The failures, then "N passed, N failed".
std::string to_text(const std::vector<CaseResult>& results);

}  // namespace vedette::rule_tests
