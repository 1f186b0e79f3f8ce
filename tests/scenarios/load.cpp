// SPDX-License-Identifier: Apache-2.0
// Nothing is lost in a flood, and a flood of others hides nothing.
#include "scenario.h"

namespace vedette::scenario {
namespace {

using Load = Scenario;

constexpr uint64_t kReads = 100'000;

bool about_victim(const json& alert) { return alert["server"].is_object() && alert["server"]["name"] == "victim"; }

TEST_F(Load, EveryReadOfAFloodIsAccountedFor) {
  start_monitor({.config = config(), .metrics = true});
  start_victim();
  json truth = act({"flood", std::to_string(kReads), victim().pid_text()});
  ASSERT_TRUE(truth["ok"]);
  settled();
  double lost = monitor().metric("vedette_events_lost_total");
  monitor().stop();

  auto alerts = monitor().alerts();
  std::erase_if(alerts, [](const json& alert) { return !about_victim(alert); });
  uint64_t counted = 0;
  for (const auto& alert : alerts) {
    counted += alert["count"].get<uint64_t>();
    EXPECT_EQ(alert["actor"]["pid"], truth["actor_pid"]);
    EXPECT_EQ(alert["lost_before"], 0);
  }
  EXPECT_EQ(counted + static_cast<uint64_t>(lost), kReads);
  EXPECT_EQ(lost, 0);
  EXPECT_GE(alerts.size(), 1U);
  EXPECT_LE(alerts.size(), 5U);
}

TEST_F(Load, OneReadInAStormOfProcessesIsTold) {
  start_monitor({.config = config(), .metrics = true});
  start_victim();
  Process storm({{actor_program(), "storm", "20000"}, "/", {}, false});
  ASSERT_TRUE(
      eventually([&] { return monitor().metric("vedette_events_total{behavior=\"process_start\"") > 2000; }, 60s));
  json truth = act({"read_environ", "vanish", victim().pid_text()});
  ASSERT_TRUE(storm.running()) << "the storm was over too early to prove anything";
  json alert = only_alert();
  expect_access(alert, truth, "environ_read", victim());
  expect_actor(alert, truth, actor_program(), "read_environ vanish " + victim().pid_text());
  ASSERT_TRUE(storm.out().wait_end(120s));
  EXPECT_EQ(monitor().metric("vedette_events_lost_total"), 0);
}

}  // namespace
}  // namespace vedette::scenario
