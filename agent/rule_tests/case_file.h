// SPDX-License-Identifier: Apache-2.0
// A *.test.yml file (docs/rule-tests.md): cases of events and the alerts expected of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "event/alert.h"
#include "rule_tests/catalog.h"
#include "rules/fields.h"

namespace vedette::rule_tests {

struct TestEvent {
  rules::Record record;
  int line = 0;
};

struct Expected {
  size_t rule = 0;  // in the catalog
  Level level = Level::kMedium;
  size_t count = 1;
};

struct Case {
  std::string name;
  std::string file;
  int line = 0;
  int column = 0;
  std::vector<size_t> rules;      // under test; alerts of others do not count
  std::vector<TestEvent> events;  // in order of time; each repetition is one of its own
  std::string recording;          // file, "" when there are events
  std::vector<Expected> expect;   // a multiset
};

// Reports every mistake; the cases are to be used only when there is none.
std::vector<Case> parse_cases(const rules::RuleSource& source, const Catalog& catalog, Diagnostics& errors);

}  // namespace vedette::rule_tests
