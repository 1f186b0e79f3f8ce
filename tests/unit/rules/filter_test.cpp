// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.h"

namespace vedette::rules {
namespace {

using testing::compile_text;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::only_mistake;

const std::string kRule =
    "title: R\nid: rule-1\nname: rule_name\nlevel: low\nlogsource: {category: process_creation, product: linux}\n"
    "detection: {s: {Image: /bin/a}, condition: s}\n---\n";
const std::string kOther =
    "title: O\nid: rule-2\nlevel: low\nlogsource: {category: network_connection}\n"
    "detection: {s: {Image: /bin/a}, condition: s}\n---\n";

std::string filter(const std::string& rules, const std::string& body,
                   const std::string& source = "{category: process_creation, product: linux}") {
  return "title: F\nlogsource: " + source + "\nfilter:\n  rules: " + rules + "\n" + body;
}

std::vector<std::string> alerts(const std::string& text, const std::string& user,
                                Category category = Category::kProcessCreation) {
  Compiled compiled = compile_text(text);
  if (!compiled.rules) {
    return {compiled.errors[0].text()};
  }
  auto event = testing::record(category, {{Field::kImage, "/bin/a"}, {Field::kUser, user}});
  return testing::titles(Matcher(compiled.rules).match(event, 1));
}

const std::vector<std::string> kQuiet;
const std::vector<std::string> kAlert = {"R"};

TEST(Filter, SaysWhatStays) {
  std::string text = kRule + filter("[rule-1]", "  selection: {User|startswith: adm_}\n  condition: not selection\n");
  EXPECT_EQ(alerts(text, "adm_x"), kQuiet);
  EXPECT_EQ(alerts(text, "bob"), kAlert);
}

TEST(Filter, SaysWhatGoesAsInTheSpecification) {
  std::string text = kRule + filter("[rule-1]", "  selection: {User|startswith: adm_}\n  condition: selection\n");
  EXPECT_EQ(alerts(text, "adm_x"), kQuiet);
  EXPECT_EQ(alerts(text, "bob"), kAlert);
}

TEST(Filter, SeveralSelections) {
  const std::string selections = "  a: {User|startswith: adm_}\n  b: {User|endswith: x}\n  condition: ";
  std::string stays = kRule + filter("[rule-1]", selections + "not (a and b)\n");
  EXPECT_EQ(alerts(stays, "adm_x"), kQuiet);
  EXPECT_EQ(alerts(stays, "adm_y"), kAlert);
  std::string goes = kRule + filter("[rule-1]", selections + "a and not b\n");
  EXPECT_EQ(alerts(goes, "adm_y"), kQuiet);
  EXPECT_EQ(alerts(goes, "adm_x"), kAlert);
  EXPECT_EQ(alerts(goes, "bob"), kAlert);
}

TEST(Filter, ByName) {
  std::string text = kRule + filter("[rule_name]", "  s: {User: bob}\n  condition: not s\n");
  EXPECT_EQ(alerts(text, "bob"), kQuiet);
}

TEST(Filter, OnlyTheRulesItNames) {
  std::string text = kRule + kOther + filter("[rule-1]", "  s: {User: bob}\n  condition: not s\n");
  EXPECT_EQ(alerts(text, "bob", Category::kNetworkConnection), std::vector<std::string>{"O"});
}

TEST(Filter, AnyRuleOfItsLogSource) {
  for (const char* any : {"any", "[any]"}) {
    std::string text = kRule + kOther + filter(any, "  s: {User: bob}\n  condition: not s\n");
    EXPECT_EQ(alerts(text, "bob"), kQuiet);
    EXPECT_EQ(alerts(text, "bob", Category::kNetworkConnection), std::vector<std::string>{"O"});
  }
  std::string all = kRule + kOther + filter("any", "  s: {User: bob}\n  condition: not s\n", "{product: linux}");
  EXPECT_EQ(alerts(all, "bob"), kQuiet);
  EXPECT_EQ(alerts(all, "bob", Category::kNetworkConnection), kQuiet);
}

TEST(Filter, SeveralFiltersAddUp) {
  std::string text = kRule + filter("[rule-1]", "  s: {User: bob}\n  condition: not s\n---\n") +
                     filter("[rule-1]", "  s: {User: eve}\n  condition: not s\n");
  EXPECT_EQ(alerts(text, "bob"), kQuiet);
  EXPECT_EQ(alerts(text, "eve"), kQuiet);
  EXPECT_EQ(alerts(text, "joe"), kAlert);
}

TEST(Filter, MayComeBeforeItsRule) {
  std::string text = filter("[rule-1]", "  s: {User: bob}\n  condition: not s\n---\n") + kRule;
  EXPECT_EQ(alerts(text, "bob"), kQuiet);
}

TEST(Filter, IsCountedButNoRule) {
  Compiled compiled = compile_text(kRule + filter("[rule-1]", "  s: {User: bob}\n  condition: not s\n"));
  EXPECT_EQ(compiled.filters, 1);
  EXPECT_EQ(compiled.infos.size(), 1U);
}

TEST(Filter, OfAnotherProductDoesNothing) {
  std::string text = kRule + filter("[rule-1]", "  s: {User: bob}\n  condition: not s\n",
                                    "{category: process_creation, product: windows}");
  EXPECT_EQ(alerts(text, "bob"), kAlert);
}

// "line: reason" of each; the rules are compiled all the same.
std::vector<std::string> idle(const std::string& text) {
  Compiled compiled = compile_text(text);
  EXPECT_TRUE(compiled.rules) << compiled.errors[0].text();
  std::vector<std::string> reasons;
  for (const IdleFilter& filter : compiled.idle_filters) {
    EXPECT_EQ(filter.title, "F");
    EXPECT_EQ(filter.file, "r.yml");
    reasons.push_back(std::to_string(filter.line) + ": " + filter.reason);
  }
  return reasons;
}

const std::string kBody = "  s: {User: bob}\n  condition: not s\n";

TEST(Filter, WithoutItsRuleIsIdle) {
  EXPECT_THAT(idle(kRule + filter("[rule-9]", kBody)),
              ElementsAre("11: no rule has the id or name 'rule-9'; did you mean 'rule-1'?"));
  std::string some = kRule + filter("\n    - rule-1\n    - 11111111-1111-4111-8111-111111111111", kBody);
  EXPECT_THAT(idle(some), ElementsAre("13: no rule has the id or name '11111111-1111-4111-8111-111111111111'"));
  EXPECT_EQ(alerts(some, "bob"), kQuiet);
}

TEST(Filter, OfDeadRulesIsIdle) {
  const std::string dead =
      "title: D\nid: rule-3\nlogsource: {category: process_creation, product: windows}\n"
      "detection: {s: {Image: /bin/a}, condition: s}\n---\n";
  EXPECT_THAT(idle(dead + filter("[rule-3]", kBody)),
              ElementsAre("9: the rule 'D' is dead: there are no events of the product 'windows', only of linux"));
  EXPECT_THAT(idle(dead + filter("any", kBody)), ElementsAre("6: no live rule has its log source"));
}

TEST(Filter, OfAnotherCategoryIsIdle) {
  EXPECT_THAT(idle(kRule + kOther + filter("[rule-2]", kBody)),
              ElementsAre("17: the rule 'O' is for network_connection, the filter for process_creation"));
  EXPECT_THAT(idle(kOther + filter("any", kBody)), ElementsAre("7: no live rule has its log source"));
}

TEST(Filter, OfALogSourceWithoutEventsIsIdle) {
  EXPECT_THAT(idle(kRule + filter("[rule-1]", kBody, "{product: windows}")),
              ElementsAre("8: there are no events of the product 'windows', only of linux"));
}

TEST(Filter, OfAPlaceholderNobodyDefinedIsIdle) {
  std::string text = kRule + filter("[rule-1]", "  s: {User|expand: '%x%'}\n  condition: not s\n");
  EXPECT_THAT(
      idle(text),
      ElementsAre("8: the placeholder '%x%' has no values; give it some under 'placeholders:' in the configuration"));
  EXPECT_EQ(alerts(text, "bob"), kAlert);
  CompileOptions options;
  options.placeholders = {{"x", {"bob"}}};
  Compiled compiled = compile({{"r.yml", text}}, options);
  EXPECT_THAT(compiled.idle_filters, IsEmpty());
  auto event = testing::record(Category::kProcessCreation, {{Field::kImage, "/bin/a"}, {Field::kUser, "bob"}});
  EXPECT_TRUE(Matcher(compiled.rules).match(event, 1).empty());
}

TEST(Filter, OfACorrelationIsIdle) {
  const std::string correlation =
      "title: C\nname: both\ncorrelation: {type: temporal, rules: [rule-1, rule-2], group-by: [ProcessGuid], "
      "timespan: 5m}\n---\n";
  EXPECT_THAT(idle(kRule + kOther + correlation + filter("[both]", kBody)),
              ElementsAre("21: 'both' is no detection rule; name the rules behind it, filters are for those"));
}

TEST(Filter, OfABrokenRuleIsNotBlamedToo) {
  Compiled compiled = compile_text(
      "title: B\nid: rule-5\nlevel: x\nlogsource: {category: process_creation}\n"
      "detection: {s: {Image: a}, condition: s}\n---\n" +
      filter("[rule-5]", kBody));
  EXPECT_EQ(compiled.errors.size(), 1U);
  EXPECT_THAT(compiled.idle_filters, IsEmpty());
}

TEST(Filter, Mistakes) {
  const std::string body = "  s: {User: bob}\n  condition: not s\n";
  EXPECT_THAT(only_mistake(kRule + filter("[]", body)), HasSubstr("found an empty list"));
  EXPECT_THAT(only_mistake(kRule + "title: F\nlogsource: {category: process_creation}\nfilter:\n" + body),
              HasSubstr("expected 'rules' below 'filter', found none"));
  EXPECT_EQ(only_mistake(kRule + filter("[rule-1]", "  s: {Usr: bob}\n  condition: not s\n")),
            "12:7: no event has a field 'Usr'; did you mean 'User'?");
  EXPECT_EQ(only_mistake(kRule + filter("[rule-1]", "  s: {SourceUser: bob}\n  condition: not s\n")),
            "12:7: events of process_creation have no field 'SourceUser'");
  EXPECT_THAT(only_mistake(kRule + filter("[rule-1]", "  s: {User: bob}\n")), HasSubstr("expected a 'condition'"));
}

}  // namespace
}  // namespace vedette::rules
