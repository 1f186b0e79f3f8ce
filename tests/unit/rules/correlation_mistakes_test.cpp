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
using ::testing::HasSubstr;
using testing::mistakes;
using testing::more_correlation;
using testing::only_mistake;
using ::testing::UnorderedElementsAre;
using testing::with_correlation;

// Lines 25 to 29.
const std::string kOrdered =
    with_correlation("  type: temporal_ordered\n  rules: [one, id-two]\n  group-by: [User]\n  timespan: 10s\n");
const std::string kSum = with_correlation(
    "  type: value_sum\n  rules: [one]\n  group-by: [User]\n  timespan: 10s\n"
    "  condition: {field: ParentProcessId, gte: 5}\n");

std::string changed(std::string text, const std::string& from, const std::string& to) {
  text.replace(text.rfind(from), from.size(), to);
  return text;
}

std::string mistake(const std::string& from, const std::string& to) {
  return only_mistake(changed(kOrdered, from, to));
}

std::string of_condition(const std::string& type, const std::string& condition) {
  std::string text = changed(kSum, "value_sum", type);
  return only_mistake(changed(text, "{field: ParentProcessId, gte: 5}", condition));
}

TEST(CorrelationMistakes, Type) {
  EXPECT_EQ(mistake("temporal_ordered", "temporal_orderd"),
            "26:9: correlation.type: expected one of event_count, value_count, temporal, temporal_ordered, value_sum, "
            "value_avg, value_percentile, found 'temporal_orderd'; did you mean 'temporal_ordered'?");
  EXPECT_THAT(mistake("temporal_ordered", "[temporal]"), HasSubstr("26:9: correlation.type: expected one of"));
  EXPECT_THAT(mistake("  type: temporal_ordered\n", ""),
              HasSubstr("26:3: correlation: expected 'type', found none; for example 'type: temporal_ordered'"));
}

TEST(CorrelationMistakes, Rules) {
  EXPECT_THAT(mistake("id-two", "id-twoo"), HasSubstr("27:16: expected the id or name of a rule, found 'id-twoo'"));
  EXPECT_EQ(mistake("id-two", "one"), "27:16: correlation.rules: 'one' is there twice; keep one");
  EXPECT_EQ(mistake("id-two", "id-one"), "27:16: correlation.rules: the rule 'id-one' is there twice; keep one");
  EXPECT_EQ(mistake(", id-two", ""), "27:10: correlation.rules: expected 2 to 16 rules, found 1");
  EXPECT_EQ(mistake("[one, id-two]", "one"),
            "27:10: correlation.rules: expected a list of ids or names of rules, found 'one'");
  EXPECT_EQ(only_mistake(changed(kSum, "[one]", "[]")), "27:10: correlation.rules: expected 1 to 16 rules, found 0");
  EXPECT_THAT(mistake("  rules: [one, id-two]\n", ""), HasSubstr("26:3: correlation: expected 'rules', found none"));
  std::string filter =
      "---\ntitle: F\nname: f\nlogsource: {product: linux}\nfilter: {rules: any, s: {User: x}, condition: not s}\n";
  EXPECT_THAT(only_mistake(changed(kOrdered, "id-two", "f") + filter),
              HasSubstr("27:16: correlation.rules: expected the id or name of a detection or correlation rule, found "
                        "the filter 'f'"));
}

TEST(CorrelationMistakes, GroupBy) {
  EXPECT_EQ(mistake("[User]", "[Usr]"),
            "28:14: correlation.group-by: expected a field or an alias, found 'Usr'; did you mean 'User'?");
  EXPECT_EQ(mistake("[User]", "[McpNothing]"),
            "28:14: correlation.group-by: expected a field or an alias, found 'McpNothing'");
  EXPECT_EQ(mistake("[User]", "User"), "28:13: correlation.group-by: expected a list of fields, found 'User'");
  EXPECT_EQ(mistake("[User]", "[User, User]"), "28:20: correlation.group-by: 'User' is there twice; keep one");
  EXPECT_EQ(mistake("[User]", "[SourceUser]"),
            "28:14: correlation.group-by: events of the rule 'one' have no field 'SourceUser'; define an alias under "
            "'correlation.aliases'");
  EXPECT_EQ(mistake("  group-by: [User]\n", ""),
            "26:3: correlation: expected 'group-by', found none; for example 'group-by: [McpServerGuid]', or "
            "'group-by: []' for one group of all");
}

