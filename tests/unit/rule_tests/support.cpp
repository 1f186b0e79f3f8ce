// SPDX-License-Identifier: Apache-2.0
#include "support.h"

#include <gtest/gtest.h>

namespace vedette::rule_tests::testing {
namespace {

const char* const kRules = R"(title: Read
id: 11111111-1111-4111-8111-111111111111
level: high
logsource: {category: process_access, product: linux}
detection:
  selection: {McpBehavior: environ_read, McpServer|exists: true}
  condition: selection
---
title: Block
id: 22222222-2222-4222-8222-222222222222
name: block
level: low
logsource: {category: network_connection, product: linux}
detection:
  selection: {McpEgress: new}
  condition: selection
---
title: Dead
id: 33333333-3333-4333-8333-333333333333
level: low
logsource: {category: process_access, product: windows}
detection:
  selection: {SourceUser: x}
  condition: selection
)";

const char* const kCorrelation = R"(title: Both
id: 44444444-4444-4444-8444-444444444444
level: critical
correlation:
  type: temporal_ordered
  rules: [first, block]
  group-by: [McpServer]
  timespan: 1m
---
title: First
id: 55555555-5555-4555-8555-555555555555
name: first
level: low
logsource: {category: process_access, product: linux}
detection:
  selection: {McpBehavior: [environ_read, memory_read]}
  condition: selection
)";

const char* const kFilter = R"(title: Root
logsource: {category: process_access, product: linux}
filter:
  rules: [11111111-1111-4111-8111-111111111111]
  root: {SourceUserId: 0}
  condition: not root
)";

Rules make_rules() {
  std::vector<rules::RuleSource> sources = {{"c.yml", kCorrelation}, {"f.yml", kFilter}, {"r.yml", kRules}};
  rules::Compiled compiled = rules::compile(sources);
  for (const Diagnostic& error : compiled.errors) {
    ADD_FAILURE() << error.text();
  }
  Catalog catalog(sources, compiled);
  return {std::move(sources), std::move(compiled), std::move(catalog)};
}

Result<std::vector<std::string>> replay(const std::string& recording) {
  if (recording != "one.recording") {
    return fail("cannot open " + recording);
  }
  return std::vector<std::string>{"11111111-1111-4111-8111-111111111111", "44444444-4444-4444-8444-444444444444"};
}

}  // namespace

const Rules& sample_rules() {
  static const Rules kSample = make_rules();
  return kSample;
}

std::vector<std::string> mistakes(const std::string& text) {
  Diagnostics errors;
  parse_cases({"r.test.yml", text}, sample_rules().catalog, errors);
  std::vector<std::string> result;
  for (const Diagnostic& error : errors) {
    result.push_back(std::to_string(error.line) + ":" + std::to_string(error.column) + ": " + error.message);
  }
  return result;
}

std::vector<Case> cases(const std::string& text, const std::string& file) {
  Diagnostics errors;
  auto result = parse_cases({file, text}, sample_rules().catalog, errors);
  for (const Diagnostic& error : errors) {
    ADD_FAILURE() << error.text();
  }
  return result;
}

CaseResult result_of(const std::string& text, const std::string& file) {
  auto parsed = cases(text, file);
  EXPECT_EQ(parsed.size(), 1U);
  return parsed.empty() ? CaseResult() : run(parsed[0], sample_rules().catalog, sample_rules().compiled.rules, replay);
}

}  // namespace vedette::rule_tests::testing
