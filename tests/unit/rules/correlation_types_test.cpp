// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "correlation_support.h"
#include "rules/correlation.h"
#include "support.h"

namespace vedette::rules {
namespace {

using ::testing::ElementsAre;
using testing::ids;
using ::testing::IsEmpty;
using testing::kSecond;
using ::testing::SizeIs;
using testing::start;
using testing::Stream;
using testing::with_correlation;

std::string of_one(const std::string& type, const std::string& condition, const std::string& timespan = "10s") {
  return with_correlation("  type: " + type + "\n  rules: [one]\n  group-by: [User]\n  timespan: " + timespan +
                          "\n  condition: " + condition + "\n");
}

std::vector<std::vector<uint64_t>> number(Stream& stream, const std::string& value, uint64_t seconds) {
  return ids(stream.match(start("a", "u", value, seconds * kSecond)));
}

TEST(EventCount, FiresWithTheEventThatMakesItHoldAndStartsAfresh) {
  Stream stream(of_one("event_count", "{gte: 3}"));
  EXPECT_THAT(stream.see("a", "u", 100), IsEmpty());
  EXPECT_THAT(stream.see("a", "u", 101), IsEmpty());
  EXPECT_THAT(stream.see("a", "u", 102), ElementsAre(1, 2, 3));
  EXPECT_THAT(stream.see("a", "u", 103), IsEmpty());
  EXPECT_THAT(stream.see("a", "u", 104), IsEmpty());
  EXPECT_THAT(stream.see("a", "u", 105), ElementsAre(4, 5, 6));
}

TEST(EventCount, AWindowIsAnyStretchOfTheTimespan) {
  Stream stream(of_one("event_count", "{gt: 2}"));
  stream.see("a", "u", 100);
  stream.see("a", "u", 109);
  EXPECT_THAT(stream.see("a", "u", 111), IsEmpty());
  EXPECT_THAT(stream.see("a", "u", 119), ElementsAre(2, 3, 4));
}

TEST(EventCount, AFoldedRecordStandsForItsCount) {
  Stream stream(of_one("event_count", "{gte: 100}"));
  Record folded = start("a", "u", "", 100 * kSecond);
  folded.count = 99;
  EXPECT_THAT(stream.match(folded), IsEmpty());
  auto found = stream.match("a", "u", 101);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].event_ids, ElementsAre(1, 2));
  EXPECT_EQ(found[0].count, 100U);
}

TEST(EventCount, CountsAnEventOfSeveralRulesOnce) {
  Stream stream(testing::correlated_rule("one", "a") + testing::correlated_rule("two", "a") +
                "title: C\nid: id-c\ncorrelation: {type: event_count, rules: [one, two], group-by: [], timespan: 9s, "
                "condition: {gte: 2}}\n");
  EXPECT_THAT(stream.see("a", "u", 100), IsEmpty());
  EXPECT_THAT(stream.see("a", "v", 101), ElementsAre(1, 2));
}

TEST(EventCount, WithoutGroupingValueThereIsNoEvent) {
  Stream stream(of_one("event_count", "{gte: 1}"));
  EXPECT_THAT(stream.see("a", "", 100), IsEmpty());
  EXPECT_THAT(stream.see("a", "u", 100), ElementsAre(2));
}

TEST(EventCount, UpperBoundsAreJudgedWhenTheWindowCloses) {
  for (const char* condition : {"{lt: 3}", "{lte: 2}", "{eq: 2}", "{neq: 3}", "{gt: 1, lt: 3}", "{gte: 2, lte: 2}"}) {
    Stream stream(of_one("event_count", condition));
    EXPECT_THAT(stream.see("a", "u", 100), IsEmpty()) << condition;
    EXPECT_THAT(stream.see("a", "u", 110), IsEmpty()) << condition;
    EXPECT_THAT(stream.advance(111), IsEmpty()) << condition << ": one from 110 may still come";
    EXPECT_THAT(stream.advance(112), ElementsAre(ElementsAre(1, 2))) << condition;
    EXPECT_THAT(stream.advance(200), IsEmpty()) << condition;
  }
}

TEST(EventCount, WhatExceedsAnUpperBoundIsNotTold) {
  for (const char* condition : {"{lt: 2}", "{lte: 1}", "{eq: 3}", "{neq: 2}", "{gt: 2, lt: 5}"}) {
    Stream stream(of_one("event_count", condition));
    stream.see("a", "u", 100);
    stream.see("a", "u", 110);
    EXPECT_THAT(stream.advance(200), IsEmpty()) << condition;
  }
}

TEST(EventCount, TheNextEventBeginsTheNextWindow) {
  Stream stream(of_one("event_count", "{eq: 2}"));
  stream.see("a", "u", 100);
  stream.see("a", "u", 110);
  EXPECT_THAT(stream.see("a", "u", 111), IsEmpty());
  EXPECT_THAT(stream.see("a", "u", 121), ElementsAre(1, 2));
  EXPECT_THAT(stream.advance(150), ElementsAre(ElementsAre(3, 4)));
}

