// SPDX-License-Identifier: Apache-2.0
#include "ways.h"

#include <sys/syscall.h>

#include <array>
#include <sstream>

namespace vedette::scenario {
namespace {

// arm64 has no such system calls.
#ifdef SYS_open
constexpr std::array kOldCalls = {"open", "creat"};
#else
constexpr std::array<const char*, 0> kOldCalls = {};
#endif

}  // namespace

std::string technique(const Way& way) {
  std::string text = way.command;
  text.erase(text.find(" PID"), 4);
  return text + (way.bits32 ? " (32-bit)" : "");
}

void PrintTo(const Way& way, std::ostream* out) { *out << way.command << (way.bits32 ? " (32-bit)" : ""); }

Arguments words_of(const Way& way, const ServerProcess& server) {
  Arguments words;
  std::istringstream text(way.command);
  for (std::string word; text >> word;) {
    words.push_back(word == "PID" ? server.pid_text() : word);
  }
  return words;
}

fs::path program_of(const Way& way) { return way.bits32 ? actor32_program() : actor_program(); }

std::vector<Way> environ_ways() {
  std::vector<Way> result;
  std::vector<std::string> ways(kOldCalls.begin(), kOldCalls.end());
  ways.insert(ways.end(), {"openat", "openat2", "symlink", "dirfd", "cwd", "bind_mount", "second_procfs", "task",
                           "root_link", "path_reopen", "io_uring", "io_uring_worker", "thread", "vanish"});
  for (const auto& way : ways) {
    std::string part = way.starts_with("io_uring") ? "io_uring" : "";
    result.push_back({"read_environ " + way + " PID", "environ_read", 0, false, "", part});
  }
  for (const char* way : {"openat", "openat2", "cwd", "task"}) {
    result.push_back({std::string("as 65534 read_environ ") + way + " PID", "environ_read", 65534});
  }
  for (const char* way : {"symlink", "io_uring"}) {
    result.push_back({std::string("as 65534 read_environ ") + way + " PID", "environ_read", 65534, false, "refused"});
  }
  return result;
}

std::vector<Way> memory_ways() {
  return {{"memory mem_read PID", "memory_read"},
          {"memory mem_task_read PID", "memory_read"},
          {"memory process_vm_readv PID", "memory_read"},
          {"memory mem_write PID", "memory_write"},
          {"memory process_vm_writev PID", "memory_write"},
          {"as 65534 memory mem_read PID", "memory_read", 65534},
          {"as 65534 memory process_vm_readv PID", "memory_read", 65534},
          {"as 65534 memory process_vm_writev PID", "memory_write", 65534}};
}

std::vector<Way> tracing_ways() {
  return {{"trace attach PID", "ptrace_attach"},
          {"trace seize PID", "ptrace_attach"},
          {"as 65534 trace attach PID", "ptrace_attach", 65534},
          {"as 65534 trace seize PID", "ptrace_attach", 65534},
          {"steal_fd PID 1", "fd_steal"},
          {"as 65534 steal_fd PID 1", "fd_steal", 65534}};
}

std::vector<Way> instrument_ways() { return {{"debugger PID", "listen"}, {"perf PID", "memory_read"}}; }

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

}  // namespace vedette::scenario
