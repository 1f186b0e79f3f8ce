// SPDX-License-Identifier: Apache-2.0
// Each way to a server's secret, alone: exactly one alert that says who, how and whose.
#include "scenario.h"
#include "ways.h"

namespace vedette::scenario {
namespace {

std::string test_name(const testing::TestParamInfo<Way>& info) {
  std::string name = info.param.command + (info.param.bits32 ? " 32" : "");
  std::erase_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_'; });
  return name;
}

class Techniques : public Scenario, public testing::WithParamInterface<Way> {};

TEST_P(Techniques, GiveOneAlert) {
  const Way& way = GetParam();
  join_monitor();
  fs::path program = program_of(way);
  auto arguments = words_of(way, start_victim(program));
  json truth = act_all(program, arguments).back();
  ASSERT_EQ(way.uid == 0, truth["ok"].get<bool>()) << truth;
  std::string limit = shows(way.behavior, way.part) ? way.limit : way.part;
  if (!limit.empty() && !by_trampolines()) {
    EXPECT_TRUE(settled_victim().empty());
    limited(technique(way), way.behavior, limit);
    return;
  }

  // What a signal brings about comes when the actor has long ended.
  if (way.behavior == "core_dump" || way.behavior == "listen") {
    monitor().wait_alert([&](const json& a) { return a["server"]["pid"] == victim().pid(); });
  }
  json alert = only_alert();
  ASSERT_TRUE(alert.is_object());
  expect_access(alert, truth, way.behavior, victim());
  expect_actor(alert, truth, program, join(arguments, " "), way.uid);
  seen(technique(way));
}

// One opens, another reads: both have done something, and who reads is told with who opened.
class PassedOn : public Scenario, public testing::WithParamInterface<const char*> {};

TEST_P(PassedOn, DescriptorTellsOpenerAndReader) {
  join_monitor();
  std::string arguments = "read_environ " + std::string(GetParam()) + " " + start_victim().pid_text();
  auto truths = act_all(actor_program(), {"read_environ", GetParam(), victim().pid_text()});
  ASSERT_EQ(truths.size(), 2U);
  ASSERT_TRUE(truths.back()["ok"]) << truths.back();

  auto alerts = settled_victim();
  ASSERT_EQ(alerts.size(), by_trampolines() ? 2U : 1U);
  expect_access(alerts[0], truths[1], "environ_read", victim());
  expect_actor(alerts[0], truths[1], actor_program(), arguments);
  EXPECT_TRUE(alerts[0]["opener"].is_null());
  if (!by_trampolines()) {
    limited("read_environ " + std::string(GetParam()), "environ_read", "passed");
    return;
  }
  expect_access(alerts[1], truths[0], "environ_read", victim());
  expect_actor(alerts[1], truths[0], actor_program(), arguments);
  EXPECT_EQ(alerts[1]["opener"]["pid"], truths[1]["actor_pid"]);
  EXPECT_NE(alerts[1]["message"].get<std::string>().find("through a descriptor opened by"), std::string::npos);
  seen("read_environ " + std::string(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Environ, PassedOn, testing::Values("inherited_fd", "passed_fd"),
                         [](const auto& parameter) { return std::string(parameter.param); });

INSTANTIATE_TEST_SUITE_P(Environ, Techniques, testing::ValuesIn(environ_ways()), test_name);

INSTANTIATE_TEST_SUITE_P(Memory, Techniques, testing::ValuesIn(memory_ways()), test_name);
INSTANTIATE_TEST_SUITE_P(Tracing, Techniques, testing::ValuesIn(tracing_ways()), test_name);
INSTANTIATE_TEST_SUITE_P(Of32Bits, Techniques, testing::ValuesIn(ways_of_32_bits()), test_name);

INSTANTIATE_TEST_SUITE_P(Instruments, Techniques, testing::ValuesIn(instrument_ways()), test_name);
INSTANTIATE_TEST_SUITE_P(CoreDump, Techniques,
                         testing::Values(Way{"kill_core PID 3", "core_dump"}, Way{"kill_core PID 6", "core_dump"},
                                         Way{"kill_core PID 11", "core_dump"}),
                         test_name);

using OwnPlace = Scenario;

TEST_F(OwnPlace, ServersCrashIsItsOwnCoreDump) {
  join_monitor();
  auto truth = start_victim().obey("crash");
  monitor().wait_alert([&](const json& a) { return a["server"]["pid"] == victim().pid(); });
  json alert = only_alert();
  ASSERT_FALSE(truth.empty());
  expect_access(alert, truth.back(), "core_dump", victim());
}

TEST_F(OwnPlace, DescendantThatReadsAboveItselfIsToldOf) {
  join_monitor();
  start_victim();
  std::string arguments = "read_environ openat " + victim().pid_text();
  auto truth = victim().obey("spawn " + actor_program().string() + " " + arguments);
  json alert = only_alert();
  ASSERT_FALSE(truth.empty());
  expect_access(alert, truth.front(), "environ_read", victim());
  expect_actor(alert, truth.front(), actor_program(), arguments);
  EXPECT_EQ(alert["actor"]["server"], "victim");
}

TEST_F(OwnPlace, ServerThatReadsItselfIsNot) {
  join_monitor();
  start_victim().obey("read_environ openat 0");
  victim().obey("spawn " + actor_program().string() + " read_environ openat 0");
  EXPECT_TRUE(settled_victim().empty());
}

}  // namespace
}  // namespace vedette::scenario
