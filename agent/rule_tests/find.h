// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "rules/engine.h"

namespace vedette::rule_tests {

// The files named and all *.test.yml below the directories, sorted by path, each once. A path that is not there, that
// is no *.test.yml, or below which there is none is an error.
Result<std::vector<rules::RuleSource>> read_tests(const std::vector<std::string>& paths);

// Of each path the nearest directory above it, or itself, that is named "rules" or "rules.d"; else itself, or the
// directory it is in.
std::vector<std::string> rule_directories(const std::vector<std::string>& paths);

}  // namespace vedette::rule_tests
