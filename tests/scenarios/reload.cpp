// SPDX-License-Identifier: Apache-2.0
// Rule files that change, break and are mended under a running monitor.
#include <algorithm>
#include <csignal>

#include "scenario.h"

namespace vedette::scenario {
namespace {

std::string rule(const std::string& title, const std::string& behavior = "environ_read",
                 const std::string& category = "process_access") {
  return "title: " + title + "\nid: reload-" + title + "\nname: " + title +
         "\nlevel: low\nlogsource: {category: " + category +
         ", product: linux}\ndetection:\n  s: {McpBehavior: " + behavior + "}\n  condition: s\n";
}

bool says_ready(const LineReader::Lines& lines) {
  return std::ranges::any_of(lines, [](const auto& line) { return line.find("ready") != std::string::npos; });
}

class Reload : public Scenario {
 protected:
  void start() { start_monitor({.config = config(), .arguments = {"--rules", scratch() / "own"}, .metrics = true}); }

  // The next alert of a rule of that title about an access made now.
  json attack(const std::string& title) {
    json truth = act({"read_environ", "openat", victim().pid_text()});
    return monitor().wait_alert([&](const json& alert) {
      return alert["rule"]["title"] == title && alert["actor"]["pid"] == truth["actor_pid"];
    });
  }
  double loaded() { return monitor().metric("vedette_rules_reload_timestamp_seconds"); }
  bool reloaded_since(double before) {
    return eventually([&] { return loaded() > before; }, 10s);
  }
  [[nodiscard]] Finished ask(const std::string& command) {
    return run({{monitor_program(), command, "--state", monitor().state(), "--config", scratch() / "vedette.yaml"},
                "/",
                {},
                false},
               60s);
  }
};

TEST_F(Reload, AnEditIsTakenAMistakeIsNot) {
  scratch().write("own/own.yml", rule("first"));
  start();
  start_victim();
  std::string digest = attack("first")["rule"]["digest"];

  double before = loaded();
  scratch().write("own/own.yml", rule("second"));
  ASSERT_TRUE(reloaded_since(before));
  EXPECT_NE(attack("second")["rule"]["digest"], digest);

  before = loaded();
  scratch().write("own/own.yml", "title: third\n");
  ASSERT_TRUE(eventually([&] { return monitor().metric("vedette_rules_reload_success") == 0; }, 10s));
  EXPECT_EQ(loaded(), before) << "of the last success";
  EXPECT_EQ(monitor().metric("vedette_rules{state=\"error\"}"), 1);
  EXPECT_NE(monitor().transcript().find("own.yml:1:1: expected"), std::string::npos);
  attack("second");
  EXPECT_NE(ask("servers").err.find("older than the files"), std::string::npos);
  auto report = ask("doctor");
  EXPECT_NE(report.out.find("older than the files"), std::string::npos) << report.out;
  EXPECT_NE(report.out.find("own.yml:1:1: expected"), std::string::npos) << report.out;

  scratch().write("own/own.yml", rule("third"));
  ::kill(monitor().pid(), SIGHUP);
  ASSERT_TRUE(reloaded_since(before));
  EXPECT_EQ(monitor().metric("vedette_rules_reload_success"), 1);
  EXPECT_EQ(monitor().metric("vedette_rules{state=\"error\"}"), 0);
  attack("third");
  EXPECT_EQ(ask("servers").err, "");
}

TEST_F(Reload, ADirectorySwappedByALinkIsTaken) {
  scratch().write("releases/1/own.yml", rule("first"));
  scratch().write("releases/2/own.yml", rule("second"));
  fs::create_directory_symlink("releases/1", scratch() / "own");
  start();
  start_victim();
  attack("first");
  double before = loaded();
  fs::create_directory_symlink("releases/2", scratch() / "next");
  fs::rename(scratch() / "next", scratch() / "own");
  ASSERT_TRUE(reloaded_since(before));
  attack("second");
}

TEST_F(Reload, ADirectoryThatGoesLeavesItsRules) {
  scratch().write("own/own.yml", rule("first"));
  start();
  start_victim();
  fs::rename(scratch() / "own", scratch() / "gone");
  ASSERT_TRUE(eventually([&] { return monitor().metric("vedette_rules_reload_success") == 0; }, 10s));
  attack("first");
  EXPECT_NE(ask("doctor").out.find("own:0:0: there is no such rule directory"), std::string::npos);
  fs::rename(scratch() / "gone", scratch() / "own");
  EXPECT_TRUE(eventually([&] { return monitor().metric("vedette_rules_reload_success") == 1; }, 10s));
}

TEST_F(Reload, AWrongFileAtTheStartIsLeftOutUnlessStrict) {
  scratch().write("own/good.yml", rule("good"));
  scratch().write("own/bad.yml", "title: x\n");
  start();
  EXPECT_EQ(monitor().metric("vedette_rules{state=\"error\"}"), 1);
  EXPECT_NE(monitor().transcript().find("bad.yml:1:1: expected"), std::string::npos);
  start_victim();
  attack("good");
  auto strict = run({{monitor_program(), "run", "--strict", "--config", scratch() / "vedette.yaml", "--rules",
                      scratch() / "own", "--state", scratch() / "other", "--metrics", "off"},
                     "/",
                     {},
                     false});
  EXPECT_EQ(strict.status, 1);
  EXPECT_NE(strict.err.find("bad.yml:1:1: expected"), std::string::npos) << strict.err;
}

TEST_F(Reload, NoAlertIsLostOrDoubledWhileRulesChange) {
  scratch().write("own/own.yml", rule("first"));
  start();
  start_victim();
  std::vector<json> actors;
  for (int i = 0; i < 10; ++i) {
    scratch().write("own/other.yml", rule("other", "core_dump") + "# " + std::to_string(i) + "\n");
    ::kill(monitor().pid(), SIGHUP);
    actors.push_back(act({"read_environ", "openat", victim().pid_text()})["actor_pid"]);
  }
  auto alerts = settled();
  for (const json& actor : actors) {
    EXPECT_EQ(std::ranges::count_if(alerts,
                                    [&](const json& alert) {
                                      return alert["actor"]["pid"] == actor && alert["rule"]["title"] == "first";
                                    }),
              1)
        << "of the process " << actor;
  }
}

TEST_F(Reload, WhatACorrelationBeganGoesOn) {
  std::string pair =
      "---\ntitle: pair\nid: reload-pair\nlevel: high\ncorrelation:\n  type: temporal_ordered\n"
      "  rules: [read, raw]\n  group-by: [McpServerGuid]\n  timespan: 5m\n";
  scratch().write("own/own.yml", rule("read") + "---\n" + rule("raw", "raw_socket", "raw_socket") + pair);
  start();
  start_victim();
  act({"read_environ", "openat", victim().pid_text()});
  settled();
  double before = loaded();
  scratch().write("own/other.yml", rule("other", "core_dump"));
  ASSERT_TRUE(reloaded_since(before));
  victim().obey("raw_socket raw4");
  json alert = monitor().wait_alert([](const json& a) { return a["rule"]["title"] == "pair"; });
  EXPECT_EQ(alert["events"].size(), 2U);
  EXPECT_EQ(alert["events"][0]["behavior"], "environ_read");
}

TEST_F(Reload, RulesOfScopeHostSeeEveryProcess) {
  scratch().write("own/own.yml", rule("start", "process_start", "process_creation"));
  auto config = scratch().write("host.yaml", "rules: [{path: " + (scratch() / "own").string() + ", scope: host}]\n");
  Process host({{monitor_program(), "run", "--json", "--config", config, "--state", scratch() / "state", "--metrics",
                 "off", "--probes", probe_family()},
                "/",
                {},
                false});
  ASSERT_TRUE(host.err().wait(says_ready, 20s)) << join(host.err().lines(), "\n");
  Process started({{"sleep", "0.01"}, "/", {}, false});
  auto is_told = [&](const LineReader::Lines& lines) {
    return std::ranges::any_of(lines, [&](const std::string& line) {
      json alert = json::parse(line);
      return alert["actor"]["pid"] == started.pid() && alert["server"].is_null();
    });
  };
  EXPECT_TRUE(host.out().wait(is_told, 10s)) << join(host.out().lines(), "\n");
  host.signal(SIGTERM);
  EXPECT_EQ(host.wait(5s), 0);
}

}  // namespace
}  // namespace vedette::scenario
