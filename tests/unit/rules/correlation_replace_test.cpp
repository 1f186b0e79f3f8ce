// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "correlation_support.h"
#include "rules/rule_set.h"
#include "support.h"

namespace vedette::rules {
namespace {

using testing::compile_text;
using testing::correlated_rule;
using ::testing::ElementsAre;
using testing::ids;
using ::testing::IsEmpty;
using testing::kSecond;
using testing::more_correlation;
using testing::start;
using testing::titles;
using testing::with_correlation;

const std::string kOrdered =
    with_correlation("  type: temporal_ordered\n  rules: [one, two]\n  group-by: [User]\n  timespan: 10s\n");
const std::string kFilter =
    "---\ntitle: F\nlogsource: {product: linux}\nfilter: {rules: [id-one], s: {User: root}, condition: not s}\n";

std::string changed(std::string text, const std::string& from, const std::string& to) {
  text.replace(text.rfind(from), from.size(), to);
  return text;
}

// Whether the ordered correlation goes on when the rules are replaced between its two events.
bool remembers(const std::string& after) {
  Compiled first = compile_text(kOrdered);
  Compiled second = compile_text(after);
  EXPECT_TRUE(first.rules && second.rules) << (second.errors.empty() ? "" : second.errors[0].text());
  Matcher matcher(std::move(first.rules));
  matcher.match(start("a", "u", "", 100 * kSecond), 7);
  matcher.replace(std::move(second.rules));
  bool held = matcher.holds(7);
  auto found = matcher.match(start("b", "u", "", 101 * kSecond), 8);
  EXPECT_EQ(!found.empty(), held);
  return held;
}

TEST(Replace, UnchangedCorrelationsRemember) {
  EXPECT_TRUE(remembers(kOrdered));
  Matcher matcher(compile_text(kOrdered).rules);
  matcher.match(start("a", "u", "", 100 * kSecond), 7);
  matcher.replace(compile_text(kOrdered).rules);
  auto found = matcher.match(start("b", "u", "", 101 * kSecond), 8);
  ASSERT_THAT(titles(found), ElementsAre("C"));
  EXPECT_THAT(ids(found), ElementsAre(ElementsAre(7, 8)));
}

TEST(Replace, LayoutAndOtherRulesDoNotMatter) {
  EXPECT_TRUE(remembers("# a comment\n" + kOrdered));
  EXPECT_TRUE(remembers(changed(kOrdered, "  rules: [one, two]\n", "  rules:\n    - one\n    - two\n")));
  EXPECT_TRUE(
      remembers(changed(kOrdered, "  group-by: [User]\n  timespan: 10s", "  timespan: 10s\n  group-by: [User]")));
  EXPECT_TRUE(remembers(correlated_rule("four", "d") + kOrdered));
  EXPECT_TRUE(remembers(changed(kOrdered, "Image: c", "Image: d")));
}

TEST(Replace, ChangedCorrelationsForget) {
  EXPECT_FALSE(remembers(changed(kOrdered, "10s", "11s")));
  EXPECT_FALSE(remembers(changed(kOrdered, "{Image: b}", "{Image: b, User: u}")));
  EXPECT_FALSE(remembers(changed(kOrdered, "level: high", "level: medium")));
  EXPECT_FALSE(remembers(kOrdered + kFilter)) << "filters change the rule they except from";
  EXPECT_FALSE(remembers(changed(kOrdered, "[one, two]", "[one, id-two]")));
}

TEST(Replace, FiltersOfOtherRulesDoNotMatter) {
  EXPECT_TRUE(remembers(kOrdered + changed(kFilter, "[id-one]", "[id-three]")));
}

TEST(Replace, ChainsForgetWhatIsAboveAChange) {
  const std::string below =
      "  type: event_count\n  rules: [three]\n  group-by: [User]\n  timespan: 10s\n  condition: {gte: 1}\n";
  const std::string above = "  type: temporal_ordered\n  rules: [low, two]\n  group-by: [User]\n  timespan: 10s\n";
  const std::string text = kOrdered + more_correlation("low", below) + more_correlation("high", above);
  for (bool same : {true, false}) {
    Matcher matcher(compile_text(text).rules);
    matcher.match(start("c", "u", "", 100 * kSecond), 1);
    matcher.match(start("a", "u", "", 100 * kSecond), 2);
    matcher.replace(compile_text(same ? text : changed(text, "gte: 1", "gte: 2")).rules);
    std::vector<std::string> expected = same ? std::vector<std::string>{"C", "high"} : std::vector<std::string>{"C"};
    EXPECT_EQ(titles(matcher.match(start("b", "u", "", 101 * kSecond), 3)), expected);
  }
}

TEST(Replace, WhatIsBuiltOnItMayChange) {
  const std::string above = "  type: temporal_ordered\n  rules: [id-c, three]\n  group-by: [User]\n  timespan: 10s\n";
  Matcher matcher(compile_text(kOrdered).rules);
  matcher.match(start("a", "u", "", 100 * kSecond), 1);
  matcher.replace(compile_text(kOrdered + more_correlation("above", above)).rules);
  EXPECT_THAT(matcher.match(start("b", "u", "", 101 * kSecond), 2), IsEmpty());
  EXPECT_THAT(ids(matcher.match(start("c", "u", "", 102 * kSecond), 3)), ElementsAre(ElementsAre(1, 2, 3)));
}

TEST(Replace, WindowsGoOn) {
  const std::string few = with_correlation(
      "  type: event_count\n  rules: [one]\n  group-by: [User]\n  timespan: 10s\n  condition: {eq: 2}\n");
  Matcher matcher(compile_text(few).rules);
  matcher.match(start("a", "u", "", 100 * kSecond), 1);
  matcher.replace(compile_text(few).rules);
  matcher.match(start("a", "u", "", 101 * kSecond), 2);
  EXPECT_THAT(ids(matcher.advance(112 * kSecond)), ElementsAre(ElementsAre(1, 2)));
}

TEST(Replace, LossesStayCounted) {
  Matcher matcher(compile_text(kOrdered).rules);
  matcher.match(start("x", "u", "", 100 * kSecond), 1);
  matcher.match(start("a", "u", "", 50 * kSecond), 2);
  EXPECT_EQ(matcher.late(), 1U);
  matcher.replace(compile({}).rules);
  EXPECT_EQ(matcher.late(), 1U);
  EXPECT_FALSE(matcher.holds(2));
}

TEST(Digest, TellsRulesApart) {
  Compiled compiled = compile_text(kOrdered);
  for (const RuleInfo& info : compiled.infos) {
    EXPECT_THAT(info.digest, ::testing::MatchesRegex("[0-9a-f]{64}")) << info.title;
  }
  EXPECT_NE(compiled.infos[0].digest, compiled.infos[1].digest);
  EXPECT_EQ(compile_text("# layout\n" + kOrdered).rules->digest, compiled.rules->digest);
  EXPECT_NE(compile_text(changed(kOrdered, "10s", "11s")).rules->digest, compiled.rules->digest);
  Compiled filtered = compile_text(kOrdered + kFilter);
  EXPECT_NE(filtered.infos[0].digest, compiled.infos[0].digest);
  EXPECT_EQ(filtered.infos[1].digest, compiled.infos[1].digest);
  EXPECT_NE(filtered.rules->digest, compiled.rules->digest);
}

}  // namespace
}  // namespace vedette::rules
