// SPDX-License-Identifier: Apache-2.0
// What the kernel said, as values. Times are nanoseconds of CLOCK_BOOTTIME; pids are those of the initial pid
// namespace. Strings are bytes as the kernel gave them, redacted (redact.h), not necessarily UTF-8.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vedette {

// A process for ever: pids are reused, (pid, start time of the thread group leader) is not.
struct ProcessId {
  uint32_t pid = 0;
  uint64_t start_ns = 0;  // 0: not known

  auto operator<=>(const ProcessId&) const = default;
};

struct ProcessIdHash {
  size_t operator()(const ProcessId& id) const noexcept {
    return std::hash<uint64_t>{}((id.start_ns * 0x9e3779b97f4a7c15U) ^ id.pid);
  }
};

enum class Behavior : uint8_t {
  kNone,
  kEnvironRead,
  kMemoryRead,
  kMemoryWrite,
  kPtraceAttach,
  kFdSteal,
  kCoreDump,
  kEgress,
  kRawSocket,
  kListen,
  kProcessStart,
  kProcessExit,
  kSignal,  // to the monitor
  kStateTamper,
  kConfigurationRemoved,
  kProbeDetached,
  kMonitorKilled,
};
inline constexpr int kBehaviorCount = 17;

// "environ_read", ...; "" for kNone.
std::string_view name(Behavior behavior);

enum class Outcome : uint8_t { kAllowed, kDenied, kBlocked };
std::string_view name(Outcome outcome);

struct ExecEvent {
  uint64_t time_ns = 0;
  ProcessId process;
  ProcessId parent;
  uint32_t uid = 0;
  uint64_t pid_namespace = 0;  // inode number, 0: not known
  uint32_t namespace_pid = 0;  // its pid in that namespace
  uint32_t exec_id = 0;        // which image of this process; see verdict_value in bpf/events.h
  std::vector<std::string> args;
  std::string executable;  // absolute; " (deleted)" at the end when it has no name any more
  std::string cwd;
  std::string cgroup;        // name of its cgroup directory
  bool from_procfs = false;  // was running before the monitor
  bool args_truncated = false;
  bool args_unreadable = false;
};

struct ForkEvent {
  uint64_t time_ns = 0;
  ProcessId process;
  ProcessId parent;
  uint32_t uid = 0;
  uint64_t pid_namespace = 0;
  uint32_t namespace_pid = 0;
  uint32_t exec_id = 0;
};

struct ExitEvent {
  uint64_t time_ns = 0;
  ProcessId process;
  uint32_t code = 0;  // as wait(2)
};

struct AccessEvent {
  uint64_t time_ns = 0;   // of the last
  uint64_t first_ns = 0;  // of the first
  Behavior behavior = Behavior::kNone;
  Outcome outcome = Outcome::kAllowed;
  int result = 0;  // 0 or negative errno
  ProcessId actor;
  uint32_t uid = 0;               // effective, of the actor at that moment
  ProcessId target;               // pid 0: not known
  uint32_t target_exec_id = 0;    // which image of it was reached; 0: not known
  bool target_by_number = false;  // target.pid is a pid or tid in the actor's pid namespace
  ProcessId opener;               // who opened the descriptor used; pid 0: the actor, or not known
  std::string target_path;        // not empty: the target is only named by this path, as the actor wrote it
  uint32_t detail = 0;            // ptrace request, signal (also of a core dump), port of a listen
  uint32_t count = 1;
};

struct NetworkEvent {
  uint64_t time_ns = 0;
  uint64_t first_ns = 0;
  Behavior behavior = Behavior::kEgress;
  Outcome outcome = Outcome::kAllowed;
  ProcessId actor;
  uint32_t uid = 0;
  std::string protocol;  // "tcp", "udp", "udplite", "mptcp", "icmp", "raw", "packet", "xdp", or "ip-N"
  std::string address;   // text form; v4-mapped v6 as v4; "" when there is none
  uint16_t port = 0;
  uint32_t count = 1;
};

struct LossEvent {
  uint64_t time_ns = 0;
  std::string stage;   // "kernel"
  std::string reason;  // "alert_ring_full", ...
  uint64_t count = 0;
  bool hides_alerts = false;  // an alert may be missing because of it
};

// Facts the pipeline needs and the kernel does not tell: host, clock offset, users, client configurations.
struct ContextEvent {
  uint64_t time_ns = 0;
  std::string json;
};

// What the monitor finds done to itself, without knowing by whom.
struct SelfEvent {
  uint64_t time_ns = 0;
  Behavior behavior = Behavior::kNone;  // kStateTamper and after
  ProcessId monitor;
  std::string object;  // the file, or the hook of the probe; of a killed monitor its pid
  uint32_t count = 1;
};

using Event =
    std::variant<ExecEvent, ForkEvent, ExitEvent, AccessEvent, NetworkEvent, LossEvent, ContextEvent, SelfEvent>;

uint64_t time_of(const Event& event);

}  // namespace vedette
