// SPDX-License-Identifier: Apache-2.0
// Each way to a server's secret, alone: exactly one alert that says who, how and whose.
#include "scenario.h"

namespace vedette::scenario {
namespace {

struct Way {
  std::string command;  // PID stands for the server
  std::string behavior;
  unsigned uid = 0;
  bool bits32 = false;
};

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
  start_monitor();
  auto arguments = words_of(way, start_victim());
  fs::path program = way.bits32 ? actor32_program() : actor_program();
  json truth = act_all(program, arguments).back();
  ASSERT_EQ(way.uid == 0, truth["ok"].get<bool>()) << truth;

  json alert = only_alert();
  expect_access(alert, truth, way.behavior, victim());
  expect_actor(alert, truth, program, join(arguments, " "), way.uid);
}

std::vector<Way> environ_ways() {
  std::vector<Way> result;
  for (const char* way :
       {"open", "openat", "openat2", "creat", "symlink", "dirfd", "cwd", "bind_mount", "second_procfs", "task",
        "root_link", "path_reopen", "io_uring", "io_uring_worker", "thread", "inherited_fd", "passed_fd", "vanish"}) {
    result.push_back({std::string("read_environ ") + way + " PID", "environ_read"});
  }
  for (const char* way : {"open", "openat", "cwd", "task"}) {
    result.push_back({std::string("as 65534 read_environ ") + way + " PID", "environ_read", 65534});
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

INSTANTIATE_TEST_SUITE_P(CoreDump, Techniques,
                         testing::Values(Way{"kill_core PID 3", "core_dump"}, Way{"kill_core PID 6", "core_dump"},
                                         Way{"kill_core PID 11", "core_dump"}),
                         test_name);

class Limits : public Scenario {
 protected:
  // What doctor says of it; null when it is not in the tracepoint family.
  static json capability(const std::string& name) {
    auto answer = run({{monitor_program(), "doctor", "--json", "--probes", "tracepoint", "--rules", rules_directory()},
                       "/",
                       {},
                       false});
    EXPECT_EQ(answer.status, 3) << answer.err;
    json report = json::parse(answer.out);
    for (const auto& capability : report["capabilities"]) {
      if (capability["name"] == name) {
        return capability;
      }
    }
    throw std::runtime_error("doctor does not know " + name);
  }
};

TEST_F(Limits, Of32BitCallsAreSaid) {
  for (const char* name : {"environ_read", "memory_read", "memory_write", "ptrace_attach", "fd_steal", "raw_socket"}) {
    json found = capability(name);
    EXPECT_EQ(found["covered"], "partial") << name;
    EXPECT_TRUE(found["probe"].is_string()) << name;
    EXPECT_NE(found["limits"].dump().find("32-bit"), std::string::npos) << name;
  }
}

// A refused open leaves no object, only the path as it was written.
TEST_F(Limits, OfARefusedOpenUnderAnotherNameAreSaid) {
  EXPECT_NE(capability("environ_read")["limits"].dump().find("refused open"), std::string::npos);
}

using OwnPlace = Scenario;

TEST_F(OwnPlace, ServersCrashIsItsOwnCoreDump) {
  start_monitor();
  auto truth = start_victim().obey("crash");
  json alert = only_alert();
  ASSERT_FALSE(truth.empty());
  expect_access(alert, truth.back(), "core_dump", victim());
}

TEST_F(OwnPlace, DescendantThatReadsAboveItselfIsToldOf) {
  start_monitor();
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
  start_monitor();
  start_victim().obey("read_environ openat 0");
  victim().obey("spawn " + actor_program().string() + " read_environ openat 0");
  EXPECT_TRUE(settled_victim().empty());
}

}  // namespace
}  // namespace vedette::scenario
