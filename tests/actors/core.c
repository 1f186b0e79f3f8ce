// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "actor.h"

static const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};

// Dumps its own core into the working directory.
int crash(int argc, char** argv) {
  (void)argv;
  if (argc != 1) {
    return usage("crash");
  }
  report("crash", "abort", "0", checked(setrlimit(RLIMIT_CORE, &unlimited)));
  signal(SIGABRT, SIG_DFL);
  abort();
}

static int raise_and_kill(pid_t pid, int signal_number) {
  int result = checked(prlimit(pid, RLIMIT_CORE, &unlimited, NULL));
  return result < 0 ? result : checked(kill(pid, signal_number));
}

int kill_core(int argc, char** argv) {
  if (argc != 3) {
    return usage("kill_core PID SIGNAL");
  }
  report("kill_core", argv[2], argv[1], raise_and_kill(atoi(argv[1]), atoi(argv[2])));
  return 0;
}

// Node.js opens its inspector at this signal.
int debugger(int argc, char** argv) {
  if (argc != 2) {
    return usage("debugger PID");
  }
  report("debugger", "usr1", argv[1], checked(kill(atoi(argv[1]), SIGUSR1)));
  return 0;
}
