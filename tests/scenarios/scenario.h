// SPDX-License-Identifier: Apache-2.0
// The fixture of all scenarios: one scratch directory, one monitor, a server named "victim" and, to know that nothing
// more will come, servers named "fence".
#pragma once

#include <gtest/gtest.h>

#include "harness/actors.h"
#include "harness/monitor.h"

namespace vedette::scenario {

class Scenario : public testing::Test {
 protected:
  void TearDown() override;

  // Lines of configuration below the fence's and the victim's declarations: more for the victim, or top level keys.
  [[nodiscard]] std::string config(const std::string& victim_extra = "", const std::string& top_level = "") const;
  void start_monitor(MonitorOptions options);
  void start_monitor() { start_monitor({.config = config()}); }
  Monitor& monitor() { return *monitor_; }
  ServerProcess& start_victim();
  ServerProcess& victim() { return *victim_; }

  // Attacks a fence and waits for its alert: alerts come in order, so all earlier ones are there then. Returns them,
  // without those of fences.
  std::vector<json> settled(Duration limit = 10s);
  // settled(), those about the victim only.
  std::vector<json> settled_victim(Duration limit = 10s);
  // The one alert there is about the victim; a failure and null when there are none or more.
  json only_alert();

  Scratch scratch_;

 private:
  std::optional<Monitor> monitor_;
  std::optional<ServerProcess> victim_;
};

// What must hold of every alert about something done to the victim.
void expect_access(const json& alert, const json& truth, const std::string& behavior, const ServerProcess& victim);
// The actor of the alert is the process that the truth is about, run with these arguments as this user.
void expect_actor(const json& alert, const json& truth, const std::string& executable, const std::string& arguments,
                  unsigned uid = 0);
// "allowed" or "denied", by what the kernel answered the actor.
std::string outcome(const json& truth);

}  // namespace vedette::scenario
