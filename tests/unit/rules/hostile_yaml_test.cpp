// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "support.h"

namespace vedette::rules {
namespace {

using testing::compile_text;
using ::testing::HasSubstr;
using testing::only_mistake;
using testing::rule_text;

TEST(HostileYaml, TooLarge) {
  EXPECT_EQ(only_mistake(std::string((1U << 20U) + 1, '#')), "0:0: expected at most 1 MiB, found more; split the file");
}

TEST(HostileYaml, TooDeep) {
  EXPECT_THAT(only_mistake("a: " + std::string(100000, '[')), HasSubstr("nested deeper than 64 levels"));
  EXPECT_THAT(only_mistake("a: " + std::string(100000, '{')), HasSubstr("not YAML we accept"));
  std::string indented;
  for (int i = 0; i < 300; ++i) {
    indented += std::string(static_cast<size_t>(i), ' ') + "a:\n";
  }
  EXPECT_THAT(only_mistake(indented), HasSubstr("nested deeper than 64 levels"));
  std::string dashes;
  for (int i = 0; i < 10000; ++i) {
    dashes += "- ";
  }
  EXPECT_THAT(only_mistake(dashes), HasSubstr("nested deeper than 64 levels"));
}

TEST(HostileYaml, TooLongTexts) {
  const std::string before =
      "title: T\nlogsource: {category: process_creation}\ndetection: {s: {Image: a}, condition: s}\n";
  EXPECT_TRUE(compile_text(before + "description: " + std::string(65535, 'a') + "\n").rules);
  EXPECT_EQ(only_mistake(before + "description: " + std::string(65536, 'a') + "\n"),
            "4:14: expected a text of at most 65535 characters, found 65536");
  std::string accents;
  for (int i = 0; i < 60000; ++i) {
    accents += "é";
  }
  EXPECT_TRUE(compile_text(before + "description: " + accents + "\n").rules);
}

TEST(HostileYaml, TooLongLines) {
  EXPECT_EQ(only_mistake("# short\n#" + std::string(1U << 17U, 'x') + "\n"),
            "2:1: expected at most 128 KiB in a line, found more; break it");
  EXPECT_EQ(only_mistake("#" + std::string(1U << 17U, 'x')),
            "1:1: expected at most 128 KiB in a line, found more; break it");
}

TEST(HostileYaml, WhatIsNotUtf8) {
  EXPECT_EQ(testing::mistakes("# x\n# a\xff\xc3\n"),
            (std::vector<std::string>{"2:4: expected UTF-8, found the byte 0xff; save the file as UTF-8",
                                      "2:5: expected UTF-8, found the byte 0xc3; save the file as UTF-8"}));
  EXPECT_EQ(testing::mistakes(std::string(1000, '\xff')).size(), 20U);
  EXPECT_TRUE(compile_text("\xef\xbb\xbf" + rule_text("  s: {Image: a}\n  condition: s\n")).rules);
}

TEST(HostileYaml, ControlCharacters) {
  EXPECT_EQ(only_mistake(std::string("# a\n# \0\n", 8)), "2:3: expected text, found the control character 0x00");
  EXPECT_EQ(only_mistake("# \x1b[2J\n"), "1:3: expected text, found the control character 0x1b");
  EXPECT_TRUE(compile_text("# a\r\n# b\tc\r\n").rules);
}

TEST(HostileYaml, LinesMayEndAsOnWindows) {
  std::string text = rule_text("  s: {Image: a}\n  condition: s\n");
  for (size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) {
    text.insert(at, "\r");
  }
  Compiled compiled = compile_text(text);
  ASSERT_TRUE(compiled.rules) << compiled.errors[0].text();
  EXPECT_EQ(compiled.infos[0].title, "T");
}

TEST(HostileYaml, Tabs) {
  EXPECT_THAT(only_mistake("a: b\n\tc: d\n"), HasSubstr("; line 2 is indented with a tab, use spaces"));
  EXPECT_THAT(only_mistake("a:\n  - b\n \t- c: [\n"), HasSubstr("indented with a tab"));
}

TEST(HostileYaml, MergeKeys) {
  EXPECT_EQ(only_mistake(rule_text("  s: &s {Image: a}\n  t:\n    <<: *s\n    User: b\n  condition: s or t\n")),
            "8:5: merge keys ('<<') are no part of YAML 1.2; write out what is to be merged");
}

TEST(HostileYaml, KeysThatAreNoText) {
  EXPECT_THAT(only_mistake(rule_text("  s: {Image: a}\n  ~: {Image: b}\n  condition: s\n")),
              HasSubstr("7:3: expected text as a key, found nothing"));
  EXPECT_THAT(only_mistake(rule_text("  s: {Image: a}\n  ? [x]\n  : {Image: b}\n  condition: s\n")),
              HasSubstr("7:5: expected text as a key, found a list"));
  EXPECT_TRUE(compile_text(rule_text("  1: {Image: a}\n  condition: 1\n")).rules);
}

TEST(HostileYaml, ReadsOnAfterADocumentThatIsNotYaml) {
  const std::string good = rule_text("  s: {Image: a}\n  condition: s\n");
  auto all =
      testing::mistakes("a: [\n---\n" + good + "---\nb: 'c' d\n---\n" + rule_text("  s: {McpX: a}\n  condition: s\n"));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_THAT(all[0], HasSubstr("not YAML we accept"));
  EXPECT_THAT(all[1], HasSubstr("11:8: not YAML we accept"));
  EXPECT_THAT(all[2], HasSubstr("18:7: there is no field 'McpX'"));
}

TEST(HostileYaml, ManyBadDocumentsEnd) {
  std::string text;
  for (int i = 0; i < 10000; ++i) {
    text += "a: 'b' c\n---\n";
  }
  EXPECT_EQ(testing::mistakes(text).size(), 20U);
}

TEST(HostileYaml, AliasBomb) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 1; j < 10; ++j) {
      bomb += ", " + before;
    }
    bomb += "]\n";
  }
  EXPECT_THAT(only_mistake(bomb), HasSubstr("more than 20000 nodes"));
}

