// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "actor.h"

static int read_once(const char* path) {
  char bytes[64];
  int fd = open(path, O_RDONLY);
  if (fd == -1) {
    return 0;
  }
  int done = read(fd, bytes, sizeof(bytes)) > 0;
  close(fd);
  return done;
}

int flood(int argc, char** argv) {
  char path[64];
  if (argc != 3) {
    return usage("flood N PID");
  }
  long times = atol(argv[1]);
  long done = 0;
  proc_path(path, sizeof(path), argv[2], "environ");
  int64_t begin = now_ns();
  for (long i = 0; i < times; i++) {
    done += read_once(path);
  }
  int64_t elapsed = now_ns() - begin;
  print_line(
      "{\"actor_pid\":%d,\"technique\":\"flood\",\"target\":\"%s\",\"ok\":%s,\"errno\":0,\"reads\":%ld,"
      "\"elapsed_ns\":%lld}",
      (int)getpid(), argv[2], done == times ? "true" : "false", done, (long long)elapsed);
  return 0;
}

// pace N PID MILLISECONDS: reads N times with pauses and prints when each began, of CLOCK_MONOTONIC.
int pace(int argc, char** argv) {
  char path[64];
  if (argc != 4) {
    return usage("pace N PID MILLISECONDS");
  }
  proc_path(path, sizeof(path), argv[2], "environ");
  for (long i = 0; i < atol(argv[1]); i++) {
    int64_t begin = now_ns();
    int done = read_once(path);
    print_line("{\"ok\":%s,\"begin_ns\":%lld}", done ? "true" : "false", (long long)begin);
    usleep((useconds_t)atoi(argv[3]) * 1000);
  }
  return 0;
}

int exec_once(void) {
  char* args[] = {(char*)actor_path(), "nothing", NULL};
  pid_t child = vfork();
  if (child == 0) {
    execv(args[0], args);
    _exit(127);
  }
  return child > 0 && wait_for(child) == 0;
}

int storm(int argc, char** argv) {
  if (argc != 2) {
    return usage("storm N");
  }
  long times = atol(argv[1]);
  long done = 0;
  int64_t begin = now_ns();
  for (long i = 0; i < times; i++) {
    done += exec_once();
  }
  int64_t elapsed = now_ns() - begin;
  print_line(
      "{\"actor_pid\":%d,\"technique\":\"storm\",\"target\":\"\",\"ok\":%s,\"errno\":0,\"processes\":%ld,"
      "\"elapsed_ns\":%lld}",
      (int)getpid(), done == times ? "true" : "false", done, (long long)elapsed);
  return 0;
}
