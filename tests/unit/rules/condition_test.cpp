// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.h"

namespace vedette::rules {
namespace {

using ::testing::ElementsAre;
using testing::matches;
using testing::only_mistake;
using testing::rule_text;
using ::testing::StartsWith;

// Selections a, b, c hold when the letter is in `letters`.
bool holds(const std::string& condition, const std::string& letters) {
  return matches(
      "  a: {Image|contains: a}\n  b: {Image|contains: b}\n  c: {Image|contains: c}\n  condition: " + condition + "\n",
      {{Field::kImage, letters}});
}

TEST(Condition, AndOrNot) {
  EXPECT_TRUE(holds("a and b", "ab"));
  EXPECT_FALSE(holds("a and b", "a"));
  EXPECT_TRUE(holds("a or b", "b"));
  EXPECT_FALSE(holds("a or b", "c"));
  EXPECT_TRUE(holds("not a", "b"));
  EXPECT_TRUE(holds("not not a", "a"));
  EXPECT_TRUE(holds("a and not b", "a"));
  EXPECT_FALSE(holds("a and not b", "ab"));
}

TEST(Condition, AndBindsTighterThanOr) {
  EXPECT_TRUE(holds("a or b and c", "a"));
  EXPECT_FALSE(holds("(a or b) and c", "a"));
  EXPECT_TRUE(holds("b and c or a", "a"));
  EXPECT_FALSE(holds("a or b and c", "b"));
}

TEST(Condition, NotBindsTighterThanAnd) {
  EXPECT_FALSE(holds("not a and b", "a"));
  EXPECT_TRUE(holds("not (a and b)", "a"));
  EXPECT_FALSE(holds("not a or b", "a"));
  EXPECT_TRUE(holds("not a or b", "ab"));
}

TEST(Condition, KeywordsIgnoreCase) {
  EXPECT_TRUE(holds("a AND NOT b", "a"));
  EXPECT_TRUE(holds("b Or c", "c"));
  EXPECT_TRUE(holds("ALL OF them", "abc"));
}

TEST(Condition, ParenthesesNeedNoSpace) {
  EXPECT_TRUE(holds("(a)and(b)", "ab"));
  EXPECT_TRUE(holds("not(a)", "b"));
}

TEST(Condition, Quantities) {
  EXPECT_TRUE(holds("1 of them", "b"));
  EXPECT_FALSE(holds("1 of them", "x"));
  EXPECT_TRUE(holds("any of them", "b"));
  EXPECT_TRUE(holds("all of them", "abc"));
  EXPECT_FALSE(holds("all of them", "ab"));
  EXPECT_TRUE(holds("2 of them", "ca"));
  EXPECT_FALSE(holds("2 of them", "c"));
  EXPECT_FALSE(holds("not 1 of them", "c"));
  EXPECT_TRUE(holds("a and 2 of them", "ab"));
}

TEST(Condition, PatternsOfSelections) {
  const std::string detection = "  sel_one: {Image: a}\n  sel_two: {User: b}\n  other: {UserId: 1}\n  condition: ";
  const testing::Values one = {{Field::kImage, "a"}, {Field::kUserId, "2"}};
  const testing::Values both = {{Field::kImage, "a"}, {Field::kUser, "b"}};
  EXPECT_TRUE(matches(detection + "1 of sel_*\n", one));
  EXPECT_FALSE(matches(detection + "all of sel_*\n", one));
  EXPECT_TRUE(matches(detection + "all of sel_*\n", both));
  EXPECT_TRUE(matches(detection + "1 of *_one\n", one));
  EXPECT_TRUE(matches(detection + "1 of sel_* and not other\n", one));
  EXPECT_TRUE(matches(detection + "all of sel_one\n", one));
}

TEST(Condition, ThemLeavesOutUnderscores) {
  const std::string detection = "  a: {Image: a}\n  _b: {User: b}\n  condition: ";
  EXPECT_TRUE(matches(detection + "all of them\n", {{Field::kImage, "a"}}));
  EXPECT_FALSE(matches(detection + "1 of them\n", {{Field::kUser, "b"}}));
  EXPECT_TRUE(matches(detection + "1 of _*\n", {{Field::kUser, "b"}}));
}

TEST(Condition, ListMeansAnyOfThem) {
  const std::string detection = "  a: {Image: a}\n  b: {User: b}\n  condition: [a, b]\n";
  EXPECT_TRUE(matches(detection, {{Field::kUser, "b"}}));
  EXPECT_FALSE(matches(detection, {{Field::kUser, "c"}}));
}

TEST(Condition, FoldedOverLines) {
  EXPECT_TRUE(matches("  a: {Image: a}\n  b: {User: b}\n  condition: >\n    a\n    or b\n", {{Field::kUser, "b"}}));
}

std::string mistake(const std::string& condition) {
  return only_mistake(rule_text("  selection: {Image: a}\n  filter_x: {Image: b}\n  condition: " + condition + "\n"));
}

TEST(Condition, UnknownSelectionHasPlaceAndSuggestion) {
  EXPECT_EQ(mistake("selection and not filter_y"),
            "8:32: condition: expected one of the selections (selection, filter_x), found 'filter_y'; did you mean "
            "'filter_x'?");
  EXPECT_EQ(mistake("'selecton'"),
            "8:15: condition: expected one of the selections (selection, filter_x), found 'selecton'; did you mean "
            "'selection'?");
}

TEST(Condition, PatternForNothing) {
  EXPECT_EQ(mistake("1 of sel*x"),
            "8:19: condition: expected 'them' or a pattern of selections (selection, filter_x), found 'sel*x', which "
            "stands for none");
}

TEST(Condition, Syntax) {
  EXPECT_EQ(mistake("(selection"), "8:14: condition: this '(' is never closed; add a ')'");
  EXPECT_EQ(mistake("selection)"), "8:23: condition: expected 'and', 'or' or the end, found ')'");
  EXPECT_EQ(mistake("selection filter_x"), "8:24: condition: expected 'and', 'or' or the end, found 'filter_x'");
  EXPECT_EQ(mistake("selection and"),
            "8:27: condition: expected a selection, '(' or 'not', found the end of the condition");
  EXPECT_EQ(mistake("''"), "8:15: condition: expected a selection, '(' or 'not', found the end of the condition");
  EXPECT_EQ(mistake("3 of them"), "8:14: condition: asks for 3 of 2 selections");
  EXPECT_EQ(mistake("some of them"), "8:14: condition: expected a number, 'any' or 'all' before 'of', found 'some'");
  EXPECT_NE(mistake("0 of them").find("expected a number"), std::string::npos);
}

TEST(Condition, EveryUnknownNameIsReportedAtItsColumn) {
  auto all = testing::mistakes(
      rule_text("  selection: {Image: a}\n  condition: selecton or 1 of x* and 5 of them or not filter\n"));
  EXPECT_THAT(all,
              ElementsAre(StartsWith("7:14: condition: expected one of the selections (selection), found 'selecton'"),
                          StartsWith("7:31: condition: expected 'them' or a pattern"),
                          "7:38: condition: asks for 5 of 1 selections",
                          StartsWith("7:55: condition: expected one of the selections (selection), found 'filter'")));
}

TEST(Condition, OperatorsWithoutOperands) {
  EXPECT_EQ(mistake("and selection"), "8:14: condition: expected a selection, '(' or 'not', found 'and'");
  EXPECT_EQ(mistake("selection or ) "), "8:27: condition: expected a selection, '(' or 'not', found ')'");
  EXPECT_EQ(mistake("()"), "8:15: condition: expected a selection, '(' or 'not', found ')'");
  EXPECT_EQ(mistake("not"), "8:17: condition: expected a selection, '(' or 'not', found the end of the condition");
  EXPECT_EQ(mistake("1 of"),
            "8:18: condition: expected 'them' or a pattern of selections (selection, filter_x), found "
            "'', which stands for none");
}

TEST(Condition, PlacesInFoldedAndQuotedConditions) {
  const std::string before = "  selection: {Image: a}\n  condition:";
  EXPECT_THAT(only_mistake(rule_text(before + " >\n    selection\n      and  filter\n")),
              StartsWith("9:12: condition:"));
  EXPECT_THAT(only_mistake(rule_text(before + " |-\n    selection\n    and filter\n")), StartsWith("9:9: condition:"));
  EXPECT_THAT(only_mistake(rule_text(before + " selection\n    and filter\n")), StartsWith("8:9: condition:"));
  EXPECT_THAT(only_mistake(rule_text(before + "\n    selection and filter\n")), StartsWith("8:19: condition:"));
  EXPECT_THAT(only_mistake(rule_text(before + " \"selection and filter\"\n")), StartsWith("7:29: condition:"));
  EXPECT_THAT(only_mistake(rule_text(before + " &c 'selection and filter'\n")), StartsWith("7:32: condition:"));
  EXPECT_THAT(only_mistake(rule_text(before + " [selection, selection and filter]\n")), StartsWith("7:40: condition:"));
}

TEST(Condition, EachOfAListIsChecked) {
  auto all = testing::mistakes(rule_text("  selection: {Image: a}\n  condition: [x, selection, y]\n"));
  EXPECT_THAT(all, ElementsAre(StartsWith("7:15: "), StartsWith("7:29: ")));
  EXPECT_THAT(mistake("[]"), StartsWith("8:14: expected a condition such as"));
  EXPECT_THAT(mistake("[[selection]]"), StartsWith("8:15: expected a condition such as"));
}

TEST(Condition, NothingToNameIsSaid) {
  EXPECT_EQ(only_mistake(rule_text("  condition: selection\n")),
            "6:14: condition: expected a selection, but there is none above the condition, found 'selection'");
}

TEST(Condition, SelectionsCannotBeNamedLikeOperators) {
  EXPECT_EQ(only_mistake(rule_text("  s: {Image: a}\n  Not: {Image: b}\n  condition: s\n")),
            "7:3: a selection cannot have the name 'Not', a word of conditions");
}

TEST(Condition, UnusedSelectionsAreNoted) {
  Compiled compiled = testing::compile_text(
      rule_text("  s: {Image: a}\n  _t: {Image: b}\n  u1: {Image: c}\n  timeframe: 5m\n  condition: s or 1 of u*\n"));
  ASSERT_TRUE(compiled.rules);
  EXPECT_THAT(compiled.infos[0].notes,
              ElementsAre("the condition does not use the selection '_t'",
                          "'timeframe' does nothing: it belonged to aggregations, which correlations replace"));
}

TEST(Condition, AggregationsAreGone) {
  EXPECT_EQ(mistake("selection | count() > 5"),
            "8:24: condition: aggregations after '|' are no longer part of Sigma; write a correlation rule");
}

TEST(Condition, WrongKind) {
  EXPECT_EQ(mistake("{a: b}"), "8:14: expected a condition such as 'selection and not filter', found a map");
  EXPECT_EQ(mistake("~"), "8:14: expected a condition such as 'selection and not filter', found nothing");
}

TEST(Condition, DepthIsBounded) {
  std::string deep(5000, '(');
  EXPECT_NE(mistake(deep + "selection" + std::string(5000, ')')).find("nested deeper"), std::string::npos);
  std::string nots;
  for (int i = 0; i < 5000; ++i) {
    nots += "not ";
  }
  EXPECT_NE(mistake(nots + "selection").find("nested deeper"), std::string::npos);
}

TEST(Condition, WidthIsBounded) {
  std::string wide;
  for (int i = 0; i < 4900; ++i) {
    wide += "1 of * or 1 of * or ";
  }
  EXPECT_NE(mistake(wide.substr(0, 60000) + "selection").find("too large"), std::string::npos);
}

}  // namespace
}  // namespace vedette::rules
