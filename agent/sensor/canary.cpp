// SPDX-License-Identifier: Apache-2.0
#include "sensor/canary.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <tuple>

namespace vedette::sensor {
namespace {

using Path = std::array<char, 64>;

Path file_of(pid_t pid, const char* name) {
  Path path{};
  std::snprintf(path.data(), path.size(), "/proc/%d/%s", pid, name);
  return path;
}

Path environ_of(pid_t pid) { return file_of(pid, "environ"); }

void by_open([[maybe_unused]] const Stage& stage) {
#ifdef SYS_open
  ::syscall(SYS_open, environ_of(stage.victim).data(), O_RDONLY);
#endif
}

void by_creat([[maybe_unused]] const Stage& stage) {
#ifdef SYS_creat
  ::syscall(SYS_creat, environ_of(stage.victim).data(), 0);
#endif
}

void by_openat(const Stage& stage) { ::syscall(SYS_openat, AT_FDCWD, environ_of(stage.victim).data(), O_RDONLY); }

void by_openat2(const Stage& stage) {
  open_how how{.flags = O_RDONLY, .mode = 0, .resolve = 0};
  ::syscall(SYS_openat2, AT_FDCWD, environ_of(stage.victim).data(), &how, sizeof(how));
}

void by_mem(const Stage& stage) { std::ignore = ::open(file_of(stage.victim, "mem").data(), O_RDONLY | O_CLOEXEC); }

constexpr uid_t kNobody = 65534;

void by_refusal(const Stage& stage) {
  if (::setresuid(kNobody, kNobody, kNobody) == 0) {
    by_openat(stage);
  }
}

void by_given_environ(const Stage& stage) {
  char byte = 0;
  std::ignore = ::pread(stage.environ.get(), &byte, 1, 0);
}

// The victim is a copy of this process: the same address is there, too.
char shared_byte = 0;

void by_given_mem(const Stage& stage) {
  char byte = 0;
  std::ignore = ::pread(stage.mem.get(), &byte, 1, reinterpret_cast<off_t>(&shared_byte));
}

void by_writing_given_mem(const Stage& stage) {
  std::ignore = ::pwrite(stage.mem.get(), &shared_byte, 1, reinterpret_cast<off_t>(&shared_byte));
}

void by_readv(const Stage& stage) {
  char byte = 0;
  iovec local{&byte, 1};
  iovec remote{&shared_byte, 1};
  ::process_vm_readv(stage.victim, &local, 1, &remote, 1, 0);
}

void by_writev(const Stage& stage) {
  iovec local{&shared_byte, 1};
  ::process_vm_writev(stage.victim, &local, 1, &local, 1, 0);
}

pid_t start_sleeper() {
  pid_t pid = ::fork();
  if (pid == 0) {
    ::pause();
    ::_exit(0);
  }
  return pid;
}

void end(pid_t pid) {
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
}

// Of a process of its own, as a process has one tracer.
void by_ptrace(const Stage&) {
  pid_t pid = start_sleeper();
  ::ptrace(PTRACE_SEIZE, pid, nullptr, nullptr);
  end(pid);
}

void by_peeking(const Stage&) {
  pid_t pid = start_sleeper();
  if (::ptrace(PTRACE_ATTACH, pid, nullptr, nullptr) == 0) {
    ::waitpid(pid, nullptr, 0);
    ::ptrace(PTRACE_PEEKDATA, pid, &shared_byte, nullptr);
  }
  end(pid);
}

void by_traceme(const Stage&) {
  pid_t pid = ::fork();
  if (pid == 0) {
    ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    ::_exit(0);
  }
  ::waitpid(pid, nullptr, 0);
}

void by_pidfd(const Stage& stage) {
  long pidfd = ::syscall(SYS_pidfd_open, stage.victim, 0);
  ::syscall(SYS_pidfd_getfd, pidfd, 0, 0);
}

int open_perf_event(pid_t pid) {
  perf_event_attr attributes{};
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.size = sizeof(attributes);
  attributes.config = PERF_COUNT_SW_DUMMY;
  attributes.disabled = 1;
  return static_cast<int>(::syscall(SYS_perf_event_open, &attributes, pid, -1, -1, PERF_FLAG_FD_CLOEXEC));
}

void by_perf_event(const Stage& stage) { open_perf_event(stage.victim); }

// The child listens after a signal of its parent.
void by_debugger(const Stage&) {
  pid_t pid = ::fork();
  if (pid == 0) {
    ::signal(SIGUSR1, [](int) {
      std::ignore = ::listen(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), 1);
      ::_exit(0);
    });
    ::kill(::getppid(), SIGUSR2);
    while (true) {
      ::pause();
    }
  }
  int number = 0;
  sigset_t ready;
  ::sigemptyset(&ready);
  ::sigaddset(&ready, SIGUSR2);
  ::sigwait(&ready, &number);
  ::kill(pid, SIGUSR1);
  ::waitpid(pid, nullptr, 0);
}

// To the monitor, which as any process ignores it by default.
void by_signal(const Stage&) { ::kill(::getppid(), SIGWINCH); }

void by_socket(const Stage&) { ::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP); }

