// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.h"

namespace vedette::rules {
namespace {

using testing::compile_text;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::mistakes;
using testing::only_mistake;
using testing::rule_text;

const std::string kRest = "logsource: {category: process_creation}\ndetection:\n  s: {Image: a}\n  condition: s\n";

TEST(Diagnostics, NoFilesIsFine) {
  Compiled compiled = compile({});
  EXPECT_TRUE(compiled.rules);
  EXPECT_TRUE(compiled.infos.empty());
}

TEST(Diagnostics, RequiredKeys) {
  EXPECT_EQ(only_mistake("id: x\nlevel: low\n" + kRest),
            "1:1: expected 'title', found none; for example 'title: what it detects'");
  EXPECT_EQ(only_mistake("title: T\nid: x\nlevel: low\nlogsource: {category: process_creation}\n"),
            "1:1: expected 'detection', 'correlation' or 'filter', found none of them");
  EXPECT_EQ(only_mistake(rule_text("  s: {Image: a}\n")),
            "5:1: expected a 'condition' below 'detection', found none; for example 'condition: selection'");
  EXPECT_THAT(only_mistake("title: T\nid: x\nlevel: low\ndetection: {s: {Image: a}, condition: s}\n"),
              HasSubstr("1:1: expected 'logsource', found none"));
}

TEST(Diagnostics, MisspelledKeys) {
  EXPECT_THAT(only_mistake("title: T\nid: x\nlevel: low\nlogsorce: {category: process_creation}\n"
                           "detection: {s: {Image: a}, condition: s}\n"),
              HasSubstr("is 'logsorce' in line 4 meant to be it?"));
  EXPECT_THAT(only_mistake("title: T\nid: x\nlevel: low\ndetektion: {}\n"), HasSubstr("'detektion' in line 4"));
}

TEST(Diagnostics, Choices) {
  EXPECT_EQ(only_mistake("title: T\nid: x\nlevel: hihg\n" + kRest),
            "3:8: expected one of informational, low, medium, high, critical as the level, found 'hihg'; did you mean "
            "'high'?");
  EXPECT_THAT(only_mistake("title: T\nid: x\nlevel: low\nstatus: tset\n" + kRest),
              HasSubstr("4:9: expected one of stable, test"));
}

TEST(Diagnostics, WrongKinds) {
  EXPECT_EQ(only_mistake("[a]\n"), "1:1: expected a Sigma rule (a map with 'title', 'id', ...), found a list");
  EXPECT_EQ(only_mistake("title: [T]\nid: x\nlevel: low\n" + kRest), "1:8: expected the title as text, found a list");
  EXPECT_EQ(only_mistake("title: T\nid:\nlevel: low\n" + kRest), "2:1: expected the id as text, found nothing");
  EXPECT_EQ(only_mistake("title: T\nid: x\ntags: a\nlevel: low\n" + kRest), "3:7: expected a list of tags, found 'a'");
  EXPECT_EQ(only_mistake("title: T\nid: x\nlevel: low\nlogsource: {category: process_creation}\ndetection: s\n"),
            "5:12: expected a map of selections and a condition, found 's'");
  EXPECT_EQ(only_mistake("title: T\nid: x\nlevel: low\nlogsource: linux\ndetection: {s: {Image: a}, condition: s}\n"),
            "4:12: expected a map with 'category' and 'product', found 'linux'");
  EXPECT_EQ(only_mistake(rule_text("  s: {}\n  condition: s\n")),
            "6:6: expected fields with values, or a list of keywords, found an empty map");
  EXPECT_EQ(only_mistake(rule_text("  s: [[a]]\n  condition: s\n")),
            "6:7: expected a keyword or fields with values, found a list");
}

TEST(Diagnostics, OurOwnFieldsAreKnown) {
  EXPECT_EQ(only_mistake(rule_text("  s:\n    McpSever: a\n  condition: s\n")),
            "7:5: there is no field 'McpSever'; did you mean 'McpServer'?");
}

TEST(Diagnostics, EveryMistakeOfEveryFileAtOnce) {
  std::string bad = rule_text(
      "  s:\n    McpSever: a\n    Image|contians: b\n    User|re: '['\n  t: {UserId|gt: x}\n  condition: s or u\n");
  Compiled compiled = compile({{"one.yml", bad}, {"two.yml", "level: huge\n" + kRest}, {"three.yml", "a: [\n"}});
  std::vector<std::string> places;
  for (const Diagnostic& error : compiled.errors) {
    places.push_back(error.file + ":" + std::to_string(error.line) + ":" + std::to_string(error.column));
  }
  EXPECT_THAT(places, ElementsAre("one.yml:7:5", "one.yml:8:5", "one.yml:9:14", "one.yml:10:18", "one.yml:11:19",
                                  "two.yml:1:1", "two.yml:1:8", "three.yml:2:1"));
}

TEST(Diagnostics, SecondDocument) {
  EXPECT_THAT(only_mistake(rule_text("  s: {Image: a}\n  condition: s\n") + "---\ntitle: U\nid: y\nlevel: low\n" +
                           "logsource: {category: process_creation}\ndetection: {s: {McpX: a}, condition: s}\n"),
              HasSubstr("13:17: there is no field 'McpX'"));
}

TEST(Diagnostics, DuplicateIdsAndNames) {
  std::string rule = "title: First\nid: x\nname: n\nlevel: low\n" + kRest;
  std::string other = "title: Second\nid: x\nname: n\nlevel: low\n" + kRest;
  Compiled compiled = compile({{"a.yml", rule}, {"b.yml", other}});
  ASSERT_EQ(compiled.errors.size(), 2U);
  EXPECT_EQ(compiled.errors[0].text(), "b.yml:2:5: the id 'x' is taken by 'First' in a.yml:1; give each rule its own");
  EXPECT_EQ(compiled.errors[1].text(),
            "b.yml:3:7: the name 'n' is taken by 'First' in a.yml:1; give each rule its own");
}

TEST(Diagnostics, DuplicateKeys) {
  EXPECT_EQ(only_mistake(rule_text("  s: {Image: a}\n  s: {Image: b}\n  condition: s\n")),
            "7:3: the key 's' is there twice; keep one");
}

TEST(Diagnostics, SyntaxErrorHasItsPlace) {
  EXPECT_THAT(only_mistake("title: T\nid: [a\nlevel: b: c\n"), ::testing::MatchesRegex("[23]:[0-9]+: not YAML.*"));
  EXPECT_THAT(only_mistake("title: 'T' x\n"), HasSubstr("not YAML we accept"));
  EXPECT_THAT(only_mistake("a: b\n\tc: d\n"), ::testing::MatchesRegex("2:[0-9]+: not YAML.*"));
}

}  // namespace
}  // namespace vedette::rules
