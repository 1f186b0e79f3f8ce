// SPDX-License-Identifier: Apache-2.0
// What goes on on any machine raises no alert, with a server running.
#include <csignal>

#include "scenario.h"

namespace vedette::scenario {
namespace {

class Quiet : public Scenario {
 protected:
  void SetUp() override {
    start_monitor();
    start_victim();
  }

  void expect_quiet() {
    auto alerts = settled();
    EXPECT_TRUE(alerts.empty()) << json(alerts).dump(2);
  }

  [[nodiscard]] Finished shell(const std::string& command, Duration limit = 60s) const {
    return run({{"sh", "-c", command}, scratch().path(), {}, false}, limit);
  }
};

class QuietCommand : public Quiet, public testing::WithParamInterface<const char*> {};

TEST_P(QuietCommand, RaisesNoAlert) {
  auto done = shell(GetParam());
  EXPECT_NE(done.status, 127) << done.err;
  expect_quiet();
}

INSTANTIATE_TEST_SUITE_P(Listing, QuietCommand,
                         testing::Values("ps aux", "ps -ef --forest", "top -b -n1", "pgrep -f vedette-test",
                                         "lsof -n -P", "ss -tunap", "cat /proc/*/cmdline /proc/*/status /proc/*/stat"));

TEST_F(Quiet, DebuggingSomethingElse) {
  ASSERT_EQ(shell("command -v gdb").status, 0) << "gdb is missing: scripts/test installs it";
  Process other({{actor_program(), "sleeper"}, "/", {}, false});
  auto done = shell("gdb -p " + std::to_string(other.pid()) + " -batch -nx -ex bt");
  EXPECT_EQ(done.status, 0) << done.err;
  expect_quiet();
}

TEST_F(Quiet, AnUnrelatedCrash) {
  auto done = run({{actor_program(), "crash"}, scratch().path(), {}, false});
  EXPECT_EQ(done.status, 128 + SIGABRT);
  expect_quiet();
}

TEST_F(Quiet, AClientStartsReadsAndStopsItsOwnServer) {
  json truth = act({"client", victim().executable(), "sleeper"});
  EXPECT_TRUE(truth["ok"]) << truth;
  expect_quiet();
}

TEST_F(Quiet, AServerRestarts) {
  victim().kill();
  start_victim();
  expect_quiet();
}

TEST_F(Quiet, APackageInstall) {
  fs::create_directories(scratch() / "package");
  auto done = shell("cd package && npm install --no-audit --no-fund is-number", 120s);
  EXPECT_EQ(done.status, 0) << done.err;
  expect_quiet();
}

}  // namespace
}  // namespace vedette::scenario