constexpr uint16_t kDiscard = 9;

sockaddr_in loopback4() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(kDiscard);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

sockaddr_in6 loopback6() {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(kDiscard);
  address.sin6_addr = in6addr_loopback;
  return address;
}

// Connecting a datagram socket sends nothing.
void by_connect4(const Stage&) {
  auto address = loopback4();
  std::ignore = ::connect(::socket(AF_INET, SOCK_DGRAM, 0), reinterpret_cast<sockaddr*>(&address), sizeof(address));
}

void by_connect6(const Stage&) {
  auto address = loopback6();
  std::ignore = ::connect(::socket(AF_INET6, SOCK_DGRAM, 0), reinterpret_cast<sockaddr*>(&address), sizeof(address));
}

void by_udplite(const Stage&) {
  auto address = loopback4();
  std::ignore =
      ::connect(::socket(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE), reinterpret_cast<sockaddr*>(&address), sizeof(address));
}

void by_sendmsg4(const Stage&) {
  auto address = loopback4();
  ::sendto(::socket(AF_INET, SOCK_DGRAM, 0), "", 0, 0, reinterpret_cast<sockaddr*>(&address), sizeof(address));
}

void by_sendmsg6(const Stage&) {
  auto address = loopback6();
  ::sendto(::socket(AF_INET6, SOCK_DGRAM, 0), "", 0, 0, reinterpret_cast<sockaddr*>(&address), sizeof(address));
}

void by_living(const Stage&) {}

void by_exec(const Stage&) {
  int null = ::open("/dev/null", O_RDWR);
  ::dup2(null, STDOUT_FILENO);
  ::dup2(null, STDERR_FILENO);
  for (const char* program : {"/bin/true", "/usr/bin/true", "/proc/self/exe"}) {
    ::execl(program, program, "--version", nullptr);
  }
}

struct Act {
  std::string_view program;
  void (*act)(const Stage& stage);
};

