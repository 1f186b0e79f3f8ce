// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/derived_id.h"
#include "support.h"

namespace vedette::rules {
namespace {

using testing::compile_text;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::mistakes;
using testing::only_mistake;

const std::string kRest = "logsource: {category: process_creation}\ndetection:\n  s: {Image: a}\n  condition: s\n";

RuleInfo info(const std::string& text) {
  Compiled compiled = compile_text(text);
  EXPECT_TRUE(compiled.rules) << (compiled.errors.empty() ? "" : compiled.errors[0].text());
  return compiled.infos.at(0);
}

TEST(Document, NeedsATitleALogSourceAndADetectionOnly) {
  RuleInfo about = info("title: T\n" + kRest);
  EXPECT_EQ(about.dead, "");
  EXPECT_THAT(about.notes, IsEmpty());
  EXPECT_THAT(mistakes("title: T\nlogsource: {}\ndetection: {s: {Image: a}, condition: s}\n"), IsEmpty());
}

TEST(Document, WithoutALevelIsMedium) {
  EXPECT_EQ(info("title: T\n" + kRest).level, Level::kMedium);
  EXPECT_EQ(info("title: T\nlevel: critical\n" + kRest).level, Level::kCritical);
}

TEST(Document, WithoutAnIdHasOneByItsTitleAndFile) {
  std::string id = info("title: T\n" + kRest).id;
  EXPECT_EQ(id, derived_id("T", "r.yml"));
  EXPECT_EQ(id, derived_id("T", "/etc/rules/r.yml"));
  EXPECT_NE(id, derived_id("U", "r.yml"));
  EXPECT_NE(id, derived_id("T", "s.yml"));
  EXPECT_TRUE(is_uuid(id));
  EXPECT_EQ(id[14], '5');
  EXPECT_EQ(id, "00d26456-a6eb-5134-8389-b4d365adeb3e");
}

TEST(Document, TwoRulesOfOneTitleInAFileNeedIds) {
  EXPECT_THAT(only_mistake("title: T\n" + kRest + "---\ntitle: T\n" + kRest),
              HasSubstr("7:1: the id '" + derived_id("T", "r.yml") + "' is taken by 'T' in r.yml:1"));
}

TEST(Document, CustomKeysAreAllowed) {
  EXPECT_THAT(info("title: T\nowner: me\nrevision: 3\nx-team: [a, {b: c}]\n" + kRest).notes, IsEmpty());
}

TEST(Document, KeysThatLookLikeASlipAreNoted) {
  EXPECT_THAT(info("title: T\nreference: [a]\nlvel: high\n" + kRest).notes,
              ElementsAre("line 2: 'reference' is no key of Sigma and does nothing; did you mean 'references'?",
                          "line 3: 'lvel' is no key of Sigma and does nothing; did you mean 'level'?"));
}

TEST(Document, WhatIsNotAsSigmaWritesItIsNoted) {
  EXPECT_THAT(info("title: T\nid: one\ndate: 2026/01/02\nmodified: 2026-02-30\ntags: [Attack.T1059, execution]\n"
                   "references: https://a.example\nfalsepositives: [{a: b}]\nauthor: [a]\nrelated: [{id: x}]\n" +
                   kRest)
                  .notes,
              ElementsAre(HasSubstr("line 8: expected text as 'author', found a list"),
                          HasSubstr("line 3: expected a date such as 2026-01-15 as 'date', found '2026/01/02'"),
                          HasSubstr("line 4: expected a date such as 2026-01-15 as 'modified', found '2026-02-30'"),
                          HasSubstr("line 2: expected a UUID as 'id', found 'one'"),
                          HasSubstr("line 6: expected a list as 'references', found 'https://a.example'"),
                          HasSubstr("line 7: expected text in 'falsepositives', found a map"),
                          HasSubstr("line 5: expected a tag such as attack.t1059.004 in 'tags', found 'Attack.T1059'"),
                          HasSubstr("line 5: expected a tag such as attack.t1059.004 in 'tags', found 'execution'"),
                          HasSubstr("line 9: expected the 'id' of a rule and a 'type' of derived, obsolete")));
  EXPECT_THAT(info("title: " + std::string(257, 'x') + "\n" + kRest).notes,
              ElementsAre("line 1: expected a title of at most 256 characters, found 257"));
}

TEST(Document, EverythingTheSpecificationAllowsIsFine) {
  EXPECT_THAT(
      info("title: T\nid: 929a690e-bef0-4204-a928-ef5e620d6fcc\nname: a_name\nrelated:\n"
           "    - id: 08fbc97d-0a2f-491c-ae21-8ffcfd3174e9\n      type: derived\n"
           "    - id: 929a690e-bef0-4204-a928-ef5e620d6fcc\n      type: obsolete\n"
           "taxonomy: sigma\nstatus: experimental\ndescription: |\n    Long\n    text\nlicense: MIT\nreferences:\n"
           "    - https://a.example\nauthor: A, B\ndate: 2026-01-02\nmodified: 2026-02-03\nfields:\n    - Image\n"
           "falsepositives:\n    - Unknown\nlevel: informational\ntags:\n    - attack.defense-evasion\n"
           "    - attack.t1562.001\n    - cve.2024-3094\n    - detection.emerging-threats\nscope:\n    - server\n" +
           kRest)
          .notes,
      IsEmpty());
}

TEST(Document, OldCollectionsAreRefused) {
  const std::string old =
      "action: global\ntitle: T\ndetection: {condition: s}\n---\nlogsource: {product: linux}\n"
      "detection: {s: {Image: a}}\n---\naction: repeat\nlogsource: {product: windows}\n";
  EXPECT_THAT(mistakes(old),
              ElementsAre("1:1: 'action: global' belongs to the rule collections of old Sigma; write each rule out in "
                          "full, as a document of its own after '---'",
                          HasSubstr("8:1: 'action: repeat' belongs to")));
  EXPECT_THAT(only_mistake("title: T\naction: reset\n" + kRest), HasSubstr("2:1: 'action: reset'"));
  EXPECT_THAT(mistakes("title: T\naction: block\n" + kRest), IsEmpty());
}

TEST(Document, UnsupportedRulesMayBeInAnOldFormat) {
  RuleInfo about = info(
      "title: T\nstatus: unsupported\nlogsource: {category: process_creation}\n"
      "detection: {s: {Image: a}, timeframe: 5m, condition: s | count() by User > 5}\n");
  EXPECT_EQ(about.dead, "its status is 'unsupported'");
}

TEST(Document, SeveralInAFile) {
  Compiled compiled = compile_text("---\ntitle: T\n" + kRest + "---\n# nothing\n---\ntitle: U\n" + kRest + "...\n");
  ASSERT_TRUE(compiled.rules);
  EXPECT_EQ(compiled.infos.size(), 2U);
}

}  // namespace
}  // namespace vedette::rules
