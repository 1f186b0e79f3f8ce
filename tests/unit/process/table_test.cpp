// SPDX-License-Identifier: Apache-2.0
#include "process/table.h"

#include <gmock/gmock.h>

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr uint64_t kSecond = 1'000'000'000;

ExecEvent exec(const ProcessId& id, const ProcessId& parent, const std::string& program) {
  return {.time_ns = id.start_ns,
          .process = id,
          .parent = parent,
          .uid = 1000,
          .args = {program, "-x"},
          .executable = "/bin/" + program,
          .cwd = "/home/" + program};
}

ForkEvent fork_of(const ProcessId& parent, const ProcessId& child) {
  return {.time_ns = child.start_ns, .process = child, .parent = parent, .uid = 1000};
}

std::vector<uint32_t> pids(const std::vector<const Process*>& processes) {
  std::vector<uint32_t> result;
  for (const Process* process : processes) {
    result.push_back(process->id.pid);
  }
  return result;
}

class ProcessTableTest : public testing::Test {
 protected:
  void exit(const ProcessId& id, uint64_t time_ns) { table_.on_exit({.time_ns = time_ns, .process = id}); }
  // Gives the table the occasion to forget.
  void pass(uint64_t time_ns) { exit({999'999, 1}, time_ns); }

  ProcessTable table_;
  ProcessId init_{1, 1};
  ProcessId shell_{100, 10};
  ProcessId child_{101, 20};
};

TEST_F(ProcessTableTest, ExecTellsAll) {
  ExecEvent event = exec(shell_, init_, "sh");
  event.pid_namespace = 77;
  event.namespace_pid = 2;
  event.cgroup = "docker-" + std::string(64, 'a') + ".scope";
  const Process& process = table_.on_exec(event);
  EXPECT_EQ(process.id, shell_);
  EXPECT_EQ(process.parent, init_);
  EXPECT_EQ(process.uid, 1000U);
  EXPECT_EQ(process.executable, "/bin/sh");
  EXPECT_THAT(process.args, ElementsAre("sh", "-x"));
  EXPECT_EQ(command_line(process), "sh -x");
  EXPECT_EQ(process.cwd, "/home/sh");
  EXPECT_EQ(process.container_id, std::string(64, 'a'));
  EXPECT_EQ(process.pid_namespace, 77U);
  EXPECT_EQ(process.namespace_pid, 2U);
  EXPECT_FALSE(process.exited);
  EXPECT_EQ(table_.find(shell_), &process);
  EXPECT_EQ(table_.find_pid(100), &process);
  EXPECT_EQ(table_.size(), 1U);
}

TEST_F(ProcessTableTest, UnknownIsNull) {
  EXPECT_EQ(table_.find(shell_), nullptr);
  EXPECT_EQ(table_.find_pid(100), nullptr);
  EXPECT_EQ(table_.find_in_namespace(77, 1), nullptr);
  pass(5);
  EXPECT_EQ(table_.size(), 0U);
}

TEST_F(ProcessTableTest, SamePidOfAnotherStartIsAnother) {
  table_.on_exec(exec({100, 10}, init_, "old"));
  exit({100, 10}, 15);
  table_.on_exec(exec({100, 20}, init_, "new"));
  EXPECT_EQ(table_.find({100, 10})->executable, "/bin/old");
  EXPECT_TRUE(table_.find({100, 10})->exited);
  EXPECT_EQ(table_.find({100, 20})->executable, "/bin/new");
  EXPECT_FALSE(table_.find({100, 20})->exited);
  EXPECT_EQ(table_.find({100, 15}), nullptr);
  EXPECT_EQ(table_.find_pid(100)->id, (ProcessId{100, 20}));
}

TEST_F(ProcessTableTest, ForgettingAFormerOwnerLeavesThePresentOne) {
  table_.on_exec(exec({100, 10}, init_, "old"));
  exit({100, 10}, 15);
  table_.on_exec(exec({100, 20}, init_, "new"));
  pass(60 * kSecond);
  EXPECT_EQ(table_.find({100, 10}), nullptr);
  ASSERT_NE(table_.find_pid(100), nullptr);
  EXPECT_EQ(table_.find_pid(100)->executable, "/bin/new");
}

TEST_F(ProcessTableTest, WordOfAFormerOwnerLeavesThePresentOne) {
  table_.on_exec(exec({100, 20}, init_, "new"));
  table_.on_exec(exec({100, 10}, init_, "old"));
  EXPECT_EQ(table_.find_pid(100)->id, (ProcessId{100, 20}));
}

TEST_F(ProcessTableTest, ExitOfAFormerOwnerLeavesThePresentOne) {
  table_.on_exec(exec({100, 20}, init_, "new"));
  exit({100, 10}, 30);
  EXPECT_FALSE(table_.find_pid(100)->exited);
}

TEST_F(ProcessTableTest, ForkInheritsTheImage) {
  ExecEvent parent = exec(shell_, init_, "sh");
  parent.cgroup = std::string(64, 'b');
  table_.on_exec(parent);
  ForkEvent fork = fork_of(shell_, child_);
  fork.pid_namespace = 8;
  fork.namespace_pid = 3;
  const Process& child = table_.on_fork(fork);
  EXPECT_EQ(child.id, child_);
  EXPECT_EQ(child.parent, shell_);
  EXPECT_EQ(child.executable, "/bin/sh");
  EXPECT_THAT(child.args, ElementsAre("sh", "-x"));
  EXPECT_EQ(child.cwd, "/home/sh");
  EXPECT_EQ(child.container_id, std::string(64, 'b'));
  EXPECT_EQ(child.pid_namespace, 8U);
  EXPECT_EQ(child.namespace_pid, 3U);
}

TEST_F(ProcessTableTest, ForkOfAnUnknownParentIsKnownWithoutImage) {
  const Process& child = table_.on_fork(fork_of(shell_, child_));
  EXPECT_EQ(child.executable, "");
  EXPECT_EQ(child.parent, shell_);
  EXPECT_THAT(table_.ancestors(child), IsEmpty());
}

TEST_F(ProcessTableTest, ForkNeverInheritsFromAFormerOwnerOfTheParentsPid) {
  table_.on_exec(exec(shell_, init_, "sh"));
  const Process& child = table_.on_fork(fork_of({shell_.pid, 15}, child_));
  EXPECT_EQ(child.executable, "");
}

TEST_F(ProcessTableTest, LateForkChangesNothing) {
  table_.on_exec(exec(shell_, init_, "sh"));
  table_.on_exec(exec(child_, shell_, "cat"));
  EXPECT_EQ(table_.on_fork(fork_of(shell_, child_)).executable, "/bin/cat");
  EXPECT_EQ(table_.size(), 2U);
}

TEST_F(ProcessTableTest, ExecReplacesTheImageOnly) {
  ForkEvent fork = fork_of(shell_, child_);
  fork.pid_namespace = 8;
  fork.namespace_pid = 3;
  table_.on_exec(exec(shell_, init_, "sh"));
  table_.on_fork(fork);
  ExecEvent event = exec(child_, {}, "cat");
  event.uid = 0;
  const Process& child = table_.on_exec(event);
  EXPECT_EQ(child.executable, "/bin/cat");
  EXPECT_THAT(child.args, ElementsAre("cat", "-x"));
  EXPECT_EQ(child.cwd, "/home/cat");
  EXPECT_EQ(child.uid, 0U);
  EXPECT_EQ(child.parent, shell_);
  EXPECT_EQ(child.pid_namespace, 8U);
  EXPECT_EQ(child.namespace_pid, 3U);
  EXPECT_EQ(table_.find(shell_)->executable, "/bin/sh");
  EXPECT_EQ(table_.size(), 2U);
}

TEST_F(ProcessTableTest, ExitedIsKeptAWhile) {
  table_.on_exec(exec(shell_, init_, "sh"));
  exit(shell_, kSecond);
  ASSERT_NE(table_.find(shell_), nullptr);
  EXPECT_TRUE(table_.find(shell_)->exited);
  EXPECT_EQ(table_.find(shell_)->exit_ns, kSecond);
  pass(3 * kSecond);
  EXPECT_NE(table_.find(shell_), nullptr);
  pass(60 * kSecond);
  EXPECT_EQ(table_.find(shell_), nullptr);
  EXPECT_EQ(table_.find_pid(shell_.pid), nullptr);
  EXPECT_EQ(table_.evicted(), 0U);
}

TEST_F(ProcessTableTest, FirstExitCounts) {
  table_.on_exec(exec(shell_, init_, "sh"));
  exit(shell_, kSecond);
  exit(shell_, 2 * kSecond);
  EXPECT_EQ(table_.find(shell_)->exit_ns, kSecond);
}

TEST_F(ProcessTableTest, ExitedIsKeptWhileAChildLives) {
  table_.on_exec(exec(shell_, init_, "sh"));
  table_.on_fork(fork_of(shell_, child_));
  exit(shell_, kSecond);
  pass(60 * kSecond);
  ASSERT_NE(table_.find(shell_), nullptr);
  EXPECT_TRUE(table_.is_ancestor(shell_, *table_.find(child_)));
  exit(child_, 61 * kSecond);
  pass(120 * kSecond);
  EXPECT_EQ(table_.find(child_), nullptr);
  pass(180 * kSecond);
  EXPECT_EQ(table_.find(shell_), nullptr);
}

TEST_F(ProcessTableTest, ExitedIsKeptWhileAChildLivesThatWasKnownBefore) {
  table_.on_exec(exec(child_, shell_, "cat"));
  table_.on_exec(exec(shell_, init_, "sh"));
  exit(shell_, kSecond);
  pass(60 * kSecond);
  ASSERT_NE(table_.find(shell_), nullptr);
  EXPECT_TRUE(table_.is_ancestor(shell_, *table_.find(child_)));
}

TEST_F(ProcessTableTest, AChildKnownBeforeIsNotCountedForALaterOne) {
  ProcessId early{99, 5};
  table_.on_exec(exec(early, shell_, "early"));
  table_.on_exec(exec(shell_, init_, "sh"));
  table_.on_fork(fork_of(shell_, child_));
  exit(shell_, kSecond);
  exit(early, kSecond);
  pass(60 * kSecond);
  pass(120 * kSecond);
  EXPECT_NE(table_.find(shell_), nullptr);
  EXPECT_NE(table_.find(child_), nullptr);
}

TEST_F(ProcessTableTest, AncestorsNearestFirst) {
  table_.on_exec(exec(init_, {}, "init"));
  table_.on_exec(exec(shell_, init_, "sh"));
  const Process& child = table_.on_fork(fork_of(shell_, child_));
  EXPECT_THAT(pids(table_.ancestors(child)), ElementsAre(100, 1));
  EXPECT_THAT(pids(table_.ancestors(child, 1)), ElementsAre(100));
  EXPECT_THAT(table_.ancestors(child, 0), IsEmpty());
  EXPECT_TRUE(table_.is_ancestor(init_, child));
  EXPECT_FALSE(table_.is_ancestor(child_, child));
  EXPECT_FALSE(table_.is_ancestor(child_, *table_.find(shell_)));
  EXPECT_FALSE(table_.is_ancestor({100, 11}, child));
}

TEST_F(ProcessTableTest, AncestorsAreBounded) {
  for (uint32_t pid = 2; pid <= 200; ++pid) {
    table_.on_fork(fork_of({pid - 1, pid - 1}, {pid, pid}));
  }
  EXPECT_EQ(table_.ancestors(*table_.find_pid(200)).size(), 32U);
  EXPECT_EQ(table_.ancestors(*table_.find_pid(200), 500).size(), 198U);
}

TEST_F(ProcessTableTest, ParentsInACircleDoNotHang) {
  table_.on_exec(exec({1, 1}, {3, 3}, "a"));
  table_.on_exec(exec({2, 2}, {1, 1}, "b"));
  table_.on_exec(exec({3, 3}, {2, 2}, "c"));
  table_.on_exec(exec({4, 4}, {1, 1}, "d"));
  table_.on_exec(exec({5, 5}, {5, 5}, "own parent"));
  EXPECT_LE(table_.ancestors(*table_.find_pid(1)).size(), 32U);
  EXPECT_LE(table_.ancestors(*table_.find_pid(4)).size(), 32U);
  EXPECT_THAT(table_.ancestors(*table_.find_pid(5)), IsEmpty());
}

TEST_F(ProcessTableTest, FindsInNamespaces) {
  auto in = [&](const ProcessId& id, uint64_t pid_namespace, uint32_t pid) {
    ForkEvent fork = fork_of(init_, id);
    fork.pid_namespace = pid_namespace;
    fork.namespace_pid = pid;
    table_.on_fork(fork);
  };
  in({500, 1}, 7, 1);
  in({501, 1}, 7, 2);
  in({600, 1}, 8, 1);
  EXPECT_EQ(table_.find_in_namespace(7, 1)->id.pid, 500U);
  EXPECT_EQ(table_.find_in_namespace(7, 2)->id.pid, 501U);
  EXPECT_EQ(table_.find_in_namespace(8, 1)->id.pid, 600U);
  EXPECT_EQ(table_.find_in_namespace(8, 2), nullptr);
  exit({500, 1}, 5);
  in({700, 6}, 7, 1);
  EXPECT_EQ(table_.find_in_namespace(7, 1)->id.pid, 700U);
}

TEST(ProcessTableCapacityTest, EvictsTheOldestAndCounts) {
  ProcessTable table(3);
  for (uint32_t pid = 1; pid <= 5; ++pid) {
    table.on_exec(exec({pid, pid}, {}, "p"));
  }
  EXPECT_EQ(table.size(), 3U);
  EXPECT_EQ(table.capacity(), 3U);
  EXPECT_EQ(table.evicted(), 2U);
  EXPECT_EQ(table.find_pid(1), nullptr);
  EXPECT_EQ(table.find_pid(2), nullptr);
  EXPECT_NE(table.find_pid(3), nullptr);
  EXPECT_NE(table.find_pid(5), nullptr);
}

TEST(ProcessTableCapacityTest, EvictingTheDeadIsNoLoss) {
  ProcessTable table(2);
  table.on_exec(exec({1, 1}, {}, "p"));
  table.on_exit({.time_ns = 2, .process = {1, 1}});
  table.on_exec(exec({2, 2}, {}, "p"));
  table.on_exec(exec({3, 3}, {}, "p"));
  EXPECT_EQ(table.find_pid(1), nullptr);
  EXPECT_EQ(table.evicted(), 0U);
}

TEST(ProcessTableCapacityTest, OneForgottenAndKnownAgainIsYoung) {
  ProcessTable table(2);
  table.on_exec(exec({1, 1}, {}, "again"));
  table.on_exec(exec({2, 2}, {}, "p"));
  table.on_exit({.time_ns = 3, .process = {1, 1}});
  table.on_exit({.time_ns = 60 * kSecond, .process = {999, 1}});
  ASSERT_EQ(table.find_pid(1), nullptr);
  table.on_exec(exec({3, 3}, {}, "p"));
  EXPECT_EQ(table.on_exec(exec({1, 1}, {}, "again")).executable, "/bin/again");
  EXPECT_NE(table.find_pid(1), nullptr);
  EXPECT_EQ(table.find_pid(2), nullptr);
  EXPECT_EQ(table.size(), 2U);
}

TEST(ProcessTableCapacityTest, ManyShortLivedProcessesLeaveNothing) {
  ProcessTable table;
  for (uint32_t i = 1; i <= 50'000; ++i) {
    uint64_t now = uint64_t{i} * 10'000'000;
    ProcessId id{1000 + (i % 30'000), now};
    table.on_fork(fork_of({1, 1}, id));
    table.on_exec(exec(id, {1, 1}, "short"));
    table.on_exit({.time_ns = now + 1, .process = id});
    ASSERT_LE(table.size(), 4100U);
  }
  EXPECT_EQ(table.evicted(), 0U);
}

}  // namespace
}  // namespace vedette
