// SPDX-License-Identifier: Apache-2.0
#include "rules/correlation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "correlation_support.h"
#include "support.h"

namespace vedette::rules {
namespace {

using testing::compile_text;
using testing::correlated_rule;
using testing::correlated_rules;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::mistakes;
using testing::only_mistake;
using testing::Stream;
using testing::titles;
using testing::with_correlation;

const std::string kRules = correlated_rules();

const std::string kOrdered =
    with_correlation("  type: temporal_ordered\n  rules: [one, id-two]\n  group-by: [User]\n  timespan: 10s\n");

TEST(TemporalOrdered, InOrderWithinTheTimespan) {
  Stream stream(kOrdered);
  EXPECT_THAT(stream.see("a", "u", 100), IsEmpty());
  EXPECT_THAT(stream.see("b", "u", 110), ElementsAre(1, 2));
}

TEST(TemporalOrdered, TooLate) {
  Stream stream(kOrdered);
  stream.see("a", "u", 100);
  EXPECT_THAT(stream.see("b", "u", 111), IsEmpty());
}

TEST(TemporalOrdered, WrongOrder) {
  Stream stream(kOrdered);
  stream.see("b", "u", 100);
  EXPECT_THAT(stream.see("a", "u", 101), IsEmpty());
  EXPECT_THAT(stream.see("b", "u", 102), ElementsAre(2, 3));
}

TEST(TemporalOrdered, OrderIsThatOfTheirTimes) {
  Stream stream(kOrdered);
  stream.see("a", "u", 100);
  EXPECT_THAT(stream.see("b", "u", 99), IsEmpty());
  EXPECT_THAT(stream.see("b", "u", 100), ElementsAre(1, 3));
}

TEST(TemporalOrdered, GroupsAreApart) {
  Stream stream(kOrdered);
  stream.see("a", "u", 100);
  EXPECT_THAT(stream.see("b", "v", 101), IsEmpty());
  EXPECT_THAT(stream.see("b", "U", 101), IsEmpty());
  EXPECT_THAT(stream.see("b", "u", 102), ElementsAre(1, 4));
}

TEST(TemporalOrdered, UnknownIsInNoGroup) {
  Stream stream(kOrdered);
  stream.see("a", "", 100);
  EXPECT_THAT(stream.see("b", "", 101), IsEmpty());
}

TEST(TemporalOrdered, TheLatestStartCounts) {
  Stream stream(kOrdered);
  stream.see("a", "u", 100);
  stream.see("a", "u", 108);
  EXPECT_THAT(stream.see("b", "u", 115), ElementsAre(2, 3));
}

TEST(TemporalOrdered, StartsAfreshWhenComplete) {
  Stream stream(kOrdered);
  stream.see("a", "u", 100);
  EXPECT_THAT(stream.see("b", "u", 101), ElementsAre(1, 2));
  EXPECT_THAT(stream.see("b", "u", 102), IsEmpty());
  stream.see("a", "u", 103);
  EXPECT_THAT(stream.see("b", "u", 104), ElementsAre(4, 5));
}

TEST(TemporalOrdered, ThreeStages) {
  Stream stream(
      with_correlation("  type: temporal_ordered\n  rules: [one, two, three]\n  group-by: [User]\n  timespan: 10s\n"));
  stream.see("a", "u", 100);
  stream.see("b", "u", 105);
  stream.see("a", "u", 106);
  EXPECT_THAT(stream.see("c", "u", 109), ElementsAre(1, 2, 4));
  stream.see("a", "u", 200);
  stream.see("b", "u", 209);
  EXPECT_THAT(stream.see("c", "u", 211), IsEmpty());
}

TEST(TemporalOrdered, OneEventIsOneStep) {
  std::string same = correlated_rule("one", "a") + correlated_rule("two", "a") +
                     "title: C\nid: id-c\nlevel: high\ncorrelation: {type: temporal_ordered, rules: [one, two], "
                     "group-by: [User], timespan: 10s}\n";
  Stream stream(same);
  EXPECT_THAT(stream.see("a", "u", 100), IsEmpty());
  EXPECT_THAT(stream.see("a", "u", 101), ElementsAre(1, 2));
}

TEST(TemporalOrdered, NoGroupsMeansOne) {
  Stream stream(with_correlation("  type: temporal_ordered\n  rules: [one, two]\n  group-by: []\n  timespan: 10s\n"));
  stream.see("a", "u", 100);
  EXPECT_THAT(stream.see("b", "v", 101), ElementsAre(1, 2));
}

TEST(Temporal, AnyOrder) {
  Stream stream(
      with_correlation("  type: temporal\n  rules: [one, two, three]\n  group-by: [User]\n  timespan: 10s\n"));
  stream.see("c", "u", 100);
  stream.see("a", "u", 101);
  EXPECT_THAT(stream.see("b", "u", 102), ElementsAre(1, 2, 3));
  stream.see("a", "u", 200);
  stream.see("b", "u", 206);
  EXPECT_THAT(stream.see("c", "u", 212), IsEmpty());
  EXPECT_THAT(stream.see("a", "u", 213), ElementsAre(5, 6, 7));
}

TEST(Correlation, HidesItsRules) {
  Stream stream(kOrdered);
  EXPECT_THAT(stream.match("a", "u", 100), IsEmpty());
  EXPECT_THAT(titles(stream.match("b", "u", 101)), ElementsAre("C"));
  EXPECT_THAT(titles(stream.match("c", "u", 101)), ElementsAre("three"));
}

TEST(Correlation, GenerateShowsThem) {
  for (const std::string& text : {kOrdered + "  generate: true\n", kOrdered + "generate: true\n"}) {
    Stream stream(text);
    EXPECT_THAT(titles(stream.match("a", "u", 100)), ElementsAre("one"));
    EXPECT_THAT(titles(stream.match("b", "u", 101)), ElementsAre("two", "C"));
  }
}

TEST(Correlation, HoldsWhatItStillNeeds) {
  Stream stream(kOrdered);
  stream.see("a", "u", 100);
  EXPECT_TRUE(stream.matcher().holds(1));
  stream.see("b", "u", 102);
  stream.see("b", "v", 102);
  EXPECT_FALSE(stream.matcher().holds(4));
  stream.matcher().advance(103 * testing::kSecond);
  EXPECT_TRUE(stream.matcher().holds(1)) << "one that comes late may take its place";
  stream.matcher().advance(103 * testing::kSecond + 1);
  EXPECT_FALSE(stream.matcher().holds(1));
  EXPECT_FALSE(stream.matcher().holds(2));
}

TEST(Correlation, ForgetsWithTime) {
  Stream stream(kOrdered);
  stream.see("a", "u", 100);
  stream.see("x", "v", 111);
  EXPECT_TRUE(stream.matcher().holds(1));
  stream.see("x", "v", 112);
  EXPECT_FALSE(stream.matcher().holds(1));
  EXPECT_EQ(stream.matcher().evicted(), 0U);
}

TEST(Correlation, EvictsTheGroupUntouchedForLongest) {
  Stream stream(kOrdered);
  for (size_t i = 0; i < kMaxGroups; ++i) {
    stream.see("a", "u" + std::to_string(i), 100);
  }
  stream.see("a", "u0", 100);
  EXPECT_EQ(stream.matcher().evicted(), 0U);
  stream.see("a", "one more", 100);
  EXPECT_EQ(stream.matcher().evicted(), 1U);
  EXPECT_FALSE(stream.matcher().holds(2));
  EXPECT_THAT(stream.see("b", "u1", 101), IsEmpty());
  EXPECT_EQ(stream.see("b", "u0", 101).size(), 2U);
}

TEST(Correlation, Aliases) {
  const std::string access =
      "title: Access\nid: id-x\nname: access\nlevel: low\nlogsource: {category: process_access}\n"
      "detection: {s: {McpBehavior: environ_read}, condition: s}\n---\n";
  const std::string rest =
      "title: C\nid: id-c\nlevel: high\ncorrelation:\n  type: temporal_ordered\n  rules: [access, one]\n"
      "  group-by: [reader]\n  timespan: 1m\n  aliases:\n    reader:\n      access: SourceProcessGuid\n";
  Compiled compiled = compile_text(kRules + access + rest + "      id-one: ProcessGuid\n");
  ASSERT_TRUE(compiled.rules);
  Matcher matcher(compiled.rules);
  auto read = testing::record(Category::kProcessAccess,
                              {{Field::kMcpBehavior, "environ_read"}, {Field::kSourceProcessGuid, "7"}}, 1);
  auto start = testing::record(Category::kProcessCreation, {{Field::kImage, "a"}, {Field::kProcessGuid, "7"}}, 2);
  EXPECT_TRUE(matcher.match(read, 10).empty());
  auto found = matcher.match(start, 11);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0].event_ids, ElementsAre(10, 11));

