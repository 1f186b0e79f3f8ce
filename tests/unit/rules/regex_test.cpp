// SPDX-License-Identifier: Apache-2.0
#include "rules/regex.h"

#include <gtest/gtest.h>

namespace vedette::rules {
namespace {

struct Case {
  const char* expression;
  const char* what;
  size_t at;
};

TEST(Regex, WhatRe2LacksIsNamed) {
  const Case cases[] = {
      {"a(?=b)", "a lookahead '(?='", 1},
      {"a(?!b)", "a negative lookahead '(?!'", 1},
      {"(?<=a)b", "a lookbehind '(?<='", 0},
      {"(?i)(?<!a)b", "a negative lookbehind '(?<!'", 4},
      {R"((a)\1)", R"(a backreference '\1')", 3},
      {R"((?P<n>a)\k<n>)", R"(a backreference '\k')", 8},
      {"(?P<n>a)(?P=n)", "a backreference '(?P='", 8},
      {"(?>a+)b", "an atomic group '(?>'", 0},
      {"a*+b", "a possessive quantifier '*+'", 1},
      {"a{2,3}+b", "a possessive quantifier '{2,3}+'", 1},
      {"a(?R)?b", "a recursion '(?R'", 1},
      {"(a(?1)?b)", "a recursion '(?1'", 2},
      {"(?&n)", "a recursion '(?&'", 0},
      {"(a)?(?(1)b|c)", "a conditional '(?('", 4},
      {"a{1001}", "a repetition '{1001}'", 1},
      {"(?<n>a)", "a named group '(?<'", 0},
      {"(?#x)a", "a comment '(?#'", 0},
      {R"([(?=\]](?=x))", "a lookahead '(?='", 7},
      {R"(\(?=[[:alpha:]++](?!x))", "a negative lookahead '(?!'", 17},
      {R"(\Q(?=\E(?!x))", "a negative lookahead '(?!'", 7},
      {R"(a\Z)", R"(an anchor '\Z')", 1},
  };
  for (const Case& expected : cases) {
    EXPECT_FALSE(compile_regex(expected.expression, "")->ok()) << expected.expression;
    auto found = find_unmatchable(expected.expression);
    ASSERT_TRUE(found) << expected.expression;
    EXPECT_EQ(found->what, expected.what);
    EXPECT_EQ(found->at, expected.at) << expected.expression;
    EXPECT_NE(found->instead, "") << expected.expression;
  }
}

TEST(Regex, OrdinaryExpressionsAndMistakesAreNotBlamedOnRe2) {
  for (const char* expression :
       {"",      "(",        "a{",         "[",       "[^]",  "\\", "a{,}", "{",       "a{2,3}?", "a+?b*?c??", "(?i)a",
        "(?:a)", "(?P<n>a)", "[[:alpha:]", "a{1000}", "\\Qa", "(?", "[a\\", "(?-i:x)", "*",       "a{1,"}) {
    EXPECT_EQ(find_unmatchable(expression), std::nullopt) << expression;
  }
}

TEST(Regex, FlagsOfTheSpecification) {
  EXPECT_TRUE(re2::RE2::PartialMatch("a\nB", *compile_regex("a.b", "is")));
  EXPECT_TRUE(re2::RE2::PartialMatch("a\nb", *compile_regex("^b$", "m")));
  EXPECT_FALSE(re2::RE2::PartialMatch("a\nb", *compile_regex("^b$", "")));
}

}  // namespace
}  // namespace vedette::rules
