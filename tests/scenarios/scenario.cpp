// SPDX-License-Identifier: Apache-2.0
#include "scenario.h"

namespace vedette::scenario {
namespace {

bool is_about(const json& alert, const std::string& server) {
  return alert["server"].is_object() && alert["server"]["name"] == server;
}

}  // namespace

void Scenario::TearDown() {
  if (HasFailure() && monitor_) {
    std::cerr << monitor_->transcript();
  }
}

std::string Scenario::config(const std::string& victim_extra, const std::string& top_level) const {
  std::string servers = (scratch_ / "servers").string();
  return "servers:\n  - name: fence\n    match: {executable: \"" + servers + "/fence\"}\n  - name: victim\n" +
         "    match: {executable: \"" + servers + "/victim\"}\n" + victim_extra + top_level;
}

void Scenario::start_monitor(MonitorOptions options) {
  monitor_.emplace(scratch_, std::move(options));
  monitor_->start();
}

ServerProcess& Scenario::start_victim() { return victim_.emplace(scratch_, "victim"); }

std::vector<json> Scenario::settled(Duration limit) {
  ServerProcess fence(scratch_, "fence");
  act({"read_environ", "openat", fence.pid_text()});
  monitor_->wait_alert([&](const json& a) { return is_about(a, "fence") && a["target"]["pid"] == fence.pid(); }, limit);
  auto alerts = monitor_->alerts();
  std::erase_if(alerts, [](const json& alert) { return is_about(alert, "fence"); });
  return alerts;
}

std::vector<json> Scenario::settled_victim(Duration limit) {
  auto alerts = settled(limit);
  std::erase_if(alerts, [](const json& alert) { return !is_about(alert, "victim"); });
  return alerts;
}

json Scenario::only_alert() {
  auto alerts = settled_victim();
  EXPECT_EQ(alerts.size(), 1U);
  return alerts.size() == 1 ? alerts.front() : json();
}

std::string outcome(const json& truth) {
  int error = truth["errno"];
  return error == EACCES || error == EPERM ? "denied" : "allowed";
}

void expect_actor(const json& alert, const json& truth, const std::string& executable, const std::string& arguments,
                  unsigned uid) {
  const json& actor = alert["actor"];
  ASSERT_TRUE(actor.is_object());
  EXPECT_EQ(actor["pid"], truth["actor_pid"]);
  EXPECT_EQ(actor["executable"], executable);
  EXPECT_EQ(actor["command_line"], executable + " " + arguments);
  EXPECT_EQ(actor["user"]["id"], uid);
  EXPECT_FALSE(actor["start_time"].is_null());
  EXPECT_FALSE(actor["ancestors"].empty());
}

void expect_access(const json& alert, const json& truth, const std::string& behavior, const ServerProcess& victim) {
  ASSERT_TRUE(alert.is_object());
  EXPECT_EQ(alert["schema"], "vedette.alert/1");
  EXPECT_EQ(alert["behavior"], behavior);
  EXPECT_EQ(alert["outcome"], outcome(truth));
  EXPECT_EQ(alert["lost_before"], 0);
  ASSERT_TRUE(alert["target"].is_object());
  EXPECT_EQ(alert["target"]["pid"], victim.pid());
  EXPECT_EQ(alert["target"]["executable"], victim.executable().string());
  EXPECT_EQ(alert["target"]["server"], "victim");
  EXPECT_EQ(alert["server"]["name"], "victim");
  EXPECT_EQ(alert["server"]["pid"], victim.pid());
  EXPECT_EQ(alert["server"]["evidence"], json::array({"declared"}));
}

}  // namespace vedette::scenario
