// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "rule_tests/run.h"

namespace vedette::rule_tests {

// JUnit XML: a testsuite a file, a testcase a case. The results of a file stand together.
std::string to_junit(const std::vector<CaseResult>& results);

}  // namespace vedette::rule_tests
