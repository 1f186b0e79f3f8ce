// SPDX-License-Identifier: Apache-2.0
#include "rule_tests/case_file.h"

#include <gmock/gmock.h>

#include "support.h"

namespace vedette::rule_tests {
namespace {

using rules::Field;
using testing::cases;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::mistakes;
using ::testing::Pointee;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr uint64_t kSecond = 1'000'000'000;

std::vector<std::string> rules_of(const Case& one) {
  std::vector<std::string> titles;
  for (size_t rule : one.rules) {
    titles.push_back(testing::sample_rules().catalog.infos()[rule].title);
  }
  return titles;
}

std::vector<std::string> event_mistakes(const std::string& event) {
  return mistakes("- name: n\n  events: [" + event + "]\n  expect: []\n");
}

TEST(CaseFile, ReadsEventsAsRulesSeeThem) {
  auto all = cases(R"(
- name: two
  events:
    - category: process_access
      fields: {McpBehavior: environ_read, SourceUserId: 0}
      count: 7
    - category: network_connection
      fields: {DestinationIp: '2001:db8::1', DestinationIsIpv6: true}
      time: +5s
    - {category: raw_socket, fields: {Protocol: raw}}
  expect: []
)");
  ASSERT_THAT(all, SizeIs(1));
  const auto& events = all[0].events;
  ASSERT_THAT(events, SizeIs(3));
  EXPECT_EQ(events[0].record.category, rules::Category::kProcessAccess);
  EXPECT_THAT(events[0].record.get(Field::kSourceUserId), Pointee(std::string("0")));
  EXPECT_EQ(events[0].record.get(Field::kMcpServer), nullptr);
  EXPECT_EQ(events[0].record.count, 7U);
  EXPECT_EQ(events[0].line, 4);
  EXPECT_EQ(events[1].record.time_ns, events[0].record.time_ns + 5 * kSecond);
  EXPECT_EQ(events[1].record.wall_ns, 1'767'225'605 * kSecond);
  EXPECT_EQ(events[2].record.time_ns, events[1].record.time_ns) << "that of the event above";
}

TEST(CaseFile, RepeatsEvents) {
  auto all = cases("- name: n\n  events: [{category: raw_socket, fields: {Protocol: raw}, repeat: 3}]\n  expect: []\n");
  EXPECT_THAT(all.at(0).events, SizeIs(3));
}

TEST(CaseFile, LaterFieldsReplaceEarlierAndNullTakesAway) {
  auto all = cases(R"(
- name: n
  events:
    - category: process_access
      fields: &base {McpBehavior: environ_read, SourceUser: ann, McpServer: x}
    - category: process_access
      fields: [*base, {SourceUser: bob, McpServer: null}]
  expect: []
)");
  const rules::Record& second = all.at(0).events.at(1).record;
  EXPECT_THAT(second.get(Field::kMcpBehavior), Pointee(std::string("environ_read")));
  EXPECT_THAT(second.get(Field::kSourceUser), Pointee(std::string("bob")));
  EXPECT_EQ(second.get(Field::kMcpServer), nullptr);
}

TEST(CaseFile, TestsTheRulesBesideIt) {
  const char* text = "- name: n\n  events: [{category: raw_socket, fields: {}}]\n  expect: []\n";
  EXPECT_THAT(rules_of(cases(text)[0]), ElementsAre("Read", "Block", "Dead"));
  EXPECT_THAT(rules_of(cases(text, "c.test.yml")[0]), ElementsAre("Both", "First"));
  EXPECT_THAT(rules_of(cases(text, "f.test.yml")[0]), ElementsAre("Read")) << "those the filter is for";
}

TEST(CaseFile, TestsTheRulesItNames) {
  const char* events = "  events: [{category: raw_socket, fields: {}}]\n  expect: []\n";
  auto named = cases(std::string("- name: n\n  rules: [block, Both, 11111111-1111-4111-8111-111111111111]\n") + events);
  EXPECT_THAT(rules_of(named.at(0)), ElementsAre("Block", "Both", "Read"));
  auto any = cases(std::string("- name: n\n  rules: any\n") + events, "elsewhere.test.yml");
  EXPECT_THAT(rules_of(any.at(0)), SizeIs(5));
}

TEST(CaseFile, FindsRecordingsBesideIt) {
  auto all = cases("- {name: n, rules: any, recording: a/b.rec, expect: []}\n", "dir/x.test.yml");
  EXPECT_EQ(all.at(0).recording, "dir/a/b.rec");
}

TEST(CaseFile, WithoutCasesIsAMistake) {
  for (const char* text : {"", "# nothing\n", "[]\n", "---\n"}) {
    EXPECT_THAT(mistakes(text), ElementsAre(StartsWith("1:1: expected a list of cases, found none"))) << text;
  }
  EXPECT_THAT(mistakes("a: b\n"), ElementsAre("1:1: expected a list of cases, found a map"));
}

TEST(CaseFile, SuggestsFieldsOfTheCategory) {
  EXPECT_THAT(event_mistakes("{category: process_access, fields: {SourceImge: x}}"),
              ElementsAre("2:48: there is no field 'SourceImge'; did you mean 'SourceImage'?"));
  EXPECT_THAT(event_mistakes("{category: process_access, fields: {UserId: 0}}"),
              ElementsAre("2:48: events of process_access have no field 'UserId'"));
  EXPECT_THAT(event_mistakes("{category: process_acess, fields: {}}"),
              ElementsAre(HasSubstr("found 'process_acess'; did you mean 'process_access'?")));
}

TEST(CaseFile, ChecksValues) {
  EXPECT_THAT(
      event_mistakes("{category: process_access, fields: {McpRelation: strangr}}"),
      ElementsAre("2:61: expected one of self, launcher, descendant, same_server, stranger as McpRelation, found "
                  "'strangr'; did you mean 'stranger'?"));
  EXPECT_THAT(event_mistakes("{category: process_access, fields: {McpBehavior: egress}}"),
              ElementsAre(HasSubstr("expected one of environ_read, ")));
  EXPECT_THAT(event_mistakes("{category: process_access, fields: {SourceUserId: root}}"),
              ElementsAre("2:62: expected a number as SourceUserId, found 'root'"));
  EXPECT_THAT(event_mistakes("{category: network_connection, fields: {DestinationIp: 10.0.0.0/8}}"),
              ElementsAre(HasSubstr("expected an IPv4 or IPv6 address as DestinationIp")));
  EXPECT_THAT(event_mistakes("{category: network_connection, fields: {Initiated: yes}}"),
              ElementsAre(HasSubstr("expected true or false as Initiated, found 'yes'")));
  EXPECT_THAT(event_mistakes("{category: process_access, fields: {SourceUser: [a]}}"),
              ElementsAre(HasSubstr("expected a value as SourceUser, found a list")));
}

TEST(CaseFile, ChecksTimesAndCounts) {
  EXPECT_THAT(event_mistakes("{category: raw_socket, fields: {}, time: 5s}"), ElementsAre(HasSubstr("such as +500ms")));
  EXPECT_THAT(event_mistakes("{category: raw_socket, fields: {}, repeat: 0}"),
              ElementsAre("2:55: expected a number from 1 to 100000, found '0'"));
  EXPECT_THAT(
      event_mistakes("{category: raw_socket, fields: {}, time: +2s}, {category: raw_socket, fields: {}, time: +1s}"),
      ElementsAre(HasSubstr("expected a time not before that of the event above")));
  EXPECT_THAT(event_mistakes("{category: raw_socket, fields: {}, repeat: 60000}, "
                             "{category: raw_socket, fields: {}, repeat: 60000}"),
              ElementsAre(HasSubstr("expected at most 100000 events a case")));
}

TEST(CaseFile, ReportsEveryMistakeInOrder) {
  EXPECT_THAT(mistakes(R"(- name: a
  event: []
  expect:
    - {rule: Raed, count: x}
    - {rule: Both}
- expect: none
  recording: r
  events: [3]
)"),
              ElementsAre("1:3: expected either 'events' or 'recording', found neither",
                          "2:3: expected one of name, rules, events, recording, expect, found 'event'; did you mean "
                          "'events'?",
                          "4:14: expected the title or id of a rule, found 'Raed', which no rule has; did you mean "
                          "'Read'?",
                          "4:27: expected a number from 1 to 100000, found 'x'",
                          "5:14: expected a rule under test, found 'Both'; name it in 'rules' of the case",
                          "6:3: expected 'name', found none; for example 'name: what it shows'",
                          "6:3: expected either 'events' or 'recording', found both",
                          "6:11: expected a list of alerts, [] for none, found 'none'",
                          "8:12: expected an event (a map with 'category' and 'fields'), found '3'"));
}

TEST(CaseFile, NamesAreThereOnce) {
  const char* one = "- {name: n, rules: any, recording: r, expect: []}\n";
  EXPECT_THAT(mistakes(std::string(one) + one),
              ElementsAre("2:3: the name 'n' is taken by the case in line 1; give each its own"));
}

TEST(CaseFile, ATitleOfSeveralRulesNamesNone) {
  auto rule = [](const char* id) {
    return std::string("title: Same\nid: ") + id +
           "\nlevel: low\nlogsource: {category: raw_socket}\ndetection:\n  s: {Protocol: raw}\n  condition: s\n";
  };
  std::vector<rules::RuleSource> sources = {
      {"r.yml", rule("11111111-1111-4111-8111-111111111111") + "---\n" + rule("22222222-2222-4222-8222-222222222222")}};
  Diagnostics errors;
  Catalog catalog(sources, rules::compile(sources));
  parse_cases({"r.test.yml", "- {name: n, recording: r, expect: [{rule: Same}]}\n"}, catalog, errors);
  ASSERT_THAT(errors, SizeIs(1));
  EXPECT_THAT(errors[0].message, HasSubstr("several rules have the title 'Same'; name one by its id"));
  errors.clear();
  parse_cases({"r.test.yml", "- {name: n, recording: r, expect: [{rule: 22222222-2222-4222-8222-222222222222}]}\n"},
              catalog, errors);
  EXPECT_THAT(errors, IsEmpty());
}

TEST(CaseFile, NeedsARuleBesideItOrRules) {
  Diagnostics errors;
  parse_cases({"none.test.yml", "- {name: n, recording: r, expect: []}\n"}, testing::sample_rules().catalog, errors);
  ASSERT_THAT(errors, SizeIs(1));
  EXPECT_THAT(errors[0].text(),
              StartsWith("none.test.yml:1:3: expected 'rules', found none, and no rule file none.yml"));
}

}  // namespace
}  // namespace vedette::rule_tests