TEST(EventCount, AnyRecordBringsTimeOn) {
  Stream stream(of_one("event_count", "{lt: 2}"));
  stream.see("a", "u", 100);
  EXPECT_THAT(ids(stream.match("x", "v", 112)), ElementsAre(ElementsAre(1)));
}

TEST(EventCount, MillionsAreCountedButFewNamed) {
  Stream stream(of_one("event_count", "{gte: 1000}"));
  std::vector<Match> found;
  for (uint64_t i = 0; i < 1000; ++i) {
    EXPECT_THAT(found, IsEmpty());
    found = stream.match(start("a", "u", "", 100 * kSecond + i));
  }
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].count, 1000U);
  ASSERT_THAT(found[0].event_ids, SizeIs(kMaxNamedEvents));
  EXPECT_EQ(found[0].event_ids[0], 1U);
  EXPECT_EQ(found[0].event_ids[15], 16U);
  EXPECT_EQ(found[0].event_ids[16], 985U);
  EXPECT_EQ(found[0].event_ids[31], 1000U);
}

TEST(ValueCount, CountsDistinctValues) {
  Stream stream(of_one("value_count", "{field: ParentProcessId, gte: 3}"));
  EXPECT_THAT(number(stream, "7", 100), IsEmpty());
  EXPECT_THAT(number(stream, "7", 101), IsEmpty());
  EXPECT_THAT(number(stream, "8", 102), IsEmpty());
  EXPECT_THAT(number(stream, "", 103), IsEmpty()) << "no value is no value";
  EXPECT_THAT(number(stream, "9", 104), ElementsAre(ElementsAre(2, 3, 5))) << "the newest of each";
}

TEST(ValueCount, OfSeveralFieldsCountsTuples) {
  const std::string text = with_correlation(
      "  type: value_count\n  rules: [one]\n  group-by: []\n  timespan: 10s\n"
      "  condition: {field: [User, ParentProcessId], gte: 3}\n");
  Stream stream(text);
  EXPECT_THAT(stream.match(start("a", "u", "1", 100 * kSecond)), IsEmpty());
  EXPECT_THAT(stream.match(start("a", "u", "2", 100 * kSecond)), IsEmpty());
  EXPECT_THAT(stream.match(start("a", "u", "2", 100 * kSecond)), IsEmpty());
  EXPECT_THAT(stream.match(start("a", "", "3", 100 * kSecond)), IsEmpty());
  EXPECT_THAT(stream.match(start("a", "v", "2", 100 * kSecond)), SizeIs(1));
}

TEST(ValueCount, Few) {
  Stream stream(of_one("value_count", "{field: ParentProcessId, lt: 2}"));
  number(stream, "7", 100);
  number(stream, "7", 101);
  EXPECT_THAT(number(stream, "8", 111), IsEmpty());
  EXPECT_THAT(stream.advance(112), ElementsAre(ElementsAre(1, 2)));
}

TEST(ValueSum, AddsUp) {
  Stream stream(of_one("value_sum", "{field: ParentProcessId, gt: 10.5}"));
  EXPECT_THAT(number(stream, "10", 100), IsEmpty());
  EXPECT_THAT(number(stream, "0.5", 101), IsEmpty());
  EXPECT_THAT(number(stream, "0.25", 102), ElementsAre(ElementsAre(1, 2, 3)));
}

TEST(ValueSum, SkipsAndCountsWhatIsNoNumber) {
  Stream stream(of_one("value_sum", "{field: ParentProcessId, gte: 3}"));
  number(stream, "2", 100);
  for (const char* odd : {"x", "1x", "", "nan", "inf", "0x10"}) {
    EXPECT_THAT(number(stream, odd, 101), IsEmpty()) << odd;
  }
  EXPECT_EQ(stream.matcher().not_numeric(), 6U);
  EXPECT_THAT(number(stream, "1", 102), ElementsAre(ElementsAre(1, 8)));
}

TEST(ValueSum, OldNumbersLeave) {
  Stream stream(of_one("value_sum", "{field: ParentProcessId, gte: 10}"));
  number(stream, "9", 100);
  EXPECT_THAT(number(stream, "5", 111), IsEmpty());
  EXPECT_THAT(number(stream, "5", 112), ElementsAre(ElementsAre(2, 3)));
}

TEST(ValueAvg, IsJudgedWhenTheWindowCloses) {
  Stream stream(of_one("value_avg", "{field: ParentProcessId, gt: 2.5}"));
  number(stream, "9", 100);
  number(stream, "1", 101);
  EXPECT_THAT(stream.advance(112), ElementsAre(ElementsAre(1, 2)));
  number(stream, "4", 120);
  number(stream, "1", 121);
  EXPECT_THAT(stream.advance(140), IsEmpty()) << "2.5 is not above 2.5";
}

