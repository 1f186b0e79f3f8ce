// SPDX-License-Identifier: Apache-2.0
// Each way to a server's secret, alone: exactly one alert that says who, how and whose.
#include <sys/syscall.h>

#include <array>

#include "scenario.h"

namespace vedette::scenario {
namespace {

struct Way {
  std::string command;  // PID stands for the server
  std::string behavior;
  unsigned uid = 0;
  bool bits32 = false;
  std::string limit = {};  // words of doctor where system-call tracepoints do not see it
};

std::string technique(const Way& way) {
  std::string text = way.command;
  text.erase(text.find(" PID"), 4);
  return text + (way.bits32 ? " (32-bit)" : "");
}

void PrintTo(const Way& way, std::ostream* out) { *out << way.command << (way.bits32 ? " (32-bit)" : ""); }

std::string test_name(const testing::TestParamInfo<Way>& info) {
  std::string name = info.param.command + (info.param.bits32 ? " 32" : "");
  std::erase_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_'; });
  return name;
}

Arguments words_of(const Way& way, const ServerProcess& server) {
  Arguments words;
  std::istringstream text(way.command);
  for (std::string word; text >> word;) {
    words.push_back(word == "PID" ? server.pid_text() : word);
  }
  return words;
}

class Techniques : public Scenario, public testing::WithParamInterface<Way> {};

TEST_P(Techniques, GiveOneAlert) {
  const Way& way = GetParam();
  join_monitor();
  fs::path program = way.bits32 ? actor32_program() : actor_program();
  // The memory of a 64-bit process is out of a 32-bit one's reach.
  auto arguments = words_of(way, start_victim(program));
  json truth = act_all(program, arguments).back();
  ASSERT_EQ(way.uid == 0, truth["ok"].get<bool>()) << truth;
  if (!way.limit.empty() && !by_trampolines()) {
    EXPECT_TRUE(settled_victim().empty());
    limited(technique(way), way.behavior, way.limit);
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

// arm64 has no such system calls.
#ifdef SYS_open
constexpr std::array kOldCalls = {"open", "creat"};
#else
constexpr std::array<const char*, 0> kOldCalls = {};
#endif

std::vector<Way> environ_ways() {
  std::vector<Way> result;
  std::vector<std::string> ways(kOldCalls.begin(), kOldCalls.end());
  ways.insert(ways.end(), {"openat", "openat2", "symlink", "dirfd", "cwd", "bind_mount", "second_procfs", "task",
                           "root_link", "path_reopen", "io_uring", "io_uring_worker", "thread", "vanish"});
  for (const auto& way : ways) {
    result.push_back({"read_environ " + way + " PID", "environ_read"});
  }
  for (const char* way : {"openat", "openat2", "cwd", "task"}) {
    result.push_back({std::string("as 65534 read_environ ") + way + " PID", "environ_read", 65534});
  }
  for (const char* way : {"symlink", "io_uring"}) {
    result.push_back({std::string("as 65534 read_environ ") + way + " PID", "environ_read", 65534, false, "refused"});
  }
  return result;
}

INSTANTIATE_TEST_SUITE_P(Environ, Techniques, testing::ValuesIn(environ_ways()), test_name);

INSTANTIATE_TEST_SUITE_P(Memory, Techniques,
                         testing::Values(Way{"memory mem_read PID", "memory_read"},
                                         Way{"memory mem_task_read PID", "memory_read"},
                                         Way{"memory process_vm_readv PID", "memory_read"},
                                         Way{"memory mem_write PID", "memory_write"},
                                         Way{"memory process_vm_writev PID", "memory_write"},
                                         Way{"as 65534 memory mem_read PID", "memory_read", 65534},
                                         Way{"as 65534 memory process_vm_readv PID", "memory_read", 65534},
                                         Way{"as 65534 memory process_vm_writev PID", "memory_write", 65534}),
                         test_name);

INSTANTIATE_TEST_SUITE_P(Tracing, Techniques,
                         testing::Values(Way{"trace attach PID", "ptrace_attach"},
                                         Way{"trace seize PID", "ptrace_attach"},
                                         Way{"as 65534 trace attach PID", "ptrace_attach", 65534},
                                         Way{"as 65534 trace seize PID", "ptrace_attach", 65534},
                                         Way{"steal_fd PID 1", "fd_steal"},
                                         Way{"as 65534 steal_fd PID 1", "fd_steal", 65534}),
                         test_name);

std::vector<Way> ways_of_32_bits() {
  std::vector<Way> result;
  if (!has_32_bit_actor()) {
    return result;
  }
  for (const char* way : {"open", "openat", "openat2", "creat"}) {
    result.push_back({std::string("read_environ ") + way + " PID", "environ_read", 0, true, "32-bit"});
  }
  result.push_back({"as 65534 read_environ open PID", "environ_read", 65534, true, "32-bit"});
  for (const char* way : {"mem_read", "process_vm_readv"}) {
    result.push_back({std::string("memory ") + way + " PID", "memory_read", 0, true, "32-bit"});
  }
  for (const char* way : {"mem_write", "process_vm_writev"}) {
    result.push_back({std::string("memory ") + way + " PID", "memory_write", 0, true, "32-bit"});
  }
  for (const char* way : {"attach", "seize"}) {
    result.push_back({std::string("trace ") + way + " PID", "ptrace_attach", 0, true, "32-bit"});
  }
  result.push_back({"steal_fd PID 1", "fd_steal", 0, true, "32-bit"});
  return result;
}

INSTANTIATE_TEST_SUITE_P(Of32Bits, Techniques, testing::ValuesIn(ways_of_32_bits()), test_name);

INSTANTIATE_TEST_SUITE_P(Instruments, Techniques,
                         testing::Values(Way{"debugger PID", "listen"}, Way{"perf PID", "memory_read"}), test_name);

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