TEST(CorrelationMistakes, Timespan) {
  EXPECT_THAT(mistake("  timespan: 10s\n", ""), HasSubstr("26:3: correlation: expected 'timespan', found none"));
  for (const char* bad : {"10", "s", "10w", "10M", "10S", "-1s", "+1s", "0s", "1.5h", "1h30m", "[1s]",
                          "99999999999999999999s", "999999999999d"}) {
    EXPECT_THAT(mistake("10s", bad),
                HasSubstr("29:13: correlation.timespan: expected a number and one of s, m, h, d such as 5m, found "))
        << bad;
  }
  EXPECT_EQ(compile_text(changed(kOrdered, "10s", "213503d")).errors.size(), 0U);
}

TEST(CorrelationMistakes, MisspelledKeys) {
  EXPECT_EQ(mistake("  timespan: 10s\n", "  timespan: 10s\n  conditon: {gte: 2}\n"),
            "30:3: correlation: there is no key 'conditon'; did you mean 'condition'?");
  EXPECT_THAT(mistake("  timespan: 10s\n", "  timespan: 10s\n  generate: yes\n"),
              HasSubstr("30:13: generate: expected true or false, found 'yes'"));
  EXPECT_EQ(only_mistake(correlated_rules() + "title: C\ncorrelation: temporal\n"),
            "23:14: correlation: expected a map with 'type', 'rules', 'group-by' and 'timespan', found 'temporal'");
}

TEST(CorrelationMistakes, Criteria) {
  EXPECT_THAT(of_condition("event_count", "{get: 5}"), HasSubstr("found 'get'; did you mean 'gt'?"));
  EXPECT_THAT(mistakes(changed(changed(kSum, "value_sum", "event_count"), "{field: ParentProcessId, gte: 5}",
                               "{gtee: 5, gt: 1}")),
              ElementsAre("30:15: correlation.condition: expected gt, gte, lt, lte, eq, neq for event_count, found "
                          "'gtee'; did you mean 'gte'?"));
  EXPECT_EQ(of_condition("event_count", "{gte: many}"),
            "30:20: correlation.condition.gte: expected a whole number from 0 such as 10, found 'many'");
  EXPECT_THAT(of_condition("event_count", "{gte: 2.5}"), HasSubstr("expected a whole number from 0"));
  EXPECT_THAT(of_condition("event_count", "{gte: -1}"), HasSubstr("expected a whole number from 0"));
  EXPECT_THAT(of_condition("value_sum", "{field: ParentProcessId, gt: x}"),
              HasSubstr("correlation.condition.gt: expected a number, found 'x'"));
  EXPECT_THAT(of_condition("value_sum", "{field: ParentProcessId, gt: inf}"), HasSubstr("expected a number"));
  EXPECT_THAT(of_condition("event_count", "{gt: 1, lt: 9, neq: 5}"),
              HasSubstr("30:14: correlation.condition: expected one or two of gt, gte, lt, lte, eq, neq, found 3"));
  EXPECT_THAT(of_condition("event_count", "{}"), HasSubstr("found 0; for example {gte: 10}"));
  EXPECT_THAT(of_condition("event_count", "5"), HasSubstr("expected a map such as {gte: 10}, found '5'"));
  EXPECT_THAT(only_mistake(changed(kSum, "  condition: {field: ParentProcessId, gte: 5}\n", "")),
              HasSubstr("26:3: correlation: expected 'condition', found none; for example 'condition: {field"));
}

