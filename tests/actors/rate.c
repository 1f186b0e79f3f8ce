// SPDX-License-Identifier: Apache-2.0
// A steady load, as far as the machine can give it.
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "actor.h"

static volatile sig_atomic_t stopped;

static void stop(int number) {
  (void)number;
  stopped = 1;
}

static int listener = -1;
static struct sockaddr_in listening;

static void listen_on_loopback(void) {
  socklen_t size = sizeof(listening);
  listening.sin_family = AF_INET;
  listening.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(listener, (struct sockaddr*)&listening, sizeof(listening)) != 0 || listen(listener, 16) != 0 ||
      getsockname(listener, (struct sockaddr*)&listening, &size) != 0) {
    _exit(1);
  }
}

// Reset, not closed: a port in TIME_WAIT would be gone for a minute.
static int connect_once(const char* unused) {
  (void)unused;
  struct linger reset = {.l_onoff = 1, .l_linger = 0};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int done = connect(fd, (struct sockaddr*)&listening, sizeof(listening)) == 0;
  int accepted = done ? accept(listener, NULL, NULL) : -1;
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
  close(fd);
  close(accepted);
  return done;
}

static int fork_once(const char* unused) {
  (void)unused;
  pid_t child = vfork();
  if (child == 0) {
    _exit(0);
  }
  return child > 0 && wait_for(child) == 0;
}

static int start_program(const char* unused) {
  (void)unused;
  return exec_once();
}

static int read_once(const char* pid) {
  char path[64];
  char byte;
  int fd = open(proc_path(path, sizeof(path), pid, "environ"), O_RDONLY | O_CLOEXEC);
  int done = fd >= 0 && read(fd, &byte, 1) == 1;
  close(fd);
  return done;
}

static const struct {
  const char* name;
  int (*once)(const char* argument);
} kinds[] = {{"fork", fork_once}, {"exec", start_program}, {"connect", connect_once}, {"environ", read_once}};

// As often as is due; what was missed is made up for within the next tenth of a second or not at all.
static long keep_rate(int (*once)(const char*), const char* argument, long per_second) {
  int64_t interval = 1000000000LL / per_second;
  int64_t due = now_ns();
  long done = 0;
  while (!stopped) {
    int64_t now = now_ns();
    if (now < due) {
      usleep((useconds_t)((due - now) / 1000 + 1000));
      continue;
    }
    if (now - due > 100000000) {
      due = now;
    }
    due += interval;
    done += once(argument);
  }
  return done;
}

// rate fork|exec|connect|environ PER_SECOND [PID]: until SIGTERM; then it says how often it was done.
int rate(int argc, char** argv) {
  if (argc < 3 || atol(argv[2]) <= 0) {
    return usage("rate fork|exec|connect|environ PER_SECOND [PID]");
  }
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  signal(SIGTERM, stop);
  listen_on_loopback();
  for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
    if (strcmp(argv[1], kinds[i].name) == 0) {
      int64_t begin = now_ns();
      long done = keep_rate(kinds[i].once, argc > 3 ? argv[3] : "", atol(argv[2]));
      print_line("{\"done\":%ld,\"elapsed_ns\":%lld}", done, (long long)(now_ns() - begin));
      return 0;
    }
  }
  return usage("rate fork|exec|connect|environ PER_SECOND [PID]");
}
