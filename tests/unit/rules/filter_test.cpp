// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.h"

namespace vedette::rules {
namespace {

using testing::compile_text;
using ::testing::HasSubstr;
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

TEST(Filter, Mistakes) {
  const std::string body = "  s: {User: bob}\n  condition: not s\n";
  EXPECT_EQ(only_mistake(kRule + filter("[rule-9]", body)),
            "11:11: expected the id or name of a rule, found 'rule-9', which no rule has; did you mean 'rule-1'?");
  EXPECT_THAT(only_mistake(kRule + filter("[]", body)), HasSubstr("found an empty list"));
  EXPECT_THAT(only_mistake(kRule + "title: F\nlogsource: {category: process_creation}\nfilter:\n" + body),
              HasSubstr("expected 'rules' below 'filter', found none"));
  EXPECT_EQ(only_mistake(kRule + kOther + filter("[rule-2]", body)),
            "17:11: the filter is for process_creation, the rule 'O' for network_connection");
  EXPECT_EQ(only_mistake(kRule + filter("[rule-1]", "  s: {Usr: bob}\n  condition: not s\n")),
            "12:7: no event has a field 'Usr'; did you mean 'User'?");
  EXPECT_EQ(only_mistake(kRule + filter("[rule-1]", "  s: {SourceUser: bob}\n  condition: not s\n")),
            "12:7: events of process_creation have no field 'SourceUser'");
  EXPECT_THAT(only_mistake(kRule + filter("[rule-1]", "  s: {User|expand: '%x%'}\n  condition: not s\n")),
              HasSubstr("the modifier 'expand' is not supported"));
  EXPECT_THAT(only_mistake(kRule + filter("[rule-1]", "  s: {User: bob}\n")), HasSubstr("expected a 'condition'"));
}

}  // namespace
}  // namespace vedette::rules
