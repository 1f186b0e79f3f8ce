// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <iostream>

#include "correlation_support.h"
#include "rules/correlation.h"
#include "rules/correlator.h"
#include "rules/rule_set.h"
#include "support.h"

namespace vedette::rules {
namespace {

using testing::kSecond;
using testing::start;
using testing::with_correlation;

constexpr uint64_t kMillion = 1'000'000;
constexpr uint64_t kFlood = 300'000;  // more than twice what is remembered
static_assert(kFlood > 2 * kMaxEntries);

struct Flood {
  size_t held = 0;  // at most
  uint64_t told = 0;
  Losses losses;
};

// A flood of events of the first of three rules; prints the time it took.
Flood flood(const std::string& type, const std::string& condition, const std::string& timespan, uint64_t gap_ns,
            bool one_group) {
  std::string text =
      with_correlation("  type: " + type + "\n  rules: [one, two, three]\n  group-by: [User]\n  timespan: " + timespan +
                       "\n" + (condition.empty() ? "" : "  condition: " + condition + "\n"));
  Compiled compiled = testing::compile_text(text);
  EXPECT_TRUE(compiled.rules) << compiled.errors[0].text();
  Correlator correlator(compiled.rules->correlations);
  Flood result;
  auto begin = std::chrono::steady_clock::now();
  Record event = start("a", "u", "1", 0);
  for (uint64_t i = 1; i <= kFlood; ++i) {
    event.time_ns = 1000 * kSecond + i * gap_ns;
    event.set(Field::kUser, one_group ? "u" : std::to_string(i));
    event.set(Field::kParentProcessId, std::to_string(i));
    result.told += correlator.see(event, i, {{0, i % 2}}).size();
    result.held = std::max(result.held, correlator.held());
  }
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::cout << kFlood << " events, " << type << " " << condition << ", gap " << gap_ns << " ns, "
            << (one_group ? "one group: " : "as many groups: ") << took.count() << " s, held at most " << result.held
            << ", told " << result.told << "\n";
  result.losses = correlator.losses();
  return result;
}

const std::string kNumber = "{field: ParentProcessId, ";

struct Case {
  const char* type;
  std::string condition;
};
const std::vector<Case> kCases = {
    {"event_count", "{gte: 2000000}"},         {"event_count", "{lt: 5}"}, {"value_count", kNumber + "gte: 4000}"},
    {"value_percentile", kNumber + "gt: 99}"}, {"temporal_ordered", ""},
};

TEST(CorrelationLimits, AFloodOfOneGroup) {
  for (const Case& one : kCases) {
    Flood result = flood(one.type, one.condition, "1h", 1, true);
    EXPECT_LE(result.held, 2 * kMaxEntries) << one.type;
    EXPECT_EQ(result.losses.evicted, 0U) << one.type;
  }
}

TEST(CorrelationLimits, AFloodOfGroups) {
  for (const Case& one : kCases) {
    Flood result = flood(one.type, one.condition, "1h", 100'000, false);
    EXPECT_LE(result.held, 2 * kMaxEntries) << one.type;
    EXPECT_GE(result.losses.evicted, kFlood - 2 * kMaxEntries) << one.type;
  }
}

TEST(CorrelationLimits, AFloodThatFiresEveryTime) {
  Flood one = flood("event_count", "{gte: 1}", "1s", 1, true);
  EXPECT_EQ(one.told, kFlood);
  EXPECT_LE(one.held, kMaxEntries);
  Flood many = flood("event_count", "{gte: 1}", "1h", 1, false);
  EXPECT_EQ(many.told, kFlood);
  EXPECT_LE(many.held, kMaxEntries);
}

TEST(CorrelationLimits, CountsFarBeyondWhatIsRemembered) {
  std::string text = with_correlation(
      "  type: event_count\n  rules: [one]\n  group-by: []\n  timespan: 1h\n  condition: {gte: 500000}\n");
  Compiled compiled = testing::compile_text(text);
  Matcher matcher(compiled.rules);
  uint64_t told_at = 0;
  for (uint64_t i = 1; i <= kMillion && told_at == 0; ++i) {
    auto found = matcher.match(start("a", "u", "", 1000 * kSecond + i * 1'000'000), i);
    if (!found.empty()) {
      told_at = i;
      EXPECT_EQ(found[0].count, 500'000U);
      EXPECT_EQ(found[0].event_ids.front(), 1U);
      EXPECT_EQ(found[0].event_ids.back(), i);
    }
  }
  EXPECT_EQ(told_at, 500'000U);
}

TEST(CorrelationLimits, OldEventsLeaveEvenWhenKeptTogether) {
  std::string text = with_correlation(
      "  type: event_count\n  rules: [one]\n  group-by: []\n  timespan: 100s\n  condition: {gt: 100001}\n");
  Compiled compiled = testing::compile_text(text);
  Matcher matcher(compiled.rules);
  uint64_t told = 0;
  for (uint64_t i = 1; i <= 300'000; ++i) {
    told += matcher.match(start("a", "u", "", 1000 * kSecond + i * 1'000'000), i).size();
  }
  EXPECT_EQ(told, 0U) << "never more than 100001 in 100 seconds";
}

TEST(CorrelationLimits, ABusyGroupDoesNotDriveOthersOut) {
  std::string text =
      with_correlation("  type: temporal_ordered\n  rules: [one, two]\n  group-by: [User]\n  timespan: 1h\n");
  Compiled compiled = testing::compile_text(text);
  Matcher matcher(compiled.rules);
  matcher.match(start("a", "victim", "", 1000 * kSecond), 1);
  for (uint64_t i = 2; i <= 200'000; ++i) {
    matcher.match(start("a", "busy" + std::to_string(i % 20), "", 1000 * kSecond + i * 1'000), i);
  }
  EXPECT_EQ(matcher.evicted(), 0U);
  EXPECT_EQ(matcher.match(start("b", "victim", "", 1010 * kSecond), 200'001).size(), 1U);
}

}  // namespace
}  // namespace vedette::rules
