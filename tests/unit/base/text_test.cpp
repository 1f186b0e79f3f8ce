// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

TEST(WildcardMatch, StarStandsForAnyRunAlsoNone) {
  EXPECT_TRUE(wildcard_match("*", ""));
  EXPECT_TRUE(wildcard_match("a*", "a"));
  EXPECT_TRUE(wildcard_match("*/cat", "/usr/bin/cat"));
  EXPECT_TRUE(wildcard_match("*mcp-server-*", "npx mcp-server-github"));
  EXPECT_TRUE(wildcard_match("a*b*c", "a-b-b-c"));
  EXPECT_FALSE(wildcard_match("a*b", "a-b-c"));
  EXPECT_FALSE(wildcard_match("*/cat", "/usr/bin/cat2"));
}

TEST(WildcardMatch, QuestionMarkStandsForOneByte) {
  EXPECT_TRUE(wildcard_match("c?t", "cat"));
  EXPECT_FALSE(wildcard_match("c?t", "ct"));
  EXPECT_FALSE(wildcard_match("?", ""));
}

TEST(WildcardMatch, ComparesWholeTextWithoutCase) {
  EXPECT_TRUE(wildcard_match("CAT", "cat"));
  EXPECT_FALSE(wildcard_match("ca", "cat"));
  EXPECT_TRUE(wildcard_match("", ""));
  EXPECT_FALSE(wildcard_match("", "a"));
}

TEST(WildcardMatch, BackslashTakesTheMeaningFromWildcardsOnly) {
  EXPECT_TRUE(wildcard_match(R"(a\*)", "a*"));
  EXPECT_FALSE(wildcard_match(R"(a\*)", "ab"));
  EXPECT_TRUE(wildcard_match(R"(a\?)", "a?"));
  EXPECT_TRUE(wildcard_match(R"(a\\b)", R"(a\b)"));
  EXPECT_TRUE(wildcard_match(R"(C:\dir)", R"(C:\dir)"));
  EXPECT_TRUE(wildcard_match(R"(a\\*)", R"(a\bc)"));
  EXPECT_FALSE(wildcard_match(R"(a\*)", "a"));
  EXPECT_TRUE(wildcard_match("a\\", "a\\"));
}

TEST(WildcardMatch, ManyStarsStayFast) {
  std::string pattern;
  for (int i = 0; i < 50; ++i) {
    pattern += "a*";
  }
  EXPECT_FALSE(wildcard_match(pattern + "b", std::string(10'000, 'a')));
}

TEST(Lower, ChangesAsciiOnly) {
  EXPECT_EQ(lower("AbZ[1"), "abz[1");
  EXPECT_EQ(lower("É"), "É");
}

TEST(BaseName, IsWhatFollowsTheLastSlash) {
  EXPECT_EQ(base_name("/usr/bin/cat"), "cat");
  EXPECT_EQ(base_name("cat"), "cat");
  EXPECT_EQ(base_name("/usr/"), "");
  EXPECT_EQ(base_name(""), "");
}

TEST(Nearest, FindsTheSlipAndNothingFarther) {
  EXPECT_EQ(nearest("outptus", {"rules", "outputs", "metrics"}), "outputs");
  EXPECT_EQ(nearest("METRICS", {"rules", "outputs", "metrics"}), "metrics");
  EXPECT_EQ(nearest("telemetry", {"rules", "outputs", "metrics"}), "");
  EXPECT_EQ(nearest("x", {}), "");
}

TEST(PrintableUtf8, KeepsUtf8) {
  for (std::string_view text : {"", "plain", "é", "日本", "😀", "\xef\xbf\xbf", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_EQ(printable_utf8(text), text);
  }
}

TEST(PrintableUtf8, SpellsOutEachByteThatIsNot) {
  EXPECT_EQ(printable_utf8("a\xff"
                           "b"),
            R"(a\xffb)");
  EXPECT_EQ(printable_utf8("\x80"), R"(\x80)");
  EXPECT_EQ(printable_utf8("\xc3"), R"(\xc3)");
  EXPECT_EQ(printable_utf8("\xe6\x97"), R"(\xe6\x97)");
  EXPECT_EQ(printable_utf8("\xf0\x9f\x98!"), R"(\xf0\x9f\x98!)");
}

TEST(PrintableUtf8, RefusesOverlongSurrogateAndBeyondUnicode) {
  EXPECT_EQ(printable_utf8("\xc0\xaf"), R"(\xc0\xaf)");
  EXPECT_EQ(printable_utf8("\xe0\x80\xaf"), R"(\xe0\x80\xaf)");
  EXPECT_EQ(printable_utf8("\xed\xa0\x80"), R"(\xed\xa0\x80)");
  EXPECT_EQ(printable_utf8("\xf0\x80\x80\xaf"), R"(\xf0\x80\x80\xaf)");
  EXPECT_EQ(printable_utf8("\xf4\x90\x80\x80"), R"(\xf4\x90\x80\x80)");
}

}  // namespace
}  // namespace vedette
