// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <csignal>
#include <fstream>
#include <iostream>

#include "harness/validation.h"
#include "scenario.h"

namespace vedette::scenario {
namespace {

using Lifecycle = Scenario;

// "-all,+bpf,…" as setpriv(1) takes them, of CapabilityBoundingSet= in the unit.
std::string capabilities_of_the_unit() {
  constexpr std::string_view kKey = "CapabilityBoundingSet=";
  std::ifstream unit(source_directory() / "packaging/vedette.service");
  std::string result = "-all";
  for (std::string line; std::getline(unit, line);) {
    if (line.starts_with(kKey)) {
      std::istringstream names(line.substr(kKey.size()));
      for (std::string name; names >> name;) {
        std::ranges::transform(name, name.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
        result += ",+" + name.substr(std::string_view("cap_").size());
      }
    }
  }
  return result;
}

// Told so by this sysctl, of Debian's, the kernel lets none open a perf event who has no CAP_SYS_ADMIN.
bool syscall_tracepoints_take_all_of_root() {
  int level = 0;
  std::ifstream("/proc/sys/kernel/perf_event_paranoid") >> level;
  return level > 2 && !by_trampolines();
}

TEST_F(Lifecycle, RunningServersAreJudgedBeforeReady) {
  start_victim();
  start_monitor();
  json truth = act({"read_environ", "openat", victim().pid_text()});
  json alert = only_alert();
  expect_access(alert, truth, "environ_read", victim());
  EXPECT_EQ(alert["target"]["command_line"], victim().executable().string() + " sleeper");
}

TEST_F(Lifecycle, ChildrenOfRunningServersAreServersToo) {
  start_victim();
  start_monitor();
  std::string child = actor_program().string() + " raw_socket raw4";
  victim().obey("spawn " + child);
  json alert = only_alert();
  ASSERT_TRUE(alert.is_object());
  EXPECT_EQ(alert["actor"]["server"], "victim");
}

TEST_F(Lifecycle, TheCapabilitiesOfTheUnitAreEnoughForEveryProbe) {
  if (syscall_tracepoints_take_all_of_root()) {
    GTEST_SKIP() << "kernel.perf_event_paranoid shuts the system-call tracepoints";
  }
  std::string set = capabilities_of_the_unit();
  ASSERT_NE(set.find("+bpf"), set.npos) << set;
  // As the unit: LimitMEMLOCK=infinity where that may be raised, tracefs mounted before.
  std::string confined =
      "ulimit -l unlimited; mount -t tracefs none /sys/kernel/tracing; exec setpriv --no-new-privs "
      "--bounding-set=" +
      set + " --inh-caps=" + set + " \"$@\"";
  auto answer = run({{"unshare", "--mount", "sh", "-c", confined, "sh", monitor_program(), "doctor", "--json",
                      "--rules", rules_directory(), "--probes", probe_family()},
                     "/",
                     {},
                     false},
                    60s);
  ASSERT_TRUE(answer.status == 0 || answer.status == 3) << answer.out << answer.err;
  EXPECT_EQ(json::parse(answer.out)["capabilities"], doctor()["capabilities"]);
}

TEST_F(Lifecycle, RestartGoesOnWithTheSameServers) {
  start_monitor();
  start_victim();
  monitor().stop();
  monitor().start();
  json truth = act({"read_environ", "openat", victim().pid_text()});
  expect_access(only_alert(), truth, "environ_read", victim());
}

TEST_F(Lifecycle, StopsInTimeUnderAFlood) {
  start_monitor();
  start_victim();
  Process flood({{actor_program(), "flood", "5000000", victim().pid_text()}, "/", {}, false});
  monitor().wait_alert([](const json& alert) { return alert["behavior"] == "environ_read"; });
  EXPECT_NO_THROW(monitor().stop());
}

TEST_F(Lifecycle, SigintStopsAsWell) {
  start_monitor();
  Process second({{monitor_program(), "run", "--config", scratch() / "vedette.yaml", "--rules", rules_directory(),
                   "--state", scratch() / "other", "--metrics", "off"},
                  "/",
                  {},
                  false});
  ASSERT_TRUE(second.err().wait(
      [](const auto& lines) {
        return std::ranges::any_of(lines, [](const auto& l) { return l.find("ready") != std::string::npos; });
      },
      20s));
  second.signal(SIGINT);
  EXPECT_EQ(second.wait(5s), 0);
}

TEST_F(Lifecycle, ASecondInstanceOnTheSameStateRefuses) {
  start_monitor();
  auto second = run({{monitor_program(), "run", "--config", scratch() / "vedette.yaml", "--rules", rules_directory(),
                      "--state", monitor().state(), "--metrics", "off"},
                     "/",
                     {},
                     false});
  EXPECT_EQ(second.status, 1);
  EXPECT_NE(second.err.find(std::to_string(monitor().pid())), std::string::npos) << second.err;
  act({"read_environ", "openat", start_victim().pid_text()});
  EXPECT_EQ(settled_victim().size(), 1U) << "the first goes on";
}

TEST_F(Lifecycle, ServersAreListed) {
  start_monitor();
  start_victim();
  act({"read_environ", "openat", victim().pid_text()});
  settled();
  json servers = monitor().servers();
  auto found = std::ranges::find_if(servers, [&](const json& s) { return s["pid"] == victim().pid(); });
  ASSERT_NE(found, servers.end()) << servers;
  EXPECT_EQ((*found)["name"], "victim");
  EXPECT_EQ((*found)["alerts"], 1);
  EXPECT_EQ((*found)["evidence"], json::array({"declared"}));
  EXPECT_NE((*found)["command"].get<std::string>().find("victim"), std::string::npos);
}

TEST_F(Lifecycle, FoldedAlertsAreOneLineNowAndOneLater) {
  start_monitor();
  start_victim();
  act({"flood", "10", victim().pid_text()});
  EXPECT_EQ(settled_victim().size(), 1U);
  monitor().stop();
  uint64_t counted = 0;
  for (const auto& alert : monitor().alerts()) {
    counted += alert["target"]["pid"] == victim().pid() ? alert["count"].get<uint64_t>() : 0;
  }
  EXPECT_EQ(counted, 10U);
}

TEST_F(Lifecycle, AlertsFollowTheSchemaAndCarryNoSecret) {
  start_monitor();
  start_victim();
  act({"read_environ", "openat", victim().pid_text()});
  act({"memory", "process_vm_readv", victim().pid_text()});
  act({"as", "65534", "trace", "attach", victim().pid_text()});
  victim().obey("raw_socket raw4");
  victim().obey("send udp_sendto 192.0.2.1 9");
  settled();
  monitor().stop();
  auto checked = validate(scratch(), monitor().alert_lines());
  EXPECT_EQ(checked.status, 0) << checked.out << checked.err;
  std::cout << checked.out << std::endl;
  EXPECT_EQ(monitor().transcript().find("ghp_"), std::string::npos);
}

}  // namespace
}  // namespace vedette::scenario
