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

TEST(HostileYaml, TooManyNodes) {
  std::string many = "a: [";
  for (int i = 0; i < 50000; ++i) {
    many += "1, ";
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
    EXPECT_EQ(compile_text(odd).rules, nullptr) << odd;
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