TEST(CorrelationMistakes, Contradictions) {
  EXPECT_EQ(of_condition("event_count", "{gt: 5, lt: 3}"),
            "30:14: correlation.condition: expected a condition that can hold, found {gt: 5, lt: 3}: nothing can "
            "satisfy it");
  EXPECT_THAT(of_condition("event_count", "{gt: 5, lt: 6}"), HasSubstr("nothing can satisfy it"));
  EXPECT_THAT(of_condition("event_count", "{gte: 5, eq: 4}"), HasSubstr("nothing can satisfy it"));
  EXPECT_THAT(of_condition("event_count", "{eq: 4, neq: 4}"), HasSubstr("nothing can satisfy it"));
  EXPECT_THAT(of_condition("event_count", "{lt: 0}"), HasSubstr("nothing can satisfy it"));
  EXPECT_THAT(of_condition("event_count", "{gt: 5, gte: 7}"), HasSubstr("two bounds of the same side; keep one"));
  EXPECT_THAT(of_condition("value_count", "{field: User, gte: 5000}"),
              HasSubstr("nothing can satisfy it; up to 4096 values are told apart"));
  EXPECT_THAT(mistake("  timespan: 10s\n", "  timespan: 10s\n  condition: {gte: 3}\n"),
              HasSubstr("nothing can satisfy it; it counts its 2 rules"));
  for (const char* good : {"{gt: 5, lt: 6}", "{gte: 5, lte: 5}", "{eq: -1.5}", "{neq: 1, gt: 0}"}) {
    std::string text = changed(kSum, "gte: 5}", std::string(good).substr(1));
    EXPECT_THAT(mistakes(text), ::testing::IsEmpty()) << good;
  }
}

TEST(CorrelationMistakes, Field) {
  for (const char* type : {"value_count", "value_sum", "value_avg", "value_percentile"}) {
    EXPECT_EQ(
        of_condition(type, "{gte: 5}"),
        "30:14: correlation.condition: expected 'field', found none; for example {field: DestinationIp, gte: 10}");
  }
  EXPECT_THAT(of_condition("event_count", "{field: User, gte: 5}"),
              HasSubstr("30:15: correlation.condition: expected gt, gte, lt, lte, eq, neq for event_count, found "
                        "'field'"));
  EXPECT_THAT(of_condition("value_sum", "{field: [ParentProcessId, UserId], gte: 5}"),
              HasSubstr("30:22: correlation.condition.field: expected one field, found 2"));
  EXPECT_THAT(of_condition("value_count", "{field: [], gte: 5}"), HasSubstr("expected 1 to 16 fields, found 0"));
  EXPECT_THAT(of_condition("value_count", "{field: {a: b}, gte: 5}"),
              HasSubstr("expected a field as text, found a map"));
  EXPECT_THAT(
      of_condition("value_count", "{field: Usr, gte: 5}"),
      HasSubstr("correlation.condition.field: expected a field or an alias, found 'Usr'; did you mean 'User'?"));
  EXPECT_THAT(of_condition("value_count", "{field: DestinationIp, gte: 5}"),
              HasSubstr("correlation.condition.field: events of the rule 'one' have no field 'DestinationIp'; define "
                        "an alias"));
}

TEST(CorrelationMistakes, Percentile) {
  EXPECT_THAT(of_condition("value_percentile", "{field: UserId, percentile: 0, gte: 5}"),
              HasSubstr("correlation.condition.percentile: expected a percentile above 0 and up to 100, found '0'"));
  EXPECT_THAT(of_condition("value_percentile", "{field: UserId, percentile: 101, gte: 5}"), HasSubstr("found '101'"));
  EXPECT_THAT(of_condition("value_sum", "{field: UserId, percentile: 50, gte: 5}"),
              HasSubstr("expected gt, gte, lt, lte, eq, neq, field for value_sum, found 'percentile'"));
}

