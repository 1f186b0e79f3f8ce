// SPDX-License-Identifier: Apache-2.0
// What is done to the monitor itself: one alert that names who did it, or what was found; and who may, may quietly.
#include <csignal>
#include <cstring>
#include <ctime>
#include <fstream>
#include <sstream>

#include "harness/links.h"
#include "scenario.h"
#include "ways.h"

namespace vedette::scenario {
namespace {

class SelfProtection : public Scenario {
 protected:
  [[nodiscard]] std::string pid_text() { return std::to_string(monitor().pid()); }

  std::vector<json> about_monitor() {
    auto alerts = settled();
    std::erase_if(alerts,
                  [&](const json& a) { return a["target"].is_null() || a["target"]["pid"] != monitor().pid(); });
    return alerts;
  }
  // The one alert there is about the monitor.
  json only_finding() {
    auto alerts = about_monitor();
    EXPECT_EQ(alerts.size(), 1U) << json(alerts).dump(2);
    return alerts.size() == 1 ? alerts.front() : json();
  }
  static json found(const Monitor& monitor, const std::string& behavior) {
    return monitor.wait_alert([&](const json& alert) { return alert["behavior"] == behavior; }, 10s);
  }
  static void expect_critical(const json& alert, const std::string& behavior) {
    ASSERT_TRUE(alert.is_object());
    EXPECT_EQ(alert["rule"]["level"], "critical");
    EXPECT_EQ(alert["behavior"], behavior);
    EXPECT_EQ(alert["count"], 1);
    EXPECT_TRUE(alert["server"].is_null());
  }
  void send(const std::string& signal) {
    auto done = run({{"kill", "-s", signal, pid_text()}, "/", {}, false});
    ASSERT_EQ(done.status, 0) << done.err;
  }
  void expect_sender(const json& alert, const std::string& signal) {
    expect_critical(alert, "signal");
    EXPECT_EQ(alert["object"], "SIG" + signal);
    EXPECT_EQ(alert["actor"]["executable"], fs::canonical("/usr/bin/kill").string());
    EXPECT_EQ(alert["actor"]["command_line"], "kill -s " + signal + " " + pid_text());
    EXPECT_EQ(alert["target"]["pid"], monitor().pid());
  }
};

std::string word_of(std::string text) {
  std::erase_if(text, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_'; });
  return text;
}

class Reach : public SelfProtection, public testing::WithParamInterface<Way> {};

// The monitor is a target like a server.
TEST_P(Reach, IntoTheMonitorGivesOneAlert) {
  const Way& way = GetParam();
  join_monitor();
  std::string command = way.command;
  command.replace(command.find("PID"), 3, pid_text());
  Arguments words;
  std::istringstream text(command);
  for (std::string word; text >> word;) {
    words.push_back(word);
  }
  json truth = act_all(actor_program(), words).back();
  ASSERT_EQ(way.uid == 0, truth["ok"].get<bool>()) << truth;
  if (!shows(way.behavior, way.part)) {
    EXPECT_TRUE(about_monitor().empty());
    return;
  }
  auto alerts = about_monitor();
  std::erase_if(alerts, [&](const json& alert) { return alert["actor"]["pid"] != truth["actor_pid"]; });
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0]["rule"]["level"], way.uid == 0 ? "critical" : "medium");
  EXPECT_EQ(alerts[0]["behavior"], way.behavior);
  EXPECT_EQ(alerts[0]["outcome"], outcome(truth));
  expect_actor(alerts[0], truth, actor_program(), join(words, " "), way.uid);
  EXPECT_TRUE(monitor().running());
}

std::vector<Way> all_ways() {
  std::vector<Way> result;
  auto seen_by_all = [](const Way& way) { return way.limit.empty() && way.behavior != "listen"; };
  for (const auto& ways : {environ_ways(), memory_ways(), tracing_ways(), instrument_ways()}) {
    std::ranges::copy_if(ways, std::back_inserter(result), seen_by_all);
  }
  return result;
}

INSTANTIATE_TEST_SUITE_P(Ways, Reach, testing::ValuesIn(all_ways()),
                         [](const auto& parameter) { return word_of(parameter.param.command); });

class Signalled : public SelfProtection, public testing::WithParamInterface<const char*> {};

// It goes on, and so the sender is named at once.
TEST_P(Signalled, TellsTheSenderAndGoesOn) {
  start_monitor();
  send(GetParam());
  expect_sender(only_finding(), GetParam());
  EXPECT_TRUE(monitor().running());
  EXPECT_NO_THROW(monitor().stop());
}

INSTANTIATE_TEST_SUITE_P(Crashing, Signalled,
                         testing::Values("QUIT", "ABRT", "SEGV", "ILL", "USR1", "ALRM", "TSTP", "TRAP"),
                         [](const auto& parameter) { return std::string(parameter.param); });

TEST_F(SelfProtection, AStopIsToldWhenItGoesOnWithTheTimeOfTheStop) {
  start_monitor();
  send("STOP");
  auto stopped = [&] { return read_file("/proc/" + pid_text() + "/stat").find(") T ") != std::string::npos; };
  ASSERT_TRUE(eventually(stopped, 5s));
  auto later = std::chrono::system_clock::now() + 300ms;
  ASSERT_TRUE(eventually([&] { return std::chrono::system_clock::now() > later; }, 5s));
  send("CONT");
  json alert = only_finding();
  expect_sender(alert, "STOP");
  auto latest = std::chrono::duration_cast<std::chrono::seconds>(later.time_since_epoch()).count();
  std::tm time{};
  ASSERT_NE(::strptime(alert["time"].get<std::string>().c_str(), "%Y-%m-%dT%H:%M:%S", &time), nullptr);
  EXPECT_LE(::timegm(&time), latest);
}

TEST_F(SelfProtection, AStrangerThatEndsItIsNamedBeforeItEnds) {
  start_monitor();
  std::string pid = pid_text();
  send("TERM");
  ASSERT_TRUE(eventually([&] { return !monitor().running(); }, 10s));
  auto alerts = monitor().alerts();
  ASSERT_EQ(alerts.size(), 1U);
  expect_critical(alerts[0], "signal");
  EXPECT_EQ(alerts[0]["object"], "SIGTERM");
  EXPECT_EQ(alerts[0]["actor"]["command_line"], "kill -s TERM " + pid);
}

// This process is its launcher, as a shell, sudo or a supervisor would be; a reload is anybody's.
TEST_F(SelfProtection, ItsLauncherMayEndItQuietly) {
  start_monitor();
  ::kill(monitor().pid(), SIGHUP);
  send("HUP");
  EXPECT_TRUE(settled().empty());
  monitor().stop();
  monitor().start();
  EXPECT_TRUE(settled().empty());
}

TEST_F(SelfProtection, AKillIsToldAtTheNextStartOnce) {
  start_monitor();
  pid_t killed = monitor().pid();
  ::kill(killed, SIGKILL);
  ASSERT_TRUE(eventually([&] { return !monitor().running(); }, 5s));
  monitor().start();
  json alert = only_finding();
  expect_critical(alert, "monitor_killed");
  EXPECT_EQ(alert["object"], std::to_string(killed));
  EXPECT_TRUE(alert["actor"].is_null());
  monitor().stop();
  monitor().start();
  EXPECT_TRUE(settled().empty());
}

TEST_F(SelfProtection, AnEndWithTheMachineIsNoKill) {
  scratch().write("state/running", "00000000-0000-0000-0000-000000000000 1\n");
  fs::permissions(scratch() / "state", fs::perms::owner_all);
  start_monitor();
  EXPECT_TRUE(settled().empty());
}

struct Tampering {
  const char* name;
  const char* file;
  void (*act)(const fs::path& file);
};

void PrintTo(const Tampering& tampering, std::ostream* out) { *out << tampering.name; }

class Tampered : public SelfProtection, public testing::WithParamInterface<Tampering> {};

TEST_P(Tampered, StateIsToldOf) {
  start_monitor();
  fs::path file = monitor().state() / GetParam().file;
  GetParam().act(file);
  json alert = found(monitor(), "state_tamper");
  expect_critical(alert, "state_tamper");
  EXPECT_EQ(alert["object"], file.string());
  EXPECT_EQ(about_monitor().size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    State, Tampered,
    testing::Values(
        Tampering{"RemovedLock", "lock", [](const fs::path& f) { fs::remove(f); }},
        Tampering{"RemovedState", "vedette.db", [](const fs::path& f) { fs::remove(f); }},
        Tampering{"RemovedMarker", "running", [](const fs::path& f) { fs::remove(f); }},
        Tampering{"RenamedSocket", "control.sock", [](const fs::path& f) { fs::rename(f, f.string() + ".x"); }},
        Tampering{"OpenedSocket", "control.sock", [](const fs::path& f) { fs::permissions(f, fs::perms::all); }},
        Tampering{"PlantedDestinations", "destinations.json", [](const fs::path& f) { std::ofstream(f) << "{}"; }}),
    [](const auto& parameter) { return std::string(parameter.param.name); });

TEST_F(SelfProtection, RemovedRulesAndConfigurationAreToldOf) {
  scratch().write("rules/mine.yml",
                  "title: Mine\nlogsource: {category: raw_socket}\ndetection: {s: {Image: /x}, condition: s}\n");
  start_monitor({.config = config(), .arguments = {"--rules", scratch() / "rules"}});
  fs::remove(scratch() / "rules/mine.yml");
  json alert = found(monitor(), "configuration_removed");
  EXPECT_EQ(alert["rule"]["level"], "high");
  EXPECT_EQ(alert["object"], (scratch() / "rules/mine.yml").string());
  fs::remove(scratch() / "vedette.yaml");
  monitor().wait_alert([&](const json& a) { return a.value("object", "") == (scratch() / "vedette.yaml").string(); },
                       10s);
  EXPECT_EQ(about_monitor().size(), 2U);
}

class Link : public SelfProtection, public testing::WithParamInterface<const char*> {};

// Seen is what is sent after the alert.
TEST_P(Link, IsMendedAndToldOf) {
  start_monitor({.config = config(), .metrics = true});
  CgroupLink link = cgroup_link(monitor().pid(), kUdp4Sendmsg);
  ASSERT_NE(link.id, 0U);
  int broken = GetParam() == std::string("Detached") ? detach(link) : replace_program(link, kUdp4Sendmsg);
  ASSERT_EQ(broken, 0) << std::strerror(-broken);
  json alert = found(monitor(), "probe_detached");
  expect_critical(alert, "probe_detached");
  EXPECT_EQ(alert["object"], "cgroup:sendmsg4");
  CgroupLink mended = cgroup_link(monitor().pid(), kUdp4Sendmsg);
  EXPECT_NE(mended.id, link.id);
  EXPECT_NE(mended.cgroup, 0U);
  EXPECT_EQ(mended.program, link.program);
  start_victim().obey("send udp_sendto 192.0.2.1 9");
  EXPECT_EQ(only_alert()["behavior"], "egress");
  EXPECT_EQ(about_monitor().size(), 1U);
  EXPECT_EQ(monitor().metric("vedette_probe_attached{capability=\"egress\",probe=\"cgroup:sendmsg4\"}"), 1);
}

INSTANTIATE_TEST_SUITE_P(Cgroup, Link, testing::Values("Detached", "Replaced"),
                         [](const auto& parameter) { return std::string(parameter.param); });

TEST_F(SelfProtection, ItsOwnReadingAndThatOfItsCommandsIsQuiet) {
  start_monitor();
  start_victim();
  EXPECT_EQ(monitor().servers().size(), 1U);
  for (const char* command : {"doctor", "check"}) {
    run({{monitor_program(), command, "--json", "--rules", rules_directory(), "--state", monitor().state()},
         "/",
         {},
         false},
        60s);
  }
  for (const char* command : {"ps aux", "pgrep -f vedette", "lsof -n -P", "top -b -n1"}) {
    run({{"sh", "-c", command}, "/", {}, false});
  }
  auto alerts = settled();
  EXPECT_TRUE(alerts.empty()) << json(alerts).dump(2);
}

// What others may write steers nothing.
class Writable : public SelfProtection, public testing::WithParamInterface<const char*> {};

TEST_P(Writable, ByOthersIsRefused) {
  scratch().write("way/rules/mine.yml",
                  "title: Mine\nlogsource: {category: raw_socket}\ndetection: {s: {Image: /x}, condition: s}\n");
  scratch().write("way/vedette.yaml", "rules: [" + (scratch() / "way/rules").string() + "]\n");
  Arguments rest{"--config", scratch() / "way/vedette.yaml"};
  auto with = [&](Arguments arguments) {
    arguments.insert(arguments.begin(), monitor_program());
    arguments.insert(arguments.end(), rest.begin(), rest.end());
    return run({arguments, "/", {}, false});
  };
  EXPECT_EQ(with({"check"}).status, 0);
  fs::path path = scratch() / GetParam();
  fs::permissions(path, fs::perms::others_write, fs::perm_options::add);
  for (const Arguments& command :
       {Arguments{"check"}, Arguments{"run", "--metrics", "off", "--state", scratch() / "s"}}) {
    auto answer = with(command);
    EXPECT_EQ(answer.status, 1);
    EXPECT_NE(answer.err.find("chmod go-w '" + path.string() + "'"), std::string::npos) << answer.out << answer.err;
  }
}

INSTANTIATE_TEST_SUITE_P(Path, Writable, testing::Values("way", "way/rules", "way/rules/mine.yml", "way/vedette.yaml"),
                         [](const auto& parameter) { return word_of(parameter.param); });

}  // namespace
}  // namespace vedette::scenario