constexpr std::array kActs = {
    Act{"process_fork", by_living},
    Act{"process_exit", by_living},
    Act{"process_exec", by_exec},
    Act{"environ_opened", by_openat},
    Act{"environ_used", by_given_environ},
    Act{"mem_opened", by_mem},
    Act{"mem_read_used", by_given_mem},
    Act{"mem_write_used", by_writing_given_mem},
    Act{"refused_by_mode", by_refusal},
    Act{"refused_by_mode_unmapped", by_refusal},
    Act{"memory_accessed", by_readv},
    Act{"ptrace_attached", by_ptrace},
    Act{"ptrace_used", by_peeking},
    Act{"ptrace_request", by_peeking},
    Act{"ptrace_offered", by_traceme},
    Act{"fd_stolen", by_pidfd},
    Act{"readv_asked", by_readv},
    Act{"writev_asked", by_writev},
    Act{"getfd_asked", by_pidfd},
    Act{"attach_checked", by_ptrace},
    Act{"perf_event_allocated", by_perf_event},
    Act{"perf_event_open_exit", by_perf_event},
    Act{"signal_generate", by_signal},
    Act{"listened", by_debugger},
    Act{"listen_exit", by_debugger},
    Act{"socket_created", by_socket},
    Act{"socket_checked", by_socket},
    Act{"connect_checked", by_udplite},
    Act{"open_exit", by_open},
    Act{"creat_exit", by_creat},
    Act{"openat_exit", by_openat},
    Act{"openat2_exit", by_openat2},
    Act{"process_vm_readv_exit", by_readv},
    Act{"process_vm_writev_exit", by_writev},
    Act{"ptrace_exit", by_ptrace},
    Act{"pidfd_getfd_exit", by_pidfd},
    Act{"socket_exit", by_socket},
    Act{"connect4", by_connect4},
    Act{"sendmsg4", by_sendmsg4},
    Act{"connect6", by_connect6},
    Act{"sendmsg6", by_sendmsg6},
    Act{"connect_exit", by_udplite},
};

bool has(int family, int protocol) { return bool(Fd(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, protocol))); }

bool possible(std::string_view program) {
  if (program == "connect6" || program == "sendmsg6") {
    return has(AF_INET6, 0);
  }
  // systemd's RestrictSUIDSGID= makes as if there were no such call.
  if (program == "openat2_exit") {
    return ::syscall(SYS_openat2, -1, nullptr, nullptr, 0) == 0 || errno != ENOSYS;
  }
  // Debian's kernel.perf_event_paranoid of 3 refuses it to all without CAP_SYS_ADMIN.
  if (program.starts_with("perf_event")) {
    return bool(Fd(open_perf_event(0)));
  }
  bool udplite = program == "connect_exit" || program == "connect_checked";
  return !udplite || has(AF_INET, IPPROTO_UDPLITE);
}

pid_t start_victim(int& release) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
    return -1;
  }
  pid_t pid = ::fork();
  if (pid == 0) {
    ::close(pipe[1]);
    char byte = 0;
    [[maybe_unused]] ssize_t n = ::read(pipe[0], &byte, 1);
    ::_exit(0);
  }
  ::close(pipe[0]);
  release = pipe[1];
  return pid;
}

// The pipe's writing end must not live on in the actors, or the victim would never see it close.
pid_t start_actor(const Act& act, const Stage& stage, int release) {
  pid_t pid = ::fork();
  if (pid == 0) {
    ::close(release);
    ::signal(SIGTERM, SIG_DFL);
    sigset_t usual;
    ::sigemptyset(&usual);
    ::sigaddset(&usual, SIGUSR2);
    ::sigprocmask(SIG_SETMASK, &usual, nullptr);
    act.act(stage);
    ::_exit(0);
  }
  return pid;
}

}  // namespace

// What the monitor itself does is no event; what becomes of its descriptors is.
Canary::Canary(const std::vector<std::string>& programs) {
  stage_.victim = start_victim(release_);
  stage_.environ = Fd(::open(environ_of(stage_.victim).data(), O_RDONLY | O_CLOEXEC));
  stage_.mem = Fd(::open(file_of(stage_.victim, "mem").data(), O_RDWR | O_CLOEXEC));
  for (const Act& act : kActs) {
    bool attached = std::ranges::find(programs, act.program) != programs.end();
    if (stage_.victim > 0 && attached && possible(act.program)) {
      acts_.push_back({act.program, start_actor(act, stage_, release_)});
    }
  }
}

Canary::~Canary() {
  for (const CanaryAct& act : acts_) {
    ::waitpid(act.pid, nullptr, 0);
  }
  if (release_ >= 0) {
    ::close(release_);
  }
  if (stage_.victim > 0) {
    ::waitpid(stage_.victim, nullptr, 0);
  }
}

bool Canary::owns(pid_t pid) const {
  return pid == stage_.victim || std::ranges::any_of(acts_, [&](const CanaryAct& act) { return act.pid == pid; });
}

}  // namespace vedette::sensor