TEST(CorrelationMistakes, Aliases) {
  auto aliases = [](const std::string& text) { return kOrdered + "  aliases:\n" + text; };
  EXPECT_THAT(only_mistake(kOrdered + "  aliases: [a]\n"),
              HasSubstr("30:12: correlation.aliases: expected a map of aliases, found a list"));
  EXPECT_THAT(only_mistake(aliases("    who: User\n")),
              HasSubstr("31:10: correlation.aliases.who: expected a map of rule: field, found 'User'"));
  EXPECT_THAT(only_mistake(aliases("    who: {one: [User]}\n")),
              HasSubstr("correlation.aliases.who.one: expected the field as text, found a list"));
  EXPECT_THAT(
      only_mistake(aliases("    who: {onne: User}\n")),
      HasSubstr("31:11: expected the id or name of a rule, found 'onne', which no rule has; did you mean 'one'?"));
  EXPECT_THAT(only_mistake(aliases("    who: {three: User}\n")),
              HasSubstr("31:11: correlation.aliases.who: expected one of 'correlation.rules' (one, id-two), found "
                        "'three'"));
  std::string half = changed(aliases("    who: {one: User}\n"), "[User]", "[who]");
  EXPECT_EQ(only_mistake(half),
            "28:14: correlation.group-by: the alias 'who' names no field of the rule 'two'; add one under "
            "'correlation.aliases.who'");
}

TEST(CorrelationMistakes, Cycles) {
  EXPECT_EQ(mistake("id-two", "id-c"),
            "27:16: correlation.rules: expected a rule that does not build on this one, found a cycle: 'C' refers to "
            "'C'");
  const std::string rest = "  group-by: []\n  timespan: 1m\n";
  std::string ring = correlated_rules() +
                     more_correlation("x", "  type: temporal\n  rules: [one, y]\n" + rest).substr(4) +
                     more_correlation("y", "  type: temporal\n  rules: [one, z]\n" + rest) +
                     more_correlation("z", "  type: temporal\n  rules: [one, x]\n" + rest);
  EXPECT_THAT(
      mistakes(ring),
      UnorderedElementsAre(HasSubstr("found a cycle: 'x' refers to 'y' refers to 'z' refers to 'x'"),
                           HasSubstr("left out, since the rule 'y'"), HasSubstr("left out, since the rule 'z'")));
}

TEST(CorrelationMistakes, ChainsAreLimited) {
  auto chain = [](int length) {
    std::string text = correlated_rules() +
                       "title: none\nid: n\ncorrelation: {type: event_count, rules: [one], "
                       "group-by: [], timespan: 1m, condition: {gte: 1}}\n";
    for (int i = 1; i <= length; ++i) {
      std::string below = i == 1 ? "one" : "c" + std::to_string(i - 1);
      text +=
          more_correlation("c" + std::to_string(i), "  type: event_count\n  rules: [" + below +
                                                        "]\n  group-by: []\n  timespan: 1m\n  condition: {gte: 1}\n");
    }
    return text;
  };
  EXPECT_THAT(mistakes(chain(8)), ::testing::IsEmpty());
  EXPECT_THAT(only_mistake(chain(9)), HasSubstr("correlation.rules: expected at most 8 correlations that build on each "
                                                "other, found 9"));
}

TEST(CorrelationMistakes, NoFieldOfADeadRuleIsOne) {
  std::string text =
      "title: S\nid: s\nname: sshd\nlogsource: {service: sshd}\ndetection: {k: [x], condition: k}\n---\n"
      "title: C\ncorrelation:\n  type: value_count\n  rules: [sshd]\n  group-by: [TargetUserName, user, source.ip]\n"
      "  timespan: 5m\n  condition: {gt: 1, field: CommandLines}\n";
  EXPECT_THAT(mistakes(text), ::testing::IsEmpty());
  EXPECT_THAT(compile_text(text).infos[1].dead, HasSubstr("no events of the service 'sshd'"));
}

TEST(CorrelationMistakes, AllAtOnce) {
  EXPECT_THAT(mistakes(correlated_rules() +
                       "title: C\ncorrelation:\n  type: value_cont\n  rules: one\n  group-by: [User, User]\n"
                       "  timespan: 5\n  aliases: []\n---\ntitle: D\ncorrelation:\n  type: value_sum\n"
                       "  rules: [one]\n  group-by: [Usr]\n  timespan: 5m\n  condition: {gt: 1, field: Imge}\n"),
              ElementsAre(HasSubstr("24:9: "), HasSubstr("25:10: "), HasSubstr("26:20: "), HasSubstr("27:13: "),
                          HasSubstr("28:12: "), HasSubstr("34:14: "), HasSubstr("36:29: ")));
}

}  // namespace
}  // namespace vedette::rules
