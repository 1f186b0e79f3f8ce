// SPDX-License-Identifier: Apache-2.0
#include "sensor/capabilities.h"

#include <array>

namespace vedette::sensor {
namespace {

constexpr Family kBoth = Family::kAuto;
constexpr Family kTracepoint = Family::kTracepoint;

const Probe kOpen{"open_exit", "tracepoint:syscalls:sys_exit_open", kTracepoint};
const Probe kCreat{"creat_exit", "tracepoint:syscalls:sys_exit_creat", kTracepoint};
const Probe kOpenat{"openat_exit", "tracepoint:syscalls:sys_exit_openat", kTracepoint};
const Probe kOpenat2{"openat2_exit", "tracepoint:syscalls:sys_exit_openat2", kTracepoint};
const Probe kIoUring{"io_uring_complete", "tp_btf:io_uring_complete", kTracepoint};
const Probe kReadv{"process_vm_readv_exit", "tracepoint:syscalls:sys_exit_process_vm_readv", kTracepoint};
const Probe kWritev{"process_vm_writev_exit", "tracepoint:syscalls:sys_exit_process_vm_writev", kTracepoint};
const Probe kPtrace{"ptrace_exit", "tracepoint:syscalls:sys_exit_ptrace", kTracepoint};
const Probe kGetfd{"pidfd_getfd_exit", "tracepoint:syscalls:sys_exit_pidfd_getfd", kTracepoint};
const Probe kSocket{"socket_exit", "tracepoint:syscalls:sys_exit_socket", kTracepoint};
const Probe kConnect{"connect_exit", "tracepoint:syscalls:sys_exit_connect", kTracepoint};
const Probe kExec{"process_exec", "tp_btf:sched_process_exec", kBoth};
const Probe kFork{"process_fork", "tp_btf:sched_process_fork", kBoth};
const Probe kExit{"process_exit", "tp_btf:sched_process_exit", kBoth};
const Probe kSignal{"signal_generate", "tp_btf:signal_generate", kBoth};
const Probe kRunning{"running_processes", "iter:task", kBoth};
const Probe kConnect4{"connect4", "cgroup:connect4", kBoth};
const Probe kConnect6{"connect6", "cgroup:connect6", kBoth};
const Probe kSendmsg4{"sendmsg4", "cgroup:sendmsg4", kBoth};
const Probe kSendmsg6{"sendmsg6", "cgroup:sendmsg6", kBoth};

const std::array kTable = {
    Part{"process", "exec", {kExec}, true},
    Part{"process", "fork", {kFork}, true},
    Part{"process", "exit", {kExit}, true},
    Part{"process", "running", {kRunning}, true},
    Part{"environ_read", "openat", {kOpenat}, false},
    Part{"environ_read", "open", {kOpen}, false},
    Part{"environ_read", "openat2", {kOpenat2}, false},
    Part{"environ_read", "creat", {kCreat}, false},
    Part{"environ_read", "io_uring", {kIoUring}, false},
    Part{"memory_read", "mem by openat", {kOpenat}, false},
    Part{"memory_read", "mem by open", {kOpen}, false},
    Part{"memory_read", "mem by openat2", {kOpenat2}, false},
    Part{"memory_read", "mem by io_uring", {kIoUring}, false},
    Part{"memory_read", "process_vm_readv", {kReadv}, false},
    Part{"memory_write", "mem by openat", {kOpenat}, false},
    Part{"memory_write", "mem by open", {kOpen}, false},
    Part{"memory_write", "mem by openat2", {kOpenat2}, false},
    Part{"memory_write", "mem by io_uring", {kIoUring}, false},
    Part{"memory_write", "process_vm_writev", {kWritev}, false},
    Part{"ptrace_attach", "attach, seize", {kPtrace}, false},
    Part{"ptrace_attach", "traced exec", {kExec}, false},
    Part{"fd_steal", "pidfd_getfd", {kGetfd}, false},
    Part{"core_dump", "exit", {kExit}, false},
    Part{"core_dump", "who sent the signal", {kSignal}, false},
    Part{"egress", "connect v4", {kConnect4}, false},
    Part{"egress", "connect v6", {kConnect6}, false},
    Part{"egress", "unconnected v4", {kSendmsg4}, false},
    Part{"egress", "unconnected v6", {kSendmsg6}, false},
    Part{"egress", "UDP-Lite connect", {kConnect}, false},
    Part{"raw_socket", "socket", {kSocket}, false},
    Part{"raw_socket", "io_uring", {kIoUring}, false},
};

struct Limit {
  std::string_view capability;
  std::string_view sentence;
};

constexpr std::string_view k32Bit =
    "32-bit system calls (int 0x80) pass by the system-call tracepoints and are not seen";

// Of the tracepoint family.
constexpr std::array kTracepointLimits = {
    Limit{"environ_read", "32-bit open: 32-bit system calls (int 0x80) pass by the system-call tracepoints"},
    Limit{"environ_read", "a descriptor that is passed on is reported for the process that opened it, not its reader"},
    Limit{"environ_read", "a refused open by io_uring, or by a path that does not end in environ, is not seen"},
    Limit{"memory_read", k32Bit},
    Limit{"memory_read", "reading by a tracer that was already attached is not seen"},
    Limit{"memory_write", k32Bit},
    Limit{"ptrace_attach", k32Bit},
    Limit{"fd_steal", k32Bit},
    Limit{"raw_socket", k32Bit},
    Limit{"egress", "a UDP-Lite socket connected by a 32-bit system call or by io_uring is not seen"},
};

// Of both.
constexpr std::array kLimits = {
    Limit{"egress", "vsock and SCTP, and sending on a socket connected by another process, are not seen"},
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

std::string_view name(Coverage coverage) {
  static constexpr std::array<std::string_view, 3> kNames = {"full", "partial", "none"};
  return kNames[static_cast<size_t>(coverage)];
}

}  // namespace vedette::sensor
