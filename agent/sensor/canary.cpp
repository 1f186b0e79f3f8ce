// SPDX-License-Identifier: Apache-2.0
#include "sensor/canary.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/openat2.h>
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

Path environ_of(pid_t pid) {
  Path path{};
  std::snprintf(path.data(), path.size(), "/proc/%d/environ", pid);
  return path;
}

void by_open(pid_t victim) {
#ifdef SYS_open
  ::syscall(SYS_open, environ_of(victim).data(), O_RDONLY);
#endif
}

void by_creat(pid_t victim) {
#ifdef SYS_creat
  ::syscall(SYS_creat, environ_of(victim).data(), 0);
#endif
}

void by_openat(pid_t victim) { ::syscall(SYS_openat, AT_FDCWD, environ_of(victim).data(), O_RDONLY); }

void by_openat2(pid_t victim) {
  open_how how{.flags = O_RDONLY, .mode = 0, .resolve = 0};
  ::syscall(SYS_openat2, AT_FDCWD, environ_of(victim).data(), &how, sizeof(how));
}

// The victim is a copy of this process: the same address is there, too.
void by_readv(pid_t victim) {
  char byte = 0;
  iovec local{&byte, 1};
  iovec remote{&byte, 1};
  ::process_vm_readv(victim, &local, 1, &remote, 1, 0);
}

void by_writev(pid_t victim) {
  static char byte = 0;
  iovec local{&byte, 1};
  iovec remote{&byte, 1};
  ::process_vm_writev(victim, &local, 1, &remote, 1, 0);
}

void by_ptrace(pid_t victim) { ::ptrace(PTRACE_SEIZE, victim, nullptr, nullptr); }

void by_pidfd(pid_t victim) {
  long pidfd = ::syscall(SYS_pidfd_open, victim, 0);
  ::syscall(SYS_pidfd_getfd, pidfd, 0, 0);
}

void by_socket(pid_t) { ::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP); }

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
void by_connect4(pid_t) {
  auto address = loopback4();
  std::ignore = ::connect(::socket(AF_INET, SOCK_DGRAM, 0), reinterpret_cast<sockaddr*>(&address), sizeof(address));
}

void by_connect6(pid_t) {
  auto address = loopback6();
  std::ignore = ::connect(::socket(AF_INET6, SOCK_DGRAM, 0), reinterpret_cast<sockaddr*>(&address), sizeof(address));
}

void by_udplite(pid_t) {
  auto address = loopback4();
  std::ignore =
      ::connect(::socket(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE), reinterpret_cast<sockaddr*>(&address), sizeof(address));
}

void by_sendmsg4(pid_t) {
  auto address = loopback4();
  ::sendto(::socket(AF_INET, SOCK_DGRAM, 0), "", 0, 0, reinterpret_cast<sockaddr*>(&address), sizeof(address));
}

void by_sendmsg6(pid_t) {
  auto address = loopback6();
  ::sendto(::socket(AF_INET6, SOCK_DGRAM, 0), "", 0, 0, reinterpret_cast<sockaddr*>(&address), sizeof(address));
}

void by_living(pid_t) {}

void by_exec(pid_t) {
  int null = ::open("/dev/null", O_RDWR);
  ::dup2(null, STDOUT_FILENO);
  ::dup2(null, STDERR_FILENO);
  for (const char* program : {"/bin/true", "/usr/bin/true", "/proc/self/exe"}) {
    ::execl(program, program, "--version", nullptr);
  }
}

struct Act {
  std::string_view program;
  void (*act)(pid_t victim);
};

constexpr std::array kActs = {
    Act{"process_fork", by_living},
    Act{"process_exit", by_living},
    Act{"process_exec", by_exec},
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

bool has(int family, int protocol) {
  int fd = ::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, protocol);
  if (fd >= 0) {
    ::close(fd);
  }
  return fd >= 0;
}

bool possible(std::string_view program) {
  if (program == "connect6" || program == "sendmsg6") {
    return has(AF_INET6, 0);
  }
  return program != "connect_exit" || has(AF_INET, IPPROTO_UDPLITE);
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
pid_t start_actor(const Act& act, pid_t victim, int release) {
  pid_t pid = ::fork();
  if (pid == 0) {
    ::close(release);
    ::signal(SIGTERM, SIG_DFL);
    act.act(victim);
    ::_exit(0);
  }
  return pid;
}

}  // namespace

Canary::Canary(const std::vector<std::string>& programs) {
  victim_ = start_victim(release_);
  for (const Act& act : kActs) {
    bool attached = std::ranges::find(programs, act.program) != programs.end();
    if (victim_ > 0 && attached && possible(act.program)) {
      acts_.push_back({act.program, start_actor(act, victim_, release_)});
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
  if (victim_ > 0) {
    ::waitpid(victim_, nullptr, 0);
  }
}

bool Canary::owns(pid_t pid) const {
  return pid == victim_ || std::ranges::any_of(acts_, [&](const CanaryAct& act) { return act.pid == pid; });
}

}  // namespace vedette::sensor
