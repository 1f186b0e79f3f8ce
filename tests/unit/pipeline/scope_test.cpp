// SPDX-License-Identifier: Apache-2.0
// Which processes the rules over process_creation and process_termination see.
#include "pipeline_fixture.h"

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string rule(const std::string& title, const std::string& category) {
  return "title: " + title + "\nid: " + title + "\nlevel: low\nlogsource: {category: " + category +
         ", product: linux}\ndetection:\n  s: {Image|endswith: /cat}\n  condition: s\n";
}

std::shared_ptr<const rules::RuleSet> rules_of(rules::Scope scope) {
  auto compiled = rules::compile({{"start.yml", rule("start", "process_creation"), scope},
                                  {"end.yml", rule("end", "process_termination"), scope}});
  EXPECT_TRUE(compiled.errors.empty());
  return compiled.rules;
}

using Scopes = PipelineFixture;

TEST_F(Scopes, RulesOfServersSeeOnlyServerTrees) {
  pipeline_.use(rules_of(rules::Scope::kServers));
  start_weather();
  exit(reader_);
  EXPECT_THAT(titles(), IsEmpty());
  exec({201, 201 * kSecond}, server_, {"cat", "-"});
  exit({201, 201 * kSecond});
  EXPECT_THAT(titles(), ElementsAre("start", "end"));
}

TEST_F(Scopes, RulesOfTheHostSeeEveryProcess) {
  pipeline_.use(rules_of(rules::Scope::kHost));
  start_weather();
  exit(reader_);
  ASSERT_THAT(titles(), ElementsAre("start", "end"));
  EXPECT_EQ(alerts_[0].actor->pid, reader_.pid);
  EXPECT_FALSE(alerts_[0].server);
  EXPECT_EQ(alerts_[0].behavior, Behavior::kProcessStart);
  EXPECT_THAT(alerts_[0].message, testing::HasSubstr("cat"));
  exec({201, 201 * kSecond}, server_, {"cat", "-"});
  ASSERT_THAT(titles(), ElementsAre("start", "end", "start"));
  EXPECT_EQ(alerts_[2].server->name, "weather");
}

TEST_F(Scopes, AProcessThatRanBeforeDidNotStartNow) {
  pipeline_.use(rules_of(rules::Scope::kHost));
  context();
  ExecEvent running = image(reader_, shell_, {"cat", "-"}, kOtherUid);
  running.from_procfs = true;
  feed(running);
  EXPECT_THAT(titles(), IsEmpty());
}

TEST_F(Scopes, AnAlertNamesTheDigestOfItsRule) {
  pipeline_.use(rules_of(rules::Scope::kHost));
  start_weather();
  ASSERT_THAT(titles(), ElementsAre("start"));
  EXPECT_EQ(alerts_[0].rule.digest, rules::compile({{"start.yml", rule("start", "process_creation")}}).infos[0].digest);
}

}  // namespace
}  // namespace vedette
