// SPDX-License-Identifier: Apache-2.0
// What is kept of alerts and servers, and what arrives where.
#include <algorithm>
#include <fstream>
#include <set>

#include "harness/receiver.h"
#include "scenario.h"

namespace vedette::scenario {
namespace {

using Ids = std::vector<std::string>;

Ids ids_of(const std::vector<json>& alerts) {
  Ids ids;
  std::ranges::transform(alerts, std::back_inserter(ids), [](const json& alert) { return alert["id"]; });
  return ids;
}

// In the order of their first coming.
Ids once_each(const Ids& ids) {
  Ids result;
  std::set<std::string> seen;
  std::ranges::copy_if(ids, std::back_inserter(result), [&](const std::string& id) { return seen.insert(id).second; });
  return result;
}

class Delivery : public Scenario {
 protected:
  // vedette COMMAND --state …, where the monitor's file systems are mounted if `beside_`.
  Finished ask(const Arguments& command) {
    Arguments all =
        beside_ ? Arguments{"nsenter", "--mount", "--target", std::to_string(monitor().pid())} : Arguments();
    all.push_back(monitor_program());
    all.insert(all.end(), command.begin(), command.end());
    all.insert(all.end(), {"--state", state_.empty() ? monitor().state().string() : state_});
    return run({all, "/", {}, false});
  }
  std::vector<json> stored(const Arguments& filters = {}) {
    Arguments command = {"alerts", "--json"};
    command.insert(command.end(), filters.begin(), filters.end());
    auto answer = ask(command);
    EXPECT_EQ(answer.status, 0) << answer.err;
    std::vector<json> alerts;
    std::istringstream lines(answer.out);
    for (std::string line; std::getline(lines, line);) {
      alerts.push_back(json::parse(line));
    }
    return alerts;
  }
  void attack(int times) {
    for (int i = 0; i < times; ++i) {
      act({"read_environ", "openat", victim().pid_text()});
    }
  }
  // Of the victim, and as many as `count`.
  void wait_stored(size_t count) {
    EXPECT_TRUE(eventually([&] { return stored().size() >= count; }, 20s)) << stored().size() << " of " << count;
  }

