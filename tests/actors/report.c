// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "actor.h"

// One write a line, so lines of several processes never mix.
void print_line(const char* format, ...) {
  char line[1024];
  va_list args;
  va_start(args, format);
  int size = vsnprintf(line, sizeof(line) - 1, format, args);
  va_end(args);
  if (size < 0 || (size_t)size >= sizeof(line) - 1) {
    abort();
  }
  line[size++] = '\n';
  if (write(STDOUT_FILENO, line, (size_t)size) != size) {
    _exit(1);
  }
}

void report_for(pid_t pid, const char* technique, const char* way, const char* target, int result) {
  print_line("{\"actor_pid\":%d,\"technique\":\"%s/%s\",\"target\":\"%s\",\"ok\":%s,\"errno\":%d,\"error\":\"%s\"}",
             (int)pid, technique, way, target, result < 0 ? "false" : "true", result < 0 ? -result : 0,
             result < 0 ? strerror(-result) : "");
}

void report(const char* technique, const char* way, const char* target, int result) {
  report_for(getpid(), technique, way, target, result);
}

int usage(const char* text) {
  fprintf(stderr, "usage: actor %s\n", text);
  return 2;
}

int checked(long x) { return x == -1 ? -errno : (int)x; }

int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) == -1 && errno == EINTR) {
  }
  return status;
}

const char* proc_path(char* buffer, size_t size, const char* pid, const char* file) {
  if (strcmp(pid, "0") == 0) {
    snprintf(buffer, size, "/proc/self/%s", file);
  } else {
    snprintf(buffer, size, "/proc/%s/%s", pid, file);
  }
  return buffer;
}

int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}
