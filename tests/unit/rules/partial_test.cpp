// SPDX-License-Identifier: Apache-2.0
// A document with a mistake is left out, and what builds on it; nothing else is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/rule_set.h"
#include "support.h"

namespace vedette::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string rule(const std::string& name, const std::string& more = "level: low\n", const std::string& image = "a") {
  return "title: " + name + "\nid: id-" + name + "\nname: " + name + "\n" + more +
         "logsource: {category: process_creation}\ndetection:\n  s: {Image: " + image + "}\n  condition: s\n";
}

std::string pair(const std::string& name, const std::string& rules, const std::string& more = "") {
  return "title: " + name + "\nid: id-" + name + "\nname: " + name +
         "\nlevel: high\ncorrelation:\n  type: temporal\n  rules: " + rules +
         "\n  group-by: [User]\n  timespan: 10s\n" + more;
}

std::vector<std::string> names(const Compiled& compiled) {
  std::vector<std::string> result;
  for (const RuleInfo& info : compiled.infos) {
    result.push_back(info.title);
  }
  return result;
}

std::vector<std::string> errors(const Compiled& compiled) {
  std::vector<std::string> result;
  for (const Diagnostic& error : compiled.errors) {
    result.push_back(error.text());
  }
  return result;
}

std::vector<std::string> firing(const Compiled& compiled, const std::string& image) {
  Matcher matcher(compiled.rules);
  return testing::titles(
      matcher.match(testing::record(Category::kProcessCreation, {{Field::kImage, image}, {Field::kUser, "u"}}), 1));
}

TEST(Partial, AWrongFileTakesNoOtherWithIt) {
  Compiled compiled = compile({{"bad.yml", "title: x\n"}, {"good.yml", rule("good")}, {"worse.yml", "a: [\n"}});
  EXPECT_THAT(names(compiled), ElementsAre("good"));
  EXPECT_THAT(firing(compiled, "a"), ElementsAre("good"));
  EXPECT_THAT(errors(compiled), ::testing::Contains(HasSubstr("worse.yml:2:1: not YAML")));
}

TEST(Partial, TheOtherDocumentsOfAWrongFileStay) {
  Compiled compiled = compile({{"r.yml", rule("one") + "---\ntitle: two\n---\n" + rule("three")}});
  EXPECT_THAT(names(compiled), ElementsAre("one", "three"));
  EXPECT_THAT(compiled.errors, SizeIs(::testing::Ge(1)));
}

TEST(Partial, WhatBuildsOnABrokenRuleIsLeftOutWithItsReason) {
  Compiled compiled = compile({{"a.yml", rule("one") + "---\n" + rule("two", "level: hihg\n")},
                               {"b.yml", pair("both", "[one, two]")},
                               {"c.yml", rule("other")}});
  EXPECT_THAT(names(compiled), ElementsAre("one", "other"));
  EXPECT_THAT(errors(compiled),
              ElementsAre(HasSubstr("a.yml:13:8: expected one of"),
                          "b.yml:7:16: left out, since the rule 'two' that it builds on has a mistake; mend that one"));
}

TEST(Partial, AMistakeFoundInLinkingLeavesOutWhatBuildsOnIt) {
  Compiled compiled = compile({{"a.yml", rule("one") + "---\n" + rule("two")},
                               {"b.yml", rule("more").replace(0, 11, "title: two")},
                               {"c.yml", pair("both", "[one, missing]")},
                               {"d.yml", pair("above", "[both, one]")}});
  EXPECT_THAT(names(compiled), ElementsAre("one", "two", "two"));
  EXPECT_THAT(errors(compiled), ElementsAre(HasSubstr("c.yml:7:16: expected the id or name of a rule, found 'missing'"),
                                            HasSubstr("d.yml:7:11: left out, since the rule 'both'")));
}

TEST(Partial, OfTwoWithTheSameIdTheFirstStays) {
  Compiled compiled = compile({{"a.yml", rule("one")}, {"b.yml", rule("one", "level: low\n", "b")}});
  EXPECT_THAT(names(compiled), ElementsAre("one"));
  EXPECT_THAT(firing(compiled, "a"), ElementsAre("one"));
  EXPECT_THAT(firing(compiled, "b"), IsEmpty());
  EXPECT_THAT(compiled.errors, SizeIs(2)) << ::testing::PrintToString(errors(compiled));
}

