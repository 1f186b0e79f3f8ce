// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "actor.h"

static int steal(pid_t pid, int fd) {
  int pidfd = checked(syscall(SYS_pidfd_open, pid, 0));
  return pidfd < 0 ? pidfd : checked(syscall(SYS_pidfd_getfd, pidfd, fd, 0));
}

int steal_fd(int argc, char** argv) {
  if (argc != 3) {
    return usage("steal_fd PID FD");
  }
  report("steal_fd", "pidfd_getfd", argv[1], steal(atoi(argv[1]), atoi(argv[2])));
  return 0;
}
