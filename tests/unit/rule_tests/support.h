// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "rule_tests/catalog.h"
#include "rule_tests/run.h"
#include "rules/engine.h"

namespace vedette::rule_tests::testing {

// Rules of which tests are made: r.yml has "Read" and the building block "Block", c.yml the correlation "Both" of
// "Read" and "Block", which reports neither twice, f.yml a filter of "Read" for the user root.
struct Rules {
  std::vector<rules::RuleSource> sources;
  rules::Compiled compiled;
  Catalog catalog;
};
const Rules& sample_rules();

// "line:column: message" of each mistake of a test file beside r.yml.
std::vector<std::string> mistakes(const std::string& text);

// Of a test file without mistakes; fails the test if it has some.
std::vector<Case> cases(const std::string& text, const std::string& file = "r.test.yml");

// The result of the only case.
CaseResult result_of(const std::string& text, const std::string& file = "r.test.yml");

}  // namespace vedette::rule_tests::testing