  EXPECT_THAT(
      only_mistake(kRules + access + rest),
      HasSubstr("the alias 'reader' names no field of the rule 'one'; add one under 'correlation.aliases.reader'"));
  EXPECT_THAT(only_mistake(kRules + access + rest + "      id-one: ProcesGuid\n"),
              HasSubstr("expected a field or an alias, found 'ProcesGuid'; did you mean 'ProcessGuid'?"));
  EXPECT_THAT(only_mistake(kRules + access + rest + "      id-one: ProcessGuid\n      nobody: Image\n"),
              HasSubstr("found 'nobody', which no rule has"));
}

TEST(Correlation, InfoAndLevel) {
  Compiled compiled = compile_text(kOrdered);
  ASSERT_EQ(compiled.infos.size(), 4U);
  EXPECT_TRUE(compiled.infos[3].correlation);
  EXPECT_EQ(compiled.infos[3].level, Level::kHigh);
  std::string text = kOrdered;
  text.erase(text.find("level: high\n"), 12);
  EXPECT_EQ(compile_text(text).infos[3].level, Level::kLow);
}

TEST(Correlation, RulesNeedNoLevel) {
  std::string text = kOrdered;
  text.erase(text.find("level: low\n"), 11);
  EXPECT_THAT(mistakes(text), IsEmpty());
  EXPECT_THAT(mistakes(text + "  generate: true\n"), IsEmpty());
}

TEST(Correlation, DiesWithItsRules) {
  std::string text = kOrdered;
  text.replace(text.find("category: process_creation"), 26, "category: dns_query");
  Compiled compiled = compile_text(text);
  ASSERT_TRUE(compiled.rules);
  EXPECT_EQ(compiled.infos[3].dead, "its rule 'one' is dead: there are no events of the category 'dns_query'");
  Matcher matcher(compiled.rules);
}

TEST(Correlation, FieldsOfOtherCategoriesCannotGroup) {
  std::string text = kOrdered;
  text.replace(text.rfind("[User]"), 6, "[SourceUser]");
  EXPECT_THAT(mistakes(text), ::testing::Each(HasSubstr("have no field 'SourceUser'; define an alias")));
  EXPECT_THAT(compile_text(text).infos, ::testing::SizeIs(3)) << "the rules it builds on stay";
}

}  // namespace
}  // namespace vedette::rules
