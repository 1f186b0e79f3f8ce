// SPDX-License-Identifier: Apache-2.0
#include "sensor/capabilities.h"

#include <sys/syscall.h>

#include <array>

namespace vedette::sensor {
namespace {

constexpr Family kBoth = Family::kAuto;
constexpr Family kTracepoint = Family::kTracepoint;
constexpr Family kTrampoline = Family::kTrampoline;

const Probe kExec{"process_exec", "tp_btf:sched_process_exec", kBoth, ""};
const Probe kFork{"process_fork", "tp_btf:sched_process_fork", kBoth, ""};
const Probe kExit{"process_exit", "tp_btf:sched_process_exit", kBoth, ""};
const Probe kSignal{"signal_generate", "tp_btf:signal_generate", kBoth, ""};
const Probe kRunning{"running_processes", "iter:task", kBoth, ""};
const Probe kConnect4{"connect4", "cgroup:connect4", kBoth, ""};
const Probe kConnect6{"connect6", "cgroup:connect6", kBoth, ""};
const Probe kSendmsg4{"sendmsg4", "cgroup:sendmsg4", kBoth, ""};
const Probe kSendmsg6{"sendmsg6", "cgroup:sendmsg6", kBoth, ""};

const Probe kEnvironOpen{"environ_opened", "fexit:environ_open", kTrampoline, "inode*, file*"};
const Probe kEnvironRead{"environ_used", "fentry:environ_read", kTrampoline, "file*, *, int, *"};
const Probe kMemOpen{"mem_opened", "fexit:mem_open", kTrampoline, "inode*, file*"};
const Probe kMemRead{"mem_read_used", "fentry:mem_read", kTrampoline, "file*, *, int, *"};
const Probe kMemWrite{"mem_write_used", "fentry:mem_write", kTrampoline, "file*, *, int, *"};
const Probe kMode{"refused_by_mode", "fexit:capable_wrt_inode_uidgid", kTrampoline, "*, inode*, int"};
const Probe kModeUnmapped{"refused_by_mode_unmapped", "fexit:capable_wrt_inode_uidgid", kTrampoline, "inode*, int"};
const Probe kMmAccess{"memory_accessed", "fexit:mm_access", kTrampoline, "task_struct*, int"};
const Probe kPtraceAttach{"ptrace_attached", "fexit:ptrace_attach", kTrampoline, "task_struct*, int, int, int"};
const Probe kPtraceUse{"ptrace_used", "fentry:ptrace_access_vm", kTrampoline, "task_struct*, int, *, int, int"};
const Probe kPtraceRequest{"ptrace_request", "fentry:ptrace_request", kTrampoline, "task_struct*, int, int, int"};
const Probe kPtraceRequest32{"ptrace_request_32", "fentry:compat_ptrace_request", kTrampoline,
                             "task_struct*, int, int, int"};
const Probe kTraceme{"ptrace_offered", "fexit:security_ptrace_traceme", kTrampoline, "task_struct*"};
const Probe kFdStolen{"fd_stolen", "fexit:pidfd_getfd", kTrampoline, "pid*, int"};
const Probe kReadvAsked{"readv_asked", "fexit:ptrace_may_access", kTrampoline, "task_struct*, int"};
const Probe kWritevAsked{"writev_asked", "fexit:ptrace_may_access", kTrampoline, "task_struct*, int"};
const Probe kGetfdAsked{"getfd_asked", "fexit:ptrace_may_access", kTrampoline, "task_struct*, int"};
const Probe kAttachChecked{"attach_checked", "fexit:security_ptrace_access_check", kTrampoline, "task_struct*, int"};
const Probe kListened{"listened", "fexit:inet_listen", kTrampoline, "socket*, int"};
const Probe kPerfEvent{"perf_event_allocated", "fexit:security_perf_event_alloc", kTrampoline, "perf_event*"};
const Probe kSockCreate{"socket_created", "fexit:__sock_create", kTrampoline, "*, int, int, int, *, int"};
const Probe kSocketCheck{"socket_checked", "fentry:security_socket_create", kTrampoline, "int, int, int, int"};
const Probe kConnectCheck{"connect_checked", "fentry:security_socket_connect", kTrampoline, "socket*, *, int"};

#ifdef SYS_open  // arm64 has neither
const Probe kOpen{"open_exit", "tracepoint:syscalls:sys_exit_open", kTracepoint, ""};
const Probe kCreat{"creat_exit", "tracepoint:syscalls:sys_exit_creat", kTracepoint, ""};
#endif
const Probe kOpenat{"openat_exit", "tracepoint:syscalls:sys_exit_openat", kTracepoint, ""};
const Probe kOpenat2{"openat2_exit", "tracepoint:syscalls:sys_exit_openat2", kTracepoint, ""};
const Probe kIoUring{"io_uring_complete", "tp_btf:io_uring_complete", kTracepoint, ""};
const Probe kReadv{"process_vm_readv_exit", "tracepoint:syscalls:sys_exit_process_vm_readv", kTracepoint, ""};
const Probe kWritev{"process_vm_writev_exit", "tracepoint:syscalls:sys_exit_process_vm_writev", kTracepoint, ""};
const Probe kPtrace{"ptrace_exit", "tracepoint:syscalls:sys_exit_ptrace", kTracepoint, ""};
const Probe kGetfd{"pidfd_getfd_exit", "tracepoint:syscalls:sys_exit_pidfd_getfd", kTracepoint, ""};
const Probe kListen{"listen_exit", "tracepoint:syscalls:sys_exit_listen", kTracepoint, ""};
const Probe kPerfEventOpen{"perf_event_open_exit", "tracepoint:syscalls:sys_exit_perf_event_open", kTracepoint, ""};
const Probe kSocket{"socket_exit", "tracepoint:syscalls:sys_exit_socket", kTracepoint, ""};
const Probe kConnect{"connect_exit", "tracepoint:syscalls:sys_exit_connect", kTracepoint, ""};

const std::array kTable = {
    Part{"process", "exec", {kExec}, true},
    Part{"process", "fork", {kFork}, true},
    Part{"process", "exit", {kExit}, true},
    Part{"process", "running", {kRunning}, true},
    Part{"environ_read", "openat", {kEnvironOpen, kOpenat}, false},
#ifdef SYS_open
    Part{"environ_read", "open", {kEnvironOpen, kOpen}, false},
#endif
    Part{"environ_read", "openat2", {kEnvironOpen, kOpenat2}, false},
#ifdef SYS_open
    Part{"environ_read", "creat", {kEnvironOpen, kCreat}, false},
#endif
    Part{"environ_read", "io_uring", {kEnvironOpen, kIoUring}, false},
    Part{"environ_read", "32-bit open", {kEnvironOpen}, false},
    Part{"environ_read", "openat refused", {kMode, kModeUnmapped, kOpenat}, false},
#ifdef SYS_open
    Part{"environ_read", "open refused", {kMode, kModeUnmapped, kOpen}, false},
#endif
    Part{"environ_read", "openat2 refused", {kMode, kModeUnmapped, kOpenat2}, false},
    Part{"environ_read", "passed descriptor", {kEnvironRead}, false},
    Part{"memory_read", "mem by openat", {kMemOpen, kOpenat}, false},
#ifdef SYS_open
    Part{"memory_read", "mem by open", {kMemOpen, kOpen}, false},
#endif
    Part{"memory_read", "mem by openat2", {kMemOpen, kOpenat2}, false},
    Part{"memory_read", "mem by io_uring", {kMemOpen, kIoUring}, false},
    Part{"memory_read", "openat refused", {kMode, kModeUnmapped, kOpenat}, false},
#ifdef SYS_open
    Part{"memory_read", "open refused", {kMode, kModeUnmapped, kOpen}, false},
#endif
    Part{"memory_read", "openat2 refused", {kMode, kModeUnmapped, kOpenat2}, false},
    Part{"memory_read", "mem passed on", {kMemRead}, false},
    Part{"memory_read", "process_vm_readv", {kMmAccess, kReadvAsked, kReadv}, false},
    Part{"memory_read", "perf event, uprobe", {kPerfEvent, kPerfEventOpen}, false},
    Part{"memory_write", "mem by openat", {kMemOpen, kOpenat}, false},
#ifdef SYS_open
    Part{"memory_write", "mem by open", {kMemOpen, kOpen}, false},
#endif
    Part{"memory_write", "mem by openat2", {kMemOpen, kOpenat2}, false},
    Part{"memory_write", "mem by io_uring", {kMemOpen, kIoUring}, false},
    Part{"memory_write", "mem passed on", {kMemWrite}, false},
    Part{"memory_write", "process_vm_writev", {kMmAccess, kWritevAsked, kWritev}, false},
    Part{"ptrace_attach", "attach, seize", {kPtraceAttach, kAttachChecked, kPtrace}, false},
    Part{"ptrace_attach", "traced exec", {kExec}, false},
    Part{"ptrace_attach", "traceme", {kTraceme}, false},
    Part{"ptrace_attach", "inherited tracer", {kPtraceUse, kPtraceRequest}, false},
    Part{"ptrace_attach", "inherited, 32-bit", {kPtraceUse, kPtraceRequest32}, false},
    Part{"fd_steal", "pidfd_getfd", {kFdStolen, kGetfdAsked, kGetfd}, false},
    Part{"core_dump", "exit", {kExit}, false},
    Part{"core_dump", "who sent the signal", {kSignal}, false},
    Part{"listen", "debugger by signal", {kListened, kListen}, false},
    Part{"listen", "who sent the signal", {kSignal}, false},
    Part{"signal", "to the monitor", {kSignal}, false},
    Part{"egress", "connect v4", {kConnect4}, false},
    Part{"egress", "connect v6", {kConnect6}, false},
    Part{"egress", "unconnected v4", {kSendmsg4}, false},
    Part{"egress", "unconnected v6", {kSendmsg6}, false},
    Part{"egress", "UDP-Lite, SCTP", {kConnectCheck, kConnect}, false},
    Part{"raw_socket", "socket", {kSockCreate, kSocketCheck, kSocket}, false},
    Part{"raw_socket", "io_uring", {kSockCreate, kSocketCheck, kIoUring}, false},
};

struct Limit {
  std::string_view capability;
  std::string_view sentence;
};

constexpr std::string_view k32Bit = "32-bit system calls pass by the system-call tracepoints and are not seen";

// Of the tracepoint family.
constexpr std::array kTracepointLimits = {
    Limit{"environ_read", "32-bit open: 32-bit system calls pass by the system-call tracepoints"},
    Limit{"environ_read", "a descriptor that is passed on is reported for the process that opened it, not its reader"},
    Limit{"environ_read", "a refused open by io_uring, or by a path that does not end in environ, is not seen"},
    Limit{"memory_read", k32Bit},
    Limit{"memory_write", k32Bit},
    Limit{"ptrace_attach", k32Bit},
    Limit{"fd_steal", k32Bit},
    Limit{"raw_socket", k32Bit},
    Limit{"listen", k32Bit},
    Limit{"egress", "a UDP-Lite or SCTP socket connected by a 32-bit system call or by io_uring is not seen"},
};

// Of both families.
constexpr std::array kLimits = {
    Limit{"memory_read", "uprobes and BPF programs set on all processes at once are not seen"},
    Limit{"signal",
          "signals the kernel sends by itself, as for a terminal's Ctrl-Z, are not seen; SIGKILL is told at the "
          "next start"},
    Limit{"egress", "vsock, and sending on a socket connected by another process, are not seen"},
};

}  // namespace

std::span<const Part> capability_table() { return kTable; }

std::vector<std::string_view> limits(std::string_view capability, Family family) {
  std::vector<std::string_view> result;
  auto add = [&](const auto& table) {
    for (const auto& limit : table) {
      if (limit.capability == capability) {
        result.push_back(limit.sentence);
      }
    }
  };
  if (family == Family::kTracepoint) {
    add(kTracepointLimits);
  }
  add(kLimits);
  return result;
}

std::string_view name(Family family) {
  static constexpr std::array<std::string_view, 3> kNames = {"auto", "trampoline", "tracepoint"};
  return kNames[static_cast<size_t>(family)];
}

std::string reason(const PartStatus& status) {
  std::string text;
  for (const RefusedProbe& probe : status.refused) {
    text += (text.empty() ? "" : "; ") + probe.hook + " " + probe.reason;
  }
  return text.empty() && status.probe.empty() ? "no probe of this family shows it" : text;
}

std::string_view name(Coverage coverage) {
  static constexpr std::array<std::string_view, 3> kNames = {"full", "partial", "none"};
  return kNames[static_cast<size_t>(coverage)];
}

}  // namespace vedette::sensor
