// SPDX-License-Identifier: Apache-2.0
#include "rule_tests/run.h"

#include <gmock/gmock.h>

#include "rule_tests/result_text.h"
#include "support.h"

namespace vedette::rule_tests {
namespace {

using ::testing::HasSubstr;
using testing::result_of;

const std::string kRead = "    - {category: process_access, fields: {McpBehavior: environ_read, McpServer: x}}\n";
const std::string kSent = "    - {category: network_connection, fields: {McpEgress: new, McpServer: x}, time: +1s}\n";

std::string one(const std::string& events, const std::string& expect, const std::string& rules = "") {
  return "- name: it\n" + rules + "  events:\n" + events + "  expect:\n" + expect;
}

// The failure of the only case, "" when it passes.
std::string failure(const std::string& text, const std::string& file = "r.test.yml") {
  CaseResult result = result_of(text, file);
  EXPECT_EQ(result.passed, result.detail.empty());
  return result.detail;
}

TEST(Run, PassesWhenTheAlertsAreThoseExpected) {
  EXPECT_EQ(failure(one(kRead, "    - {rule: Read}\n")), "");
  EXPECT_EQ(failure(one(kRead + kRead, "    - {rule: Read, count: 2, level: high}\n")), "");
  EXPECT_EQ(failure(one(kRead + kRead, "    - {rule: Read}\n    - {rule: Read}\n")), "") << "a multiset";
  EXPECT_EQ(failure(one("    - {category: raw_socket, fields: {}}\n", "    []\n")), "");
}

TEST(Run, CountsOnlyRulesUnderTest) {
  EXPECT_EQ(failure(one(kRead + kSent, "    - {rule: Both}\n", "  rules: [Both]\n")), "");
  EXPECT_EQ(failure(one(kRead + kSent, "    - {rule: Read}\n    - {rule: Both}\n", "  rules: [Both, Read]\n")), "");
}

TEST(Run, BuildingBlocksCountAsAlerts) {
  EXPECT_EQ(failure(one(kRead + kSent, "    - {rule: Read}\n    - {rule: Block}\n")), "");
}

TEST(Run, FiltersOfTheDirectoryApply) {
  std::string root =
      "    - {category: process_access, fields: {McpBehavior: environ_read, McpServer: x, SourceUserId: 0}}\n";
  EXPECT_EQ(failure(one(root, "    []\n"), "f.test.yml"), "");
  EXPECT_EQ(failure(one(root, "    - {rule: Read}\n")),
            "  expected, did not come: 1 × \"Read\" [high]\n"
            "  \"Read\" matches no event:\n"
            "    event 1 (line 3): its condition holds, but a filter excepts the event\n");
}

TEST(Run, SaysWhatKeepsARuleFromMatching) {
  std::string events =
      "    - {category: process_access, fields: {McpBehavior: memory_read, McpServer: x}}\n"
      "    - {category: process_access, fields: {McpBehavior: environ_read}}\n";
  EXPECT_EQ(failure(one(events, "    - {rule: Read}\n")),
            "  expected, did not come: 1 × \"Read\" [high]\n"
            "  \"Read\" matches no event:\n"
            "    event 1 (line 3):\n"
            "      no  selection\n"
            "        no  McpBehavior: 'environ_read', the event has 'memory_read'\n"
            "    event 2 (line 4):\n"
            "      no  selection\n"
            "        no  McpServer|exists: 'true', the event has no McpServer\n");
  EXPECT_THAT(failure(one(kSent, "    - {rule: Read}\n    - {rule: Block}\n")),
              HasSubstr("  \"Read\" matches no event: none is of process_access\n"));
  EXPECT_THAT(failure(one(kRead, "    - {rule: Dead}\n    - {rule: Read}\n")),
              HasSubstr("  \"Dead\" can never fire: there are no events of the product 'windows'"));
}

TEST(Run, SaysWhichPartOfACorrelationIsMissing) {
  EXPECT_EQ(failure(one(kRead, "    - {rule: Both}\n", "  rules: [Both]\n")),
            "  expected, did not come: 1 × \"Both\" [critical]\n"
            "  \"First\" matches event 1 (line 4)\n"
            "  \"Block\" matches no event: none is of network_connection\n");
}

TEST(Run, SaysWhichEventsGaveWhatWasNotExpected) {
  EXPECT_EQ(failure(one(kRead + kSent + kRead, "    []\n")),
            "  came, not expected:     2 × \"Read\" [high], by event 1 (line 3), event 3 (line 5)\n"
            "  came, not expected:     1 × \"Block\" [low], by event 2 (line 4)\n");
  EXPECT_EQ(failure(one(kRead, "    - {rule: Read, level: low}\n")),
            "  expected, did not come: 1 × \"Read\" [low]\n"
            "  came, not expected:     1 × \"Read\" [high], by event 1 (line 3)\n");
  EXPECT_EQ(failure(one(kRead, "    - {rule: Read, count: 3}\n")),
            "  expected, did not come: 2 × \"Read\" [high]\n"
            "  \"Read\" matches event 1 (line 3)\n");
}

TEST(Run, TimeSeparatesWhatACorrelationJoins) {
  std::string late = "    - {category: network_connection, fields: {McpEgress: new, McpServer: x}, time: +61s}\n";
  EXPECT_EQ(failure(one(kRead + late, "    []\n", "  rules: [Both]\n")), "");
}

TEST(Run, EachCaseStartsAfresh) {
  auto both = testing::cases(one(kRead, "    []\n", "  rules: [Both]\n") +
                             "- name: second\n  rules: [Both]\n  events:\n" + kSent + "  expect: []\n");
  for (const Case& test : both) {
    EXPECT_TRUE(run(test, testing::sample_rules().catalog, testing::sample_rules().compiled.rules, {}).passed);
  }
}

TEST(Run, TakesTheAlertsOfARecording) {
  EXPECT_EQ(failure("- {name: n, rules: any, recording: one.recording, expect: [{rule: Read}, {rule: Both}]}\n"), "");
  EXPECT_EQ(failure("- {name: n, recording: one.recording, expect: []}\n"),
            "  came, not expected:     1 × \"Read\" [high]\n");
  EXPECT_EQ(failure("- {name: n, recording: two.recording, expect: []}\n"), "  cannot open two.recording\n");
}

TEST(ResultText, NamesFailuresByPlaceAndEndsWithTheSum) {
  std::vector<CaseResult> results = {{"a", "x.test.yml", 1, 3, true, ""}, {"b", "x.test.yml", 9, 3, false, "  why\n"}};
  EXPECT_EQ(to_text(results), "x.test.yml:9:3: \"b\" failed\n  why\n1 passed, 1 failed\n");
  EXPECT_EQ(to_text({}), "0 passed, 0 failed\n");
}

}  // namespace
}  // namespace vedette::rule_tests