TEST(Partial, TheRulesOfABrokenCorrelationDoNotBeginToFire) {
  std::string broken = pair("both", "[one, two]", "  condition: {between: 2}\n");
  Compiled compiled = compile({{"a.yml", rule("one") + "---\n" + rule("two")}, {"b.yml", broken}});
  EXPECT_THAT(firing(compiled, "a"), IsEmpty());
  EXPECT_THAT(compiled.errors, SizeIs(1)) << ::testing::PrintToString(errors(compiled));
  Compiled told = compile({{"a.yml", rule("one") + "---\n" + rule("two")}, {"b.yml", broken + "  generate: true\n"}});
  EXPECT_THAT(firing(told, "a"), ElementsAre("one", "two"));
}

TEST(Partial, AFilterStaysForTheRulesThatAreGood) {
  std::string filter =
      "title: f\nlogsource: {category: process_creation}\nfilter:\n  rules: [one, two]\n"
      "  s: {Image: a}\n  condition: not s\n";
  Compiled compiled = compile({{"a.yml", rule("one")}, {"b.yml", rule("two", "level: hihg\n")}, {"f.yml", filter}});
  EXPECT_EQ(compiled.filters, 1);
  EXPECT_THAT(firing(compiled, "a"), IsEmpty());
  EXPECT_THAT(compiled.errors, SizeIs(1)) << ::testing::PrintToString(errors(compiled));
}

TEST(Partial, AnUnreadableFileIsAMistakeOfItsOwn) {
  Compiled compiled =
      compile({{.file = "a.yml", .unreadable = "cannot be read: Permission denied"}, {"b.yml", rule("one")}});
  EXPECT_THAT(errors(compiled), ElementsAre("a.yml:0:0: cannot be read: Permission denied"));
  EXPECT_THAT(names(compiled), ElementsAre("one"));
}

TEST(Partial, RulesOfScopeHostAreForProcessesOfNoServerToo) {
  Compiled compiled = compile({{"a.yml", rule("narrow")}, {"b.yml", rule("wide"), Scope::kHost}});
  EXPECT_TRUE(compiled.rules->every_process);
  EXPECT_EQ(compiled.infos[0].scope, Scope::kServers);
  EXPECT_EQ(compiled.infos[1].scope, Scope::kHost);
  Matcher matcher(compiled.rules);
  Record record = testing::record(Category::kProcessCreation, {{Field::kImage, "a"}});
  EXPECT_THAT(testing::titles(matcher.match(record, 1)), ElementsAre("narrow", "wide"));
  record.of_server = false;
  EXPECT_THAT(testing::titles(matcher.match(record, 2)), ElementsAre("wide"));
}

TEST(Partial, OnlyLiveRulesOverProcessesAskForEveryProcess) {
  std::string network =
      "title: n\nid: n\nlevel: low\nlogsource: {category: network_connection}\n"
      "detection:\n  s: {Initiated: 'true'}\n  condition: s\n";
  std::string windows =
      "title: w\nid: w\nlevel: low\nlogsource: {category: process_creation, product: windows}\n"
      "detection:\n  s: {Image: a}\n  condition: s\n";
  EXPECT_FALSE(compile({{"n.yml", network, Scope::kHost}, {"w.yml", windows, Scope::kHost}}).rules->every_process);
  EXPECT_FALSE(compile({{"a.yml", rule("one")}}).rules->every_process);
}

TEST(Partial, TheDigestIsThatOfTheTexts) {
  Compiled first = compile({{"a.yml", rule("one")}});
  Compiled again = compile({{"other/a.yml", rule("one")}});
  Compiled changed = compile({{"a.yml", rule("one", "level: high\n")}});
  EXPECT_FALSE(first.rules->digest.empty());
  EXPECT_EQ(first.rules->digest, again.rules->digest);
  EXPECT_NE(first.rules->digest, changed.rules->digest);
  EXPECT_EQ(first.infos[0].digest, again.infos[0].digest);
  EXPECT_NE(first.infos[0].digest, changed.infos[0].digest);
}

}  // namespace
}  // namespace vedette::rules
