// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <csignal>
#include <map>
#include <set>

#include "scenario.h"

namespace vedette::scenario {
namespace {

using Races = Scenario;

constexpr int kBatch = 200;
constexpr int kBatches = 10;
constexpr ptrdiff_t kInTime = 200;  // so many have to read the program's environment within a millisecond of its exec

bool reached_program(const json& truth) { return truth["image"] == "program"; }

ptrdiff_t in_time(const std::vector<json>& truth) {
  bool emulated = scaled(1ms) > 1ms;  // there a millisecond is nothing
  auto limit = std::chrono::nanoseconds(emulated ? 1s : 1ms).count();
  return std::ranges::count_if(
      truth, [&](const json& line) { return reached_program(line) && line["delay_ns"].get<int64_t>() < limit; });
}

std::string described(const std::vector<json>& truth) {
  auto image = [&](const char* name) {
    auto is_it = [&](const json& line) { return line["image"] == name; };
    return std::to_string(std::ranges::count_if(truth, is_it)) + " of the " + name + ", ";
  };
  return image("program") + image("launcher") + image("none") + std::to_string(in_time(truth)) + " in time";
}

class ExecRace : public Scenario, public testing::WithParamInterface<const char*> {
 protected:
  std::vector<json> run_actors() {
    std::vector<json> truth;
    for (int batch = 0; batch < kBatches && in_time(truth) < kInTime; batch++) {
      auto lines = act_all(actor_program(), {"race", GetParam(), std::to_string(kBatch), program_, "sleeper"});
      EXPECT_EQ(lines.size(), kBatch);
      truth.insert(truth.end(), lines.begin(), lines.end());
    }
    return truth;
  }

  // Actors of each target that was told, one for each time.
  std::map<std::string, std::vector<int>> told() {
    std::map<std::string, std::vector<int>> result;
    for (const auto& alert : settled_victim(20s)) {
      EXPECT_EQ(alert["target"]["executable"], program_);
      EXPECT_EQ(alert["server"]["pid"], alert["target"]["pid"]);
      auto pid = std::to_string(alert["target"]["pid"].get<int>());
      result[pid].push_back(alert["actor"]["pid"]);
    }
    return result;
  }

  std::string program_ = ServerProcess::install(scratch(), "victim");
};

TEST_P(ExecRace, EnvironOpenedAtOnceIsToldEachTime) {
  start_monitor({.config = config("", "alerts: {fold_window: 0s}\n")});
  auto truth = run_actors();
  EXPECT_GE(in_time(truth), kInTime) << described(truth);
  auto actors = told();
  for (const auto& line : truth) {
    auto actor = actors.extract(line["target"].get<std::string>());
    EXPECT_TRUE(actor || !reached_program(line)) << "not told: " << line;
    if (actor) {
      // An open that got the launcher's memory while the exec went on may be told, too.
      EXPECT_LE(actor.mapped().size(), line["opens"]) << line;
      EXPECT_EQ(actor.mapped(), std::vector<int>(actor.mapped().size(), line["actor_pid"])) << line;
    }
  }
  EXPECT_TRUE(actors.empty()) << actors.begin()->first << " was not read";
}

INSTANTIATE_TEST_SUITE_P(Opened, ExecRace, testing::Values("during", "after"),
                         [](const auto& parameter) { return std::string(parameter.param); });

TEST_F(Races, ActorsThatVanishAreNamedInFull) {
  start_monitor({.config = config("", "alerts: {fold_window: 0s}\n")});
  start_victim();
  std::set<int> pids;
  for (int i = 0; i < 50; i++) {
    pids.insert(act({"read_environ", "vanish", victim().pid_text()})["actor_pid"].get<int>());
  }
  auto alerts = settled_victim();
  EXPECT_EQ(alerts.size(), 50U);
  for (const auto& alert : alerts) {
    expect_actor(alert, {{"actor_pid", alert["actor"]["pid"]}}, actor_program(),
                 "read_environ vanish " + victim().pid_text());
    EXPECT_EQ(pids.erase(alert["actor"]["pid"].get<int>()), 1U);
    EXPECT_FALSE(alert["actor"]["cwd"].is_null());
  }
}

// Runs the program under that pid, as soon as the kernel has let go of it.
std::unique_ptr<Process> reuse(const std::string& pid, const std::string& program) {
  for (int i = 0; i < 100; i++) {
    auto holder =
        std::make_unique<Process>(Spawn{{actor_program(), "as_pid", pid, program, "sleeper"}, "/", {}, false});
    if (holder->out().wait([](const auto& lines) { return lines.size() == 2; }, 2s)) {
      return holder;
    }
  }
  throw std::runtime_error("the pid could not be reused");
}

TEST_F(Races, AReusedPidIsNotTheServerAnyMore) {
  start_monitor();
  std::string pid = start_victim().pid_text();
  victim().kill();
  auto stranger = reuse(pid, actor_program());
  act({"read_environ", "openat", pid});
  EXPECT_TRUE(settled_victim().empty());
}

TEST_F(Races, AServerUnderAReusedPidIsOne) {
  start_monitor();
  Process stranger({{actor_program(), "sleeper"}, "/", {}, false});
  ASSERT_TRUE(stranger.out().wait([](const auto& lines) { return !lines.empty(); }, 5s));
  std::string pid = std::to_string(stranger.pid());
  stranger.signal(SIGKILL);
  stranger.wait(5s);
  auto server = reuse(pid, ServerProcess::install(scratch(), "victim"));
  act({"read_environ", "openat", pid});
  json alert = only_alert();
  ASSERT_TRUE(alert.is_object());
  EXPECT_EQ(std::to_string(alert["target"]["pid"].get<int>()), pid);
}

}  // namespace
}  // namespace vedette::scenario