  std::string state_;  // of ask(), if not the monitor's
  bool beside_ = false;
};

TEST_F(Delivery, AlertsAreFoundAgainAlsoWhenTheMonitorIsGone) {
  start_monitor();
  start_victim();
  attack(2);
  std::vector<json> printed = settled();
  wait_stored(printed.size() + 1);
  auto before = stored();
  monitor().stop();
  EXPECT_EQ(stored(), monitor().alerts());
  EXPECT_GE(stored().size(), before.size());

  EXPECT_EQ(stored({"--server", "victim"}).size(), 2U);
  EXPECT_EQ(stored({"--server", "vic*", "--level", "high"}).size(), 2U);
  EXPECT_TRUE(stored({"--server", "victim", "--level", "critical"}).empty());
  EXPECT_EQ(stored({"--server", "victim", "--rule", printed[0]["rule"]["id"]}).size(), 2U);
  EXPECT_TRUE(stored({"--rule", "no such rule"}).empty());
  EXPECT_EQ(stored({"--server", "victim", "--since", "1h"}).size(), 2U);
  EXPECT_TRUE(stored({"--until", "1h"}).empty());
  auto text = ask({"alerts", "--server", "victim"});
  EXPECT_NE(text.out.find("read the environment of MCP server victim"), std::string::npos) << text.out;
}

TEST_F(Delivery, AlertsAreFollowed) {
  start_monitor();
  start_victim();
  Process follow(
      {{monitor_program(), "alerts", "--follow", "--json", "--server", "victim", "--state", monitor().state()},
       "/",
       {},
       false});
  attack(1);
  ASSERT_TRUE(follow.out().wait([](const auto& lines) { return !lines.empty(); }, 20s))
      << join(follow.err().lines(), "\n");
  EXPECT_EQ(json::parse(follow.out().lines()[0])["behavior"], "environ_read");
  follow.signal(SIGINT);
  EXPECT_EQ(follow.wait(5s), 0);
}

TEST_F(Delivery, ServersOfThePastAreListed) {
  start_monitor();
  start_victim();
  attack(1);
  settled();
  monitor().stop();
  auto answer = ask({"servers", "--all", "--json"});
  ASSERT_EQ(answer.status, 0) << answer.err;
  json servers = json::parse(answer.out);
  auto found = std::ranges::find_if(servers, [](const json& server) { return server["name"] == "victim"; });
  ASSERT_NE(found, servers.end()) << servers;
  EXPECT_EQ((*found)["pid"], victim().pid());
  EXPECT_EQ((*found)["evidence"], json::array({"declared"}));
  EXPECT_LE((*found)["first_seen"], (*found)["last_seen"]);
}

TEST_F(Delivery, WithoutAStateIsAnError) {
  state_ = scratch() / "none";
  auto answer = ask({"alerts"});
  EXPECT_EQ(answer.status, 1);
  EXPECT_NE(answer.err.find("there is no state in"), std::string::npos) << answer.err;
  EXPECT_EQ(ask({"alerts", "--since", "yesterday"}).status, 2);
}

TEST_F(Delivery, WhatAReceiverMissedArrivesInOrderAfterTheMonitorWasKilled) {
  uint16_t port = free_port();
  start_monitor({.config = config(
                     "", "outputs:\n  - {type: syslog, address: \"tcp://127.0.0.1:" + std::to_string(port) + "\"}\n")});
  start_victim();
  attack(20);
  settled();
  Ids before = ids_of(monitor().alerts());
  wait_stored(before.size());
  monitor().kill();
  Receiver receiver(port);
  monitor().start();
  attack(5);
  settled();
  Ids after = ids_of(monitor().alerts());
  Ids all = before;
  all.insert(all.end(), after.begin(), after.end());
  Ids arrived;
  EXPECT_TRUE(eventually(
      [&] {
        arrived = once_each(ids_of(receiver.wait(all.size(), 1s)));
        return arrived.size() >= all.size();
      },
      90s));
  EXPECT_EQ(arrived, once_each(all));
}

TEST_F(Delivery, AReceiverThatComesBackGetsWhatItMissed) {
  uint16_t port = free_port();
  start_monitor({.config = config("", "outputs:\n  - {type: syslog, address: \"tcp://127.0.0.1:" +
                                          std::to_string(port) + "\", level: high}\n"),
                 .metrics = true});
  start_victim();
  attack(1);
  settled();
  EXPECT_TRUE(eventually([&] { return monitor().metric("vedette_output_failures_total{output=\"syslog\"") > 0; }, 20s));
  EXPECT_TRUE(eventually([&] { return monitor().metric("vedette_output_queue_length") > 0; }, 20s));
  Receiver receiver(port);
  auto arrived = receiver.wait(1, 90s);
  ASSERT_FALSE(arrived.empty());
  EXPECT_EQ(arrived[0]["behavior"], "environ_read");
}

TEST_F(Delivery, AFullDiskLosesNothingThatMemoryHolds) {
  fs::path state = scratch() / "state";
  fs::create_directory(state);
  start_monitor(
      {.config = config(), .metrics = true, .prepare = "mount -t tmpfs -o size=1m,mode=700 none " + state.string()});
  start_victim();
  attack(1);
  settled();
  fs::path inside = "/proc/" + std::to_string(monitor().pid()) + "/root" + state.string();
  beside_ = true;
  wait_stored(2);
  {
    std::ofstream filler(inside / "filler", std::ios::binary);
    std::string block(1024, 'x');
    while (filler.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  attack(40);
  settled();
  EXPECT_TRUE(eventually([&] { return monitor().metric("vedette_state_errors_total{operation=\"write\"}") > 0; }, 20s));
  size_t printed = monitor().alerts().size();
  EXPECT_GE(printed, 42U) << "alerts are printed all the same";
  fs::remove(inside / "filler");
  wait_stored(printed);
  EXPECT_EQ(once_each(ids_of(stored())), once_each(ids_of(monitor().alerts())));
  EXPECT_EQ(monitor().metric("vedette_output_lost_total"), 0);
}

TEST_F(Delivery, AReadOnlyDiskDoesNotKeepItFromMonitoring) {
  fs::path state = scratch() / "state";
  fs::create_directory(state);
  fs::path file = state / "alerts.jsonl";
  start_monitor({.config = config("", "outputs: [{type: file, path: " + file.string() + "}]\n"),
                 .metrics = true,
                 .prepare = "mount -t tmpfs -o ro,mode=700 none " + state.string()});
  start_victim();
  attack(2);
  size_t printed = settled().size();
  EXPECT_EQ(printed, 2U);
  auto mounted =
      run({{"nsenter", "--mount", "--target", std::to_string(monitor().pid()), "mount", "-o", "remount,rw", state},
           "/",
           {},
           false});
  ASSERT_EQ(mounted.status, 0) << mounted.err;
  fs::path made = "/proc/" + std::to_string(monitor().pid()) + "/root" + (state / "vedette.db").string();
  ASSERT_TRUE(eventually([&] { return fs::exists(made) && fs::file_size(made) > 0; }, 20s));
  beside_ = true;
  wait_stored(printed + 1);
  EXPECT_TRUE(eventually([&] { return monitor().metric("vedette_output_queue_length") == 0; }, 60s));
  EXPECT_EQ(monitor().metric("vedette_output_lost_total"), 0);
}

TEST_F(Delivery, AStateThatIsCorruptIsSetAsideAndTheServiceRunsOn) {
  fs::path state = scratch() / "state";
  fs::create_directory(state);
  std::ofstream(state / "vedette.db") << std::string(100'000, 'x');
  start_monitor({.config = config(), .metrics = true});
  start_victim();
  attack(1);
  settled();
  wait_stored(2);
  EXPECT_EQ(monitor().metric("vedette_state_errors_total{operation=\"set_aside\"}"), 1);
  EXPECT_NE(monitor().transcript().find("is set aside as"), std::string::npos);
}

}  // namespace
}  // namespace vedette::scenario
