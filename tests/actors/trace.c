// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actor.h"

static int attach(pid_t pid) {
  int result = checked(ptrace(PTRACE_ATTACH, pid, NULL, NULL));
  if (result == 0) {
    waitpid(pid, NULL, __WALL);
    ptrace(PTRACE_DETACH, pid, NULL, NULL);
  }
  return result;
}

static int seize(pid_t pid) {
  int result = checked(ptrace(PTRACE_SEIZE, pid, NULL, NULL));
  if (result == 0 && ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) == 0) {
    waitpid(pid, NULL, __WALL);
    ptrace(PTRACE_DETACH, pid, NULL, NULL);
  }
  return result;
}

static void wait_until_told(void) {
  char byte;
  while (read(STDIN_FILENO, &byte, 1) > 0) {
  }
}

static void keep_until_told(pid_t server) {
  wait_until_told();
  kill(server, SIGKILL);
}

// Takes hold at once, reads a word of the stack when stdin ends.
static int hold(pid_t pid) {
  long address = 0;
  if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) != 0) {
    return -errno;
  }
  print_line("{\"held\":%d}", (int)pid);
  wait_until_told();
  FILE* maps = NULL;
  char path[32];
  char line[256];
  snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
  maps = fopen(path, "r");
  if (maps && fgets(line, sizeof(line), maps)) {
    address = strtol(line, NULL, 16);
  }
  if (maps) {
    fclose(maps);
  }
  ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
  waitpid(pid, NULL, __WALL);
  errno = 0;
  ptrace(PTRACE_PEEKDATA, pid, (void*)address, NULL);
  return -errno;
}

// Starts PROGRAM with the launcher as its tracer, lets go after the exec, keeps it until stdin ends.
static int traceme(char** program) {
  char name[16];
  pid_t server = fork();
  if (server == 0) {
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    execv(program[0], program);
    _exit(127);
  }
  int status = 0;
  waitpid(server, &status, 0);
  int result = WIFSTOPPED(status) ? checked(ptrace(PTRACE_DETACH, server, NULL, NULL)) : -ECHILD;
  snprintf(name, sizeof(name), "%d", (int)server);
  report("trace", "traceme", name, result);
  keep_until_told(server);
  wait_for(server);
  return 0;
}

static void launch(char** program) {
  raise(SIGSTOP);
  pid_t server = fork();
  if (server == 0) {
    execv(program[0], program);
    _exit(127);
  }
  wait_for(server);
  _exit(0);
}

static pid_t await_exec(void) {
  int status = 0;
  for (;;) {
    pid_t pid = waitpid(-1, &status, __WALL);
    if (pid == -1 || status >> 8 == (SIGTRAP | (PTRACE_EVENT_EXEC << 8))) {
      return pid;
    }
    if (WIFSTOPPED(status)) {
      ptrace(PTRACE_CONT, pid, NULL, NULL);
    }
  }
}

// Traces a launcher's forks: the server is never attached to by a call of its own.
static int follow(char** program) {
  char name[16];
  pid_t launcher = fork();
  if (launcher == 0) {
    launch(program);
  }
  waitpid(launcher, NULL, WUNTRACED);
  if (ptrace(PTRACE_SEIZE, launcher, NULL, PTRACE_O_TRACEFORK | PTRACE_O_TRACEEXEC) != 0) {
    perror("seize");
    return 1;
  }
  kill(launcher, SIGCONT);
  pid_t server = await_exec();
  snprintf(name, sizeof(name), "%d", (int)server);
  report("trace", "follow", name, server > 0 ? checked(ptrace(PTRACE_DETACH, server, NULL, NULL)) : -ECHILD);
  keep_until_told(server);
  kill(launcher, SIGKILL);
  return 0;
}

int trace(int argc, char** argv) {
  if (argc < 3) {
    return usage("trace attach|seize|hold PID, trace traceme|follow PROGRAM…");
  }
  if (strcmp(argv[1], "traceme") == 0) {
    return traceme(argv + 2);
  }
  if (strcmp(argv[1], "follow") == 0) {
    return follow(argv + 2);
  }
  if (strcmp(argv[1], "hold") == 0) {
    report("trace", "hold", argv[2], hold(atoi(argv[2])));
    return 0;
  }
  int seizing = strcmp(argv[1], "seize") == 0;
  report("trace", argv[1], argv[2], seizing ? seize(atoi(argv[2])) : attach(atoi(argv[2])));
  return 0;
}

int perf(int argc, char** argv) {
  struct perf_event_attr attributes = {
      .type = PERF_TYPE_SOFTWARE, .size = sizeof(attributes), .config = PERF_COUNT_SW_CPU_CLOCK, .disabled = 1};
  if (argc != 2) {
    return usage("perf PID");
  }
  report("perf", "event", argv[1], checked(syscall(SYS_perf_event_open, &attributes, atoi(argv[1]), -1, -1, 0)));
  return 0;
}
