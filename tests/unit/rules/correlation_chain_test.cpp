// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "correlation_support.h"
#include "support.h"

namespace vedette::rules {
namespace {

using testing::compile_text;
using testing::correlated_rules;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kSecond;
using testing::mistakes;
using testing::more_correlation;
using ::testing::SizeIs;
using testing::start;
using testing::Stream;
using testing::titles;

const std::string kMany =
    "  type: event_count\n  rules: [one]\n  group-by: [User]\n  timespan: 10s\n  condition: {gte: 2}\n";
const std::string kThenTwo = "  type: temporal_ordered\n  rules: [many, two]\n  group-by: [User]\n  timespan: 10s\n";

std::string chain(const std::string& many, const std::string& then, const std::string& head = "") {
  return correlated_rules() + "title: first\nid: f\nname: many\n" + head + "correlation:\n" + many +
         more_correlation("then", then);
}

TEST(CorrelationChain, AMatchIsAnEventOfTheNext) {
  Stream stream(chain(kMany, kThenTwo));
  stream.see("a", "u", 100);
  EXPECT_THAT(stream.match("b", "u", 101), IsEmpty());
  EXPECT_THAT(stream.match("a", "u", 102), IsEmpty()) << "a correlation that another refers to is not told itself";
  auto found = stream.match("b", "u", 103);
  EXPECT_THAT(titles(found), ElementsAre("then"));
  EXPECT_THAT(found[0].event_ids, ElementsAre(1, 3, 4));
}

TEST(CorrelationChain, MayComeInAnyOrderAndFromOtherFiles) {
  std::string then = "title: then\ncorrelation:\n" + kThenTwo;
  std::string many = "title: first\nname: many\ncorrelation:\n" + kMany;
  Compiled compiled = compile({{"a.yml", then}, {"b.yml", many}, {"c.yml", correlated_rules()}});
  ASSERT_TRUE(compiled.rules) << compiled.errors[0].text();
  Matcher matcher(compiled.rules);
  matcher.match(start("a", "u", "", 100 * kSecond), 1);
  matcher.match(start("a", "u", "", 101 * kSecond), 2);
  EXPECT_THAT(titles(matcher.match(start("b", "u", "", 102 * kSecond), 3)), ElementsAre("then"));
}

TEST(CorrelationChain, GenerateShowsTheCorrelationBelow) {
  Stream stream(chain(kMany, kThenTwo + "  generate: true\n"));
  stream.see("a", "u", 100);
  EXPECT_THAT(titles(stream.match("a", "u", 101)), ElementsAre("first"));
  EXPECT_THAT(titles(stream.match("b", "u", 102)), ElementsAre("two", "then"));
}

TEST(CorrelationChain, UsesOnlyItsOwnGroupBy) {
  std::string by_directory = kMany;
  by_directory.replace(by_directory.find("[User]"), 6, "[CurrentDirectory]");
  Stream stream(chain(by_directory, kThenTwo));
  for (const char* user : {"u", "v"}) {
    Record event = start("a", user, "", 100 * kSecond);
    event.set(Field::kCurrentDirectory, "/");
    stream.match(event);
  }
  EXPECT_THAT(stream.see("b", "u", 101), IsEmpty());
  EXPECT_THAT(stream.see("b", "v", 101), ElementsAre(1, 2, 4)) << "the newest event has the value";
}

TEST(CorrelationChain, GroupsByAnAliasOfTheCorrelationBelow) {
  std::string below =
      "  type: temporal\n  rules: [one, two]\n  group-by: [who]\n  timespan: 10s\n  aliases:\n"
      "    who: {one: User, two: CurrentDirectory}\n";
  std::string above =
      "  type: temporal_ordered\n  rules: [many, three]\n  group-by: [who]\n  timespan: 10s\n  aliases:\n"
      "    who: {many: who, three: ParentImage}\n";
  Stream stream(chain(below, above));
  stream.match(start("a", "x", "", 100 * kSecond));
  Record second = start("b", "y", "", 101 * kSecond);
  second.set(Field::kCurrentDirectory, "x");
  stream.match(second);
  Record third = start("c", "z", "", 102 * kSecond);
  third.set(Field::kParentImage, "x");
  auto found = stream.match(third);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].event_ids, ElementsAre(1, 2, 3));
}

