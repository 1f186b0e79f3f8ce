// SPDX-License-Identifier: Apache-2.0
#include "process/procfs.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "event/redact.h"

namespace vedette {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr uint32_t kPid = 321;

std::string stat_line(const std::string& command, uint32_t parent, uint64_t start_ticks) {
  std::string line = std::to_string(kPid) + " (" + command + ") S " + std::to_string(parent);
  for (int field = 5; field <= 21; ++field) {
    line += " " + std::to_string(field);
  }
  return line + " " + std::to_string(start_ticks) + " 1000000 200\n";
}

std::string status_text(uint32_t thread_group) {
  return "Name:\tnode\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t" + std::to_string(thread_group) +
         "\nNgid:\t0\nPid:\t321\nPPid:\t300\nUid:\t1000\t1001\t1002\t1003\nGid:\t1\t1\t1\t1\n";
}

uint64_t nanoseconds(uint64_t ticks) { return ticks * 1'000'000'000 / static_cast<uint64_t>(::sysconf(_SC_CLK_TCK)); }

fs::path new_directory() {
  std::string pattern = (fs::temp_directory_path() / "vedette-proc-XXXXXX").string();
  return ::mkdtemp(pattern.data());
}

class ProcfsTest : public testing::Test {
 protected:
  ProcfsTest() {
    fs::create_directory(directory());
    write("cmdline", std::string("node\0server.js\0", 15));
    write("stat", stat_line("node", 300, 5000));
    write("status", status_text(kPid));
    write("cgroup", "0::/user.slice/session-1.scope\n");
    fs::create_symlink("/usr/bin/node", directory() / "exe");
    fs::create_symlink("/srv/app", directory() / "cwd");
  }
  ~ProcfsTest() override { fs::remove_all(root_); }

  [[nodiscard]] fs::path directory() const { return root_ / std::to_string(kPid); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(directory() / name, std::ios::binary) << text;
  }
  void remove(const std::string& name) const { fs::remove(directory() / name); }
  ExecEvent described() {
    ExecEvent event{.process = {kPid, 1}};
    EXPECT_TRUE(procfs_.describe(event));
    return event;
  }
  std::string cgroup_of(const std::string& text) {
    write("cgroup", text);
    return described().cgroup;
  }

  fs::path root_ = new_directory();
  Procfs procfs_{root_.string()};
};

TEST_F(ProcfsTest, Describes) {
  ExecEvent event{.time_ns = 9, .process = {kPid, 1}, .parent = {300, 2}, .uid = 5};
  ASSERT_TRUE(procfs_.describe(event));
  EXPECT_THAT(event.args, ElementsAre("node", "server.js"));
  EXPECT_EQ(event.executable, "/usr/bin/node");
  EXPECT_EQ(event.cwd, "/srv/app");
  EXPECT_EQ(event.cgroup, "session-1.scope");
  EXPECT_TRUE(event.from_procfs);
  EXPECT_EQ(event.time_ns, 9U);
  EXPECT_EQ(event.process, (ProcessId{kPid, 1}));
  EXPECT_EQ(event.parent, (ProcessId{300, 2}));
  EXPECT_EQ(event.uid, 5U);
}

TEST_F(ProcfsTest, RedactsArguments) {
  write("cmdline", std::string("npx\0--token\0hunter2\0", 20));
  EXPECT_THAT(described().args, ElementsAre("npx", "--token", kRedacted));
}

TEST_F(ProcfsTest, KeepsEmptyArgumentsButThoseAtTheEnd) {
  write("cmdline", std::string("a\0\0b\0\0\0", 7));
  EXPECT_THAT(described().args, ElementsAre("a", "", "b"));
  write("cmdline", std::string("\0\0\0", 3));
  EXPECT_THAT(described().args, IsEmpty());
}

TEST_F(ProcfsTest, ReadsNoMoreThanItCanHold) {
  write("cmdline", std::string(10 << 20, 'a'));
  EXPECT_LT(described().args.at(0).size(), 1U << 20);
}

TEST_F(ProcfsTest, LinksThatCannotBeReadAreEmpty) {
  remove("exe");
  remove("cwd");
  remove("cgroup");
  ExecEvent event = described();
  EXPECT_EQ(event.executable, "");
  EXPECT_EQ(event.cwd, "");
  EXPECT_EQ(event.cgroup, "");
  EXPECT_THAT(event.args, ElementsAre("node", "server.js"));
}

TEST_F(ProcfsTest, CgroupOfEitherVersion) {
  EXPECT_EQ(cgroup_of("0::/system.slice/docker-abc.scope\n"), "docker-abc.scope");
  EXPECT_EQ(cgroup_of("12:pids:/docker/abc\n1:name=systemd:/docker/abc\n0::/\n"), "abc");
  EXPECT_EQ(cgroup_of("4:memory:/other\n0::/system.slice/own.service\n"), "own.service");
  EXPECT_EQ(cgroup_of("0::/\n"), "");
  EXPECT_EQ(cgroup_of(""), "");
}

TEST_F(ProcfsTest, OneThatIsGoneIsNotDescribed) {
  ExecEvent event{.process = {kPid + 1, 1}};
  EXPECT_FALSE(procfs_.describe(event));
  EXPECT_EQ(procfs_.find(kPid + 1), std::nullopt);
  EXPECT_EQ(procfs_.thread_group(kPid + 1), 0U);
}

TEST_F(ProcfsTest, Finds) {
  auto event = procfs_.find(kPid);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->process, (ProcessId{kPid, nanoseconds(5000)}));
  EXPECT_EQ(event->parent.pid, 300U);
  EXPECT_EQ(event->uid, 1001U);
  EXPECT_EQ(event->executable, "/usr/bin/node");
  EXPECT_TRUE(event->from_procfs);
}

TEST_F(ProcfsTest, CommandsMayLookLikeFields) {
  write("stat", stat_line("a) R 1 (b", 300, 5000));
  auto event = procfs_.find(kPid);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->parent.pid, 300U);
  EXPECT_EQ(event->process.start_ns, nanoseconds(5000));
}

