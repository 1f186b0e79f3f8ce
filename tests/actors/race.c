// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "actor.h"

struct exec_time {
  pid_t pid;
  int64_t ns;
};

// All of the program's environment.
static char kMark[] = "RACED=1";

// An open while the exec is still going on gets the new memory, whose environment is there a moment later.
static ssize_t read_when_there(int fd, char* bytes, size_t size) {
  ssize_t result = 0;
  for (int64_t begin = now_ns(); result == 0 && now_ns() - begin < 1000000000;) {
    result = pread(fd, bytes, size, 0);
  }
  return result;
}

// "program": its environment was read; "launcher": that of the image before, which is the launcher's.
static const char* image_of(int fd) {
  char bytes[sizeof(kMark)];
  ssize_t size = fd == -1 ? -1 : read_when_there(fd, bytes, sizeof(bytes));
  if (size <= 0) {
    return "none";
  }
  return size == sizeof(bytes) && memcmp(bytes, kMark, sizeof(bytes)) == 0 ? "program" : "launcher";
}

struct racing_read {
  const char* image;
  int64_t ns;  // when its file was open
  int opens;
};

static struct racing_read read_once(const char* path) {
  int fd = open(path, O_RDONLY);
  struct racing_read result = {.ns = now_ns(), .opens = 1};
  result.image = image_of(fd);
  close(fd);
  return result;
}

// Again and again until the launcher's image has gone: the last is as early as can be.
static struct racing_read read_first(const char* path) {
  struct racing_read result = read_once(path);
  for (int64_t begin = result.ns; strcmp(result.image, "launcher") == 0 && result.ns - begin < 1000000000;) {
    int opens = result.opens;
    sched_yield();
    result = read_once(path);
    result.opens += opens;
  }
  return result;
}

static void read_each(int from) {
  struct exec_time started;
  char path[64];
  char name[16];
  while (read(from, &started, sizeof(started)) == sizeof(started)) {
    snprintf(name, sizeof(name), "%d", (int)started.pid);
    struct racing_read last = read_first(proc_path(path, sizeof(path), name, "environ"));
    kill(started.pid, SIGKILL);
    print_line("{\"actor_pid\":%d,\"target\":\"%s\",\"image\":\"%s\",\"delay_ns\":%lld,\"opens\":%d}", (int)getpid(),
               name, last.image, (long long)(last.ns - started.ns), last.opens);
  }
  _exit(0);
}

// vfork returns in the middle of the child's exec, just before its memory is the new.
static struct exec_time start_server(char** program, const int input[2], const int output[2], int after) {
  char line[256];
  pid_t server = vfork();
  if (server == 0) {
    dup2(input[0], STDIN_FILENO);
    dup2(output[1], STDOUT_FILENO);
    execve(program[0], program, (char*[]){kMark, NULL});
    _exit(127);
  }
  struct exec_time started = {.pid = server, .ns = now_ns()};
  if (after && read(output[0], line, sizeof(line)) <= 0) {
    _exit(1);
  }
  return started;
}

// race during|after N PROGRAM…: starts PROGRAM N times; a sibling reads each one's environment and ends it. during:
// reads while the exec goes on, until it gets the program's; after: when the program says its first word.
int race(int argc, char** argv) {
  int orders[2];
  int input[2];
  int output[2];
  if (argc < 4 || pipe2(orders, O_CLOEXEC) != 0 || pipe2(input, O_CLOEXEC) != 0 || pipe2(output, O_CLOEXEC) != 0) {
    return usage("race during|after N PROGRAM…");
  }
  pid_t reader = fork();
  if (reader == 0) {
    close(orders[1]);
    read_each(orders[0]);
  }
  int after = strcmp(argv[1], "after") == 0;
  for (int i = 0; i < atoi(argv[2]); i++) {
    struct exec_time started = start_server(argv + 3, input, output, after);
    if (write(orders[1], &started, sizeof(started)) != sizeof(started)) {
      return 1;
    }
    wait_for(started.pid);
  }
  close(orders[1]);
  return wait_for(reader);
}

// as_pid PID PROGRAM…: runs PROGRAM under a pid that was used before, until stdin ends.
int as_pid(int argc, char** argv) {
  if (argc < 3) {
    return usage("as_pid PID PROGRAM…");
  }
  pid_t wanted = atoi(argv[1]);
  struct clone_args how = {.exit_signal = SIGCHLD, .set_tid = (uintptr_t)&wanted, .set_tid_size = 1};
  pid_t pid = (pid_t)syscall(SYS_clone3, &how, sizeof(how));
  if (pid == 0) {
    execv(argv[2], argv + 2);
    _exit(127);
  }
  report("as_pid", "clone3", argv[1], checked(pid));
  return pid > 0 ? wait_for(pid) : 1;
}