TEST(HostileYaml, AliasToItself) {
  EXPECT_THAT(only_mistake("a: &a [*a]\n"), HasSubstr("an alias to the node it is part of"));
  EXPECT_THAT(only_mistake("a: *nowhere\n"), HasSubstr("not YAML we accept"));
}

TEST(HostileYaml, HonestAliasWorks) {
  Compiled compiled = compile_text(rule_text("  s: &s {Image: a}\n  t: *s\n  condition: s and t\n"));
  ASSERT_TRUE(compiled.rules);
  auto event = testing::record(Category::kProcessCreation, {{Field::kImage, "a"}});
  EXPECT_EQ(Matcher(compiled.rules).match(event, 1).size(), 1U);
}

TEST(HostileYaml, ValuesThatStandForTooMany) {
  std::string values;
  for (int i = 0; i < 1000; ++i) {
    values += "      - '-a -b -c -d'\n";
  }
  EXPECT_EQ(only_mistake(rule_text("  s:\n    Image|windash:\n" + values + "  condition: s\n")),
            "88:9: expected values that stand for at most 50000 in all, found more; split the rule");
}

TEST(HostileYaml, TooManyNodes) {
  std::string many = "a: [";
  for (int i = 0; i < 50000; ++i) {
    many += "1,\n ";
  }
  EXPECT_THAT(only_mistake(many + "]\n"), HasSubstr("more than 20000 nodes"));
}

TEST(HostileYaml, OddDocuments) {
  EXPECT_TRUE(compile_text("").rules);
  EXPECT_TRUE(compile_text("# nothing\n---\n---\n...\n").rules);
  compile_text(std::string("\xff\xfe\x00\x01", 4));
  compile_text(std::string(1000, '\0'));
  compile_text("%TAG ! x\n");
  for (const char* odd : {"%YAML 9.9\n---\na", "{}", "? [a]\n: b\n", "a", "? \n: \n", "!!binary x", "&a &b c", "[", "}",
                          "- - -", "a: |\n  b\n c", "\"\\x\"", "{a: b"}) {
    EXPECT_FALSE(compile_text(odd).errors.empty()) << odd;
    EXPECT_TRUE(compile_text(odd).infos.empty()) << odd;
  }
}

TEST(HostileYaml, RegexBombIsLinear) {
  EXPECT_TRUE(
      testing::matches("  s: {Image|re: '(a*)*b'}\n  condition: not s\n", {{Field::kImage, std::string(20000, 'a')}}));
  EXPECT_THAT(only_mistake(rule_text("  s: {Image|re: '((a{1000}){1000}){1000}'}\n  condition: s\n")),
              HasSubstr("expected an RE2 regular expression"));
}

TEST(HostileYaml, DamagedRulesNeverCrash) {
  const std::string good =
      "title: T\nid: x\nlevel: low\ntags: [a, b]\nlogsource: {category: process_creation, product: linux}\n"
      "detection:\n  sel: &x\n    Image|contains|all: ['a*', \"b\"]\n    User|re|i: '^(x|y)$'\n  f: *x\n"
      "  condition: sel and not 1 of f*\n---\ntitle: C\nid: y\ncorrelation:\n  type: temporal_ordered\n"
      "  rules: [x, z]\n  group-by: [ProcessGuid]\n  timespan: 5m\n  aliases: {r: {x: Image}}\nlevel: high\n";
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string damaged = good;
    for (int i = 0; i < 3; ++i) {
      size_t at = random() % damaged.size();
      switch (random() % 3) {
        case 0:
          damaged[at] = static_cast<char>(random());
          break;
        case 1:
          damaged.erase(at, random() % 10);
          break;
        default:
          damaged.insert(at, good.substr(random() % good.size(), random() % 20));
      }
    }
    compile_text(damaged);
  }
}

}  // namespace
}  // namespace vedette::rules
