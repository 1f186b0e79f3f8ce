// SPDX-License-Identifier: Apache-2.0
#include "commands/self_process.h"

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>

namespace vedette::commands {
namespace {

// The C library spares the two it keeps for itself, which end the process as any other. We neither cancel threads nor
// change users, what it keeps them for.
void block_all() {
  uint64_t all = ~uint64_t{0};
  ::syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all, nullptr, sizeof(all));
}

}  // namespace

void harden_process() {
  rlimit none{.rlim_cur = 0, .rlim_max = 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
  ::umask(S_IRWXG | S_IRWXO);
  ::signal(SIGPIPE, SIG_IGN);
}

// glibc would have an arena for each thread. The threshold above which memory is mapped by itself, and unmapped when
// freed, would grow with what is freed; setting it stops that.
void limit_heap() {
  ::mallopt(M_ARENA_MAX, 2);
  ::mallopt(M_MMAP_THRESHOLD, 128 * 1024);
}

Result<Fd> take_signals() {
  sigset_t taken;
  ::sigemptyset(&taken);
  for (int signal : {SIGTERM, SIGINT, SIGHUP}) {
    ::sigaddset(&taken, signal);
  }
  block_all();
  Fd fd(::signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK));
  return fd ? Result<Fd>(std::move(fd)) : fail_errno("cannot watch for signals");
}

}  // namespace vedette::commands