TEST_F(ProcfsTest, HalfAProcessIsGone) {
  for (const auto* name : {"stat", "status", "cmdline"}) {
    fs::path file = directory() / name;
    fs::rename(file, root_ / "aside");
    EXPECT_EQ(procfs_.find(kPid), std::nullopt) << name;
    fs::rename(root_ / "aside", file);
  }
  EXPECT_TRUE(procfs_.find(kPid));
}

TEST_F(ProcfsTest, StatCutAnywhereIsGone) {
  std::string whole = stat_line("node", 300, 5000);
  for (size_t size = 0; size <= whole.find(" 21 ") + 3; ++size) {
    write("stat", whole.substr(0, size));
    EXPECT_NO_THROW(EXPECT_EQ(procfs_.find(kPid), std::nullopt)) << size << " bytes";
  }
}

TEST_F(ProcfsTest, ThreadGroup) {
  write("status", status_text(300));
  EXPECT_EQ(procfs_.thread_group(kPid), 300U);
  write("status", "Name:\tTgid:\n");
  EXPECT_EQ(procfs_.thread_group(kPid), 0U);
}

TEST(ProcfsOfThisMachineTest, FindsThisProcess) {
  Procfs procfs;
  auto self = static_cast<uint32_t>(::getpid());
  auto event = procfs.find(self);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->process.pid, self);
  EXPECT_GT(event->process.start_ns, 0U);
  EXPECT_EQ(event->parent.pid, static_cast<uint32_t>(::getppid()));
  EXPECT_EQ(event->uid, ::geteuid());
  EXPECT_EQ(event->executable, fs::read_symlink("/proc/self/exe").string());
  EXPECT_EQ(procfs.thread_group(self), self);
}

}  // namespace
}  // namespace vedette
