// SPDX-License-Identifier: Apache-2.0
// The fixture of all scenarios: one scratch directory, one monitor, a server named "victim" and, to know that nothing
// more will come, servers named "fence".
#pragma once

#include <gtest/gtest.h>

#include "harness/actors.h"
#include "harness/monitor.h"

namespace vedette::scenario {

// What doctor says of the family under test ($VEDETTE_PROBES).
const json& doctor();
json capability(const std::string& name);
bool by_trampolines();
// Whether a probe shows this part of a capability; "" always.
bool shows(const std::string& capability, const std::string& part);

class Scenario : public testing::Test {
 protected:
  void TearDown() override;

  // For the table of coverage: the technique was seen, or doctor says, with these words, that it cannot be.
  static void seen(const std::string& technique);
  static void limited(const std::string& technique, const std::string& capability, const std::string& words);

  // Lines of configuration below the fence's and the victim's declarations: more for the victim, or top level keys.
  [[nodiscard]] std::string config(const std::string& victim_extra = "", const std::string& top_level = "") const;
  void start_monitor(MonitorOptions options);
  void start_monitor() { start_monitor({.config = config()}); }
  // As start_monitor(), but with the monitor of the test before when that had the same configuration and is well.
  void join_monitor(const std::string& victim_extra = "");
  Monitor& monitor() { return *place_->monitor; }
  [[nodiscard]] const Scratch& scratch() const { return place_->scratch; }
  ServerProcess& start_victim(const fs::path& program = actor_program());
  ServerProcess& victim() { return *victim_; }

  // Attacks a fence and waits for its alert: alerts come in order, so all earlier ones are there then. Returns them,
  // without those of fences.
  std::vector<json> settled(Duration limit = 10s);
  // settled(), those about the victim only: the one started, or watched, else any of that name.
  std::vector<json> settled_victim(Duration limit = 10s);
  void watch(pid_t server) { server_ = server; }
  // The one alert there is about the victim; a failure and null when there are none or more.
  json only_alert();

 private:
  struct Place {
    Scratch scratch;
    std::optional<Monitor> monitor;
    std::string victim_extra;
    bool joined = false;
  };
  static std::shared_ptr<Place>& last_place();
  void expect_valid_alerts();

  std::shared_ptr<Place> place_ = std::make_shared<Place>();
  std::optional<ServerProcess> victim_;
  pid_t server_ = 0;
};

// What must hold of every alert about something done to the victim.
void expect_access(const json& alert, const json& truth, const std::string& behavior, const ServerProcess& victim);
// The actor of the alert is the process that the truth is about, run with these arguments as this user.
void expect_actor(const json& alert, const json& truth, const std::string& executable, const std::string& arguments,
                  unsigned uid = 0);
// "allowed" or "denied", by what the kernel answered the actor.
std::string outcome(const json& truth);

}  // namespace vedette::scenario
