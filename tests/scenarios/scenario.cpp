// SPDX-License-Identifier: Apache-2.0
#include "scenario.h"

#include "harness/validation.h"

namespace vedette::scenario {
namespace {

bool is_about(const json& alert, const std::string& server) {
  return alert["server"].is_object() && alert["server"]["name"] == server;
}

}  // namespace

const json& doctor() {
  static const json kReport = [] {
    Arguments command{monitor_program(), "doctor", "--json", "--rules", rules_directory()};
    if (const char* family = std::getenv("VEDETTE_PROBES")) {
      command.insert(command.end(), {"--probes", family});
    }
    auto answer = run({command, "/", {}, false}, 60s);
    if (answer.status != 0 && answer.status != 3) {
      throw std::runtime_error("doctor: " + answer.out + answer.err);
    }
    return json::parse(answer.out);
  }();
  return kReport;
}

json capability(const std::string& name) {
  for (const auto& capability : doctor()["capabilities"]) {
    if (capability["name"] == name) {
      return capability;
    }
  }
  throw std::runtime_error("doctor does not know " + name);
}

bool shows(const std::string& name, const std::string& part) {
  json parts = capability(name)["parts"];
  return part.empty() ||
         std::ranges::any_of(parts, [&](const json& p) { return p["part"] == part && !p["probe"].is_null(); });
}

bool by_trampolines() { return doctor()["family"] == "trampoline"; }

void Scenario::seen(const std::string& technique) {
  RecordProperty("technique", technique);
  RecordProperty("coverage", HasFailure() ? "missed" : "seen");
}

void Scenario::limited(const std::string& technique, const std::string& name, const std::string& words) {
  json found = capability(name);
  EXPECT_EQ(found["covered"], "partial") << name;
  std::string said;
  for (const std::string sentence : found["limits"]) {
    if (sentence.find(words) != std::string::npos) {
      said = sentence;
    }
  }
  for (const auto& part : found["parts"]) {
    if (part["probe"].is_null() && part["part"].get<std::string>().find(words) != std::string::npos) {
      said = name + " (" + part["part"].get<std::string>() + "): " + part["reason"].get<std::string>();
    }
  }
  EXPECT_FALSE(said.empty()) << "doctor does not say \"" << words << "\" of " << name << ": " << found;
  RecordProperty("technique", technique);
  RecordProperty("coverage", "limit: " + said);
}

void Scenario::expect_valid_alerts() {
  LineReader::Lines alerts = place_->monitor ? monitor().alert_lines() : LineReader::Lines();
  if (validates_every_scenario() && !alerts.empty()) {
    auto checked = validate(scratch(), alerts);
    EXPECT_EQ(checked.status, 0) << checked.out << checked.err;
  }
}

void Scenario::TearDown() {
  expect_valid_alerts();
  if (HasFailure() && place_->monitor) {
    std::cerr << monitor().transcript();
  }
  victim_.reset();
  last_place() = place_->joined && !HasFailure() ? place_ : nullptr;
}

// Kept from one test to the next.
std::shared_ptr<Scenario::Place>& Scenario::last_place() {
  static std::shared_ptr<Place> place;
  return place;
}

void Scenario::join_monitor(const std::string& victim_extra) {
  auto last = std::exchange(last_place(), nullptr);
  if (last && last->victim_extra == victim_extra && last->monitor->running()) {
    place_ = last;
    return;
  }
  last.reset();
  start_monitor({.config = config(victim_extra)});
  place_->victim_extra = victim_extra;
  place_->joined = true;
}

std::string Scenario::config(const std::string& victim_extra, const std::string& top_level) const {
  std::string servers = (scratch() / "servers").string();
  return "servers:\n  - name: fence\n    match: {executable: \"" + servers + "/fence\"}\n  - name: victim\n" +
         "    match: {executable: \"" + servers + "/victim*\"}\n" + victim_extra + top_level;
}

void Scenario::start_monitor(MonitorOptions options) {
  last_place().reset();
  place_->monitor.emplace(scratch(), std::move(options));
  monitor().start();
}

ServerProcess& Scenario::start_victim(const fs::path& program) {
  victim_.emplace(scratch(), program == actor_program() ? "victim" : "victim32", program);
  watch(victim_->pid());
  return *victim_;
}

std::vector<json> Scenario::settled(Duration limit) {
  ServerProcess fence(scratch(), "fence");
  act({"read_environ", "openat", fence.pid_text()});
  monitor().wait_alert([&](const json& a) { return is_about(a, "fence") && a["target"]["pid"] == fence.pid(); }, limit);
  auto alerts = monitor().alerts();
  std::erase_if(alerts, [](const json& alert) { return is_about(alert, "fence"); });
  return alerts;
}

std::vector<json> Scenario::settled_victim(Duration limit) {
  auto alerts = settled(limit);
  std::erase_if(alerts, [&](const json& alert) {
    return !is_about(alert, "victim") || (server_ != 0 && alert["server"]["pid"] != server_);
  });
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