TEST(CorrelationChain, AWindowThatClosedIsAnEventOfItsEnd) {
  std::string few = "  type: event_count\n  rules: [one]\n  group-by: [User]\n  timespan: 10s\n  condition: {lt: 2}\n";
  Stream stream(chain(few, kThenTwo));
  stream.see("a", "u", 100);
  stream.see("b", "u", 109);
  EXPECT_THAT(stream.match("b", "u", 111), IsEmpty()) << "the window may still turn out otherwise";
  EXPECT_THAT(stream.advance(112), ElementsAre(ElementsAre(1, 3))) << "110, then 111";
}

TEST(CorrelationChain, LongValuesAreTheSameOnEveryLevel) {
  Stream stream(chain(kMany, kThenTwo));
  const std::string name(100'000, 'n');
  stream.see("a", name, 100);
  stream.see("a", name + "x", 100);
  EXPECT_THAT(stream.see("b", name, 101), IsEmpty());
  stream.see("a", name, 102);
  EXPECT_THAT(stream.see("b", name + "x", 103), IsEmpty());
  EXPECT_THAT(stream.see("b", name, 103), ElementsAre(1, 4, 6));
}

TEST(CorrelationChain, LevelsRise) {
  Compiled plain = compile_text(chain(kMany, kThenTwo));
  ASSERT_TRUE(plain.rules);
  EXPECT_EQ(plain.infos[4].level, Level::kLow) << "the highest of its rules";
  EXPECT_EQ(compile_text(chain(kMany, kThenTwo, "level: high\n")).infos[4].level, Level::kHigh);
  std::string lower = correlated_rules() + more_correlation("x", kMany, "level: informational\n").substr(4);
  EXPECT_EQ(compile_text(lower).infos[3].level, Level::kLow) << "a correlation raises, it does not lower";
}

TEST(CorrelationChain, DiesWithWhatItBuildsOn) {
  std::string text = chain(kMany, kThenTwo);
  text.replace(text.find("category: process_creation"), 26, "category: dns_query");
  Compiled compiled = compile_text(text);
  ASSERT_TRUE(compiled.rules);
  EXPECT_EQ(compiled.infos[3].dead, "its rule 'one' is dead: there are no events of the category 'dns_query'");
  EXPECT_EQ(compiled.infos[4].dead, "its rule 'many' is dead: " + compiled.infos[3].dead);
}

TEST(CorrelationChain, OneLivingRuleIsEnoughToCount) {
  std::string count = kMany;
  count.replace(count.find("[one]"), 5, "[one, two]");
  std::string text = correlated_rules() + more_correlation("x", count).substr(4);
  text.replace(text.find("category: process_creation"), 26, "category: dns_query");
  Stream stream(text);
  EXPECT_EQ(stream.compiled().infos[3].dead, "");
  EXPECT_THAT(stream.compiled().infos[3].notes,
              ElementsAre("its rule 'one' is dead: there are no events of the category 'dns_query'"));
  stream.see("b", "u", 100);
  EXPECT_THAT(stream.see("b", "u", 101), ElementsAre(1, 2));
}

TEST(CorrelationChain, FieldsNobodyHasMakeItDead) {
  std::string foreign = kMany;
  foreign.replace(foreign.find("[User]"), 6, "[ComputerName]");
  Compiled compiled = compile_text(correlated_rules() + more_correlation("x", foreign).substr(4));
  ASSERT_TRUE(compiled.rules) << compiled.errors[0].text();
  EXPECT_EQ(compiled.infos[3].dead, "no event has a field 'ComputerName'");
  EXPECT_EQ(compile_text(correlated_rules() + more_correlation("x", kMany, "taxonomy: ecs\n").substr(4)).infos[3].dead,
            "the taxonomy 'ecs' is not supported, only 'sigma' is");
  EXPECT_EQ(
      compile_text(correlated_rules() + more_correlation("x", kMany, "status: unsupported\n").substr(4)).infos[3].dead,
      "its status is 'unsupported'");
}

TEST(CorrelationChain, FieldsOfMatchesAreThoseOfTheirEvents) {
  std::string above = kThenTwo;
  above.replace(above.find("[User]"), 6, "[DestinationIp]");
  EXPECT_THAT(
      mistakes(chain(kMany, above)),
      ElementsAre("38:14: correlation.group-by: matches of the rule 'many' have no field 'DestinationIp'; define "
                  "an alias under 'correlation.aliases'"));
}

}  // namespace
}  // namespace vedette::rules
