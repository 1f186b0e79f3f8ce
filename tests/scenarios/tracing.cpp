// SPDX-License-Identifier: Apache-2.0
// A tracer that never attaches to the server by a call of its own, and servers in another pid namespace.
#include "scenario.h"

namespace vedette::scenario {
namespace {

class Launch : public Scenario, public testing::WithParamInterface<const char*> {};

TEST_P(Launch, UnderATracerGivesOneAlert) {
  join_monitor();
  std::string program = ServerProcess::install(scratch(), "victim");
  std::string arguments = std::string("trace ") + GetParam() + " " + program + " sleeper";
  Process launcher({{actor_program(), "trace", GetParam(), program, "sleeper"}, "/", {}, false});
  json truth;
  ASSERT_TRUE(launcher.out().wait(
      [&](const auto& lines) {
        for (const auto& line : lines) {
          json parsed = json::parse(line);
          truth = parsed.contains("technique") ? parsed : truth;
        }
        return !truth.is_null();
      },
      10s));
  ASSERT_TRUE(truth["ok"]) << truth;
  watch(std::stoi(truth["target"].get<std::string>()));

  json alert = only_alert();
  ASSERT_TRUE(alert.is_object());
  EXPECT_EQ(alert["behavior"], "ptrace_attach");
  EXPECT_EQ(alert["outcome"], "allowed");
  EXPECT_EQ(std::to_string(alert["target"]["pid"].get<int>()), truth["target"]);
  expect_actor(alert, truth, actor_program(), arguments);
  seen(std::string("trace ") + GetParam());
}

INSTANTIATE_TEST_SUITE_P(Tracer, Launch, testing::Values("traceme", "follow"),
                         [](const auto& parameter) { return std::string(parameter.param); });

class Tracer : public Scenario {};

// A hold from before the monitor's time makes no attach; its use is all there is.
TEST_F(Tracer, ThatHeldTheServerBeforeIsSeenWhenItReads) {
  start_victim();
  Process tracer({{actor_program(), "trace", "hold", victim().pid_text()}, "/", {}, false});
  ASSERT_TRUE(tracer.out().wait([](const auto& lines) { return !lines.empty(); }, 10s));
  start_monitor();
  tracer.close_input();
  ASSERT_TRUE(tracer.out().wait([](const auto& lines) { return lines.size() == 2; }, 10s));
  json truth = json::parse(tracer.out().lines().back());
  ASSERT_TRUE(truth["ok"]) << truth;
  EXPECT_EQ(tracer.wait(10s), 0);
  if (!by_trampolines()) {
    EXPECT_TRUE(settled_victim().empty());
    limited("trace hold", "ptrace_attach", "inherited");
    return;
  }
  expect_access(only_alert(), truth, "ptrace_attach", victim());
  seen("trace hold");
}

class PidNamespace : public Scenario, public testing::WithParamInterface<const char*> {
 protected:
  // A server that is pid 1 of a namespace of its own. Returns its pid out here.
  pid_t start_inside() {
    unshare_.emplace(
        Spawn{{"unshare", "--pid", "--mount-proc", "--fork", ServerProcess::install(scratch(), "victim"), "sleeper"},
              "/",
              {},
              false});
    unshare_->out().wait([](const auto& lines) { return !lines.empty(); }, 10s);
    std::string parent = std::to_string(unshare_->pid());
    return std::stoi(read_file("/proc/" + parent + "/task/" + parent + "/children"));
  }

  std::optional<Process> unshare_;
};

TEST_P(PidNamespace, NumbersAreNotMixedUp) {
  join_monitor();
  pid_t server = start_inside();
  watch(server);
  Arguments command{"nsenter", "-t", std::to_string(server), "-p", "-m", actor_program()};
  std::istringstream words(GetParam());
  for (std::string word; words >> word;) {
    command.push_back(word);
  }
  auto inside = run({command, "/", {}, false});
  ASSERT_NE(inside.out.find("\"ok\":true"), std::string::npos) << inside.out << inside.err;

  json alert = only_alert();
  ASSERT_TRUE(alert.is_object());
  EXPECT_EQ(alert["target"]["pid"], server);
  EXPECT_EQ(alert["server"]["pid"], server);
  EXPECT_EQ(alert["actor"]["command_line"], actor_program().string() + " " + GetParam());
  EXPECT_NE(alert["actor"]["pid"], json::parse(inside.out)["actor_pid"]) << "the number inside is not the pid";
  seen(std::string(GetParam()) + ", in a pid namespace");
}

INSTANTIATE_TEST_SUITE_P(Inside, PidNamespace,
                         testing::Values("read_environ openat 1", "memory mem_read 1", "memory process_vm_readv 1",
                                         "trace seize 1", "steal_fd 1 1"),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           std::ranges::replace(name, ' ', '_');
                           return name;
                         });

}  // namespace
}  // namespace vedette::scenario