TEST(ValuePercentile, NearestRank) {
  const std::vector<std::string> values = {"15", "20", "35", "40", "50"};
  const std::vector<std::pair<std::string, std::string>> ranks = {{"5", "15"},  {"30", "20"},  {"40", "20"},
                                                                  {"50", "35"}, {"100", "50"}, {"99.9", "50"}};
  for (const auto& [percentile, value] : ranks) {
    Stream stream(
        of_one("value_percentile", "{field: ParentProcessId, percentile: " + percentile + ", eq: " + value + "}"));
    for (const std::string& one : values) {
      number(stream, one, 100);
    }
    EXPECT_THAT(stream.advance(112), SizeIs(1)) << percentile;
  }
}

TEST(ValuePercentile, WithoutPercentileTheShareOfEachValue) {
  Stream stream(of_one("value_percentile", "{field: CurrentDirectory, lte: 25}"));
  for (const char* directory : {"/b", "/rare", "/b", "/b", "/b", "/c", "/c", ""}) {
    Record event = start("a", "u", "", 100 * kSecond);
    if (*directory != 0) {
      event.set(Field::kCurrentDirectory, directory);
    }
    EXPECT_THAT(stream.match(event), IsEmpty());
  }
  EXPECT_THAT(stream.advance(112), ElementsAre(ElementsAre(2), ElementsAre(6, 7)))
      << "of eight events; in the order of the values";
}

TEST(Temporal, ACountOfDifferentRules) {
  const std::string rest = "  rules: [one, two, three]\n  group-by: [User]\n  timespan: 10s\n";
  Stream two(with_correlation("  type: temporal\n" + rest + "  condition: {gte: 2}\n"));
  EXPECT_THAT(two.see("a", "u", 100), IsEmpty());
  EXPECT_THAT(two.see("a", "u", 101), IsEmpty());
  EXPECT_THAT(two.see("c", "u", 102), ElementsAre(2, 3));

  Stream ordered(with_correlation("  type: temporal_ordered\n" + rest + "  condition: {gte: 2}\n"));
  EXPECT_THAT(ordered.see("c", "u", 100), IsEmpty());
  EXPECT_THAT(ordered.see("b", "u", 101), IsEmpty());
  EXPECT_THAT(ordered.see("a", "u", 102), IsEmpty());
  EXPECT_THAT(ordered.see("c", "u", 103), ElementsAre(3, 4)) << "the run that began last";
}

TEST(Temporal, FewDifferentRules) {
  const std::string rest = "  rules: [one, two, three]\n  group-by: [User]\n  timespan: 10s\n";
  Stream few(with_correlation("  type: temporal\n" + rest + "  condition: {lt: 2}\n"));
  few.see("a", "u", 100);
  few.see("a", "u", 101);
  few.see("a", "v", 100);
  few.see("b", "v", 100);
  EXPECT_THAT(few.advance(112), ElementsAre(ElementsAre(1, 2)));

  Stream ordered(with_correlation("  type: temporal_ordered\n" + rest + "  condition: {eq: 2}\n"));
  ordered.see("a", "u", 100);
  ordered.see("c", "u", 101);
  ordered.see("c", "v", 100);
  ordered.see("a", "v", 101);
  EXPECT_THAT(ordered.advance(112), ElementsAre(ElementsAre(1, 2)));
}

TEST(Late, CountsWhereItFits) {
  Stream stream(of_one("event_count", "{gte: 3}"));
  stream.see("a", "u", 100);
  stream.see("a", "u", 105);
  EXPECT_THAT(stream.see("a", "u", 98), ElementsAre(3, 1, 2));
  EXPECT_EQ(stream.matcher().late(), 0U);
}

TEST(Late, IsDroppedAndCountedWhereItDoesNot) {
  Stream sliding(of_one("event_count", "{gte: 2}"));
  sliding.see("a", "u", 100);
  sliding.see("a", "u", 105);
  sliding.see("x", "u", 107);
  EXPECT_THAT(sliding.see("a", "u", 104), IsEmpty()) << "before what was told";
  EXPECT_EQ(sliding.matcher().late(), 1U);
  sliding.see("x", "u", 120);
  EXPECT_THAT(sliding.see("a", "u", 108), IsEmpty());
  EXPECT_EQ(sliding.matcher().late(), 2U);

  Stream windows(of_one("event_count", "{lt: 3}"));
  windows.see("a", "u", 100);
  windows.see("x", "u", 105);
  windows.see("a", "u", 102);
  windows.see("a", "u", 99);
  EXPECT_EQ(windows.matcher().late(), 1U);
  EXPECT_THAT(windows.advance(112), ElementsAre(ElementsAre(1, 3)));
}

}  // namespace
}  // namespace vedette::rules
