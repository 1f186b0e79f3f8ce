// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "actor.h"

// Returns its pid; output gives what it prints. Its input stays open as long as this process lives.
static pid_t start(char** program, int* output) {
  int in[2];
  int out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) {
    return -1;
  }
  pid_t server = fork();
  if (server == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    execv(program[0], program);
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  *output = out[0];
  return server;
}

static int read_file(const char* pid, const char* file) {
  char path[64];
  char bytes[64];
  int fd = open(proc_path(path, sizeof(path), pid, file), O_RDONLY | O_CLOEXEC);
  int result = fd == -1 ? -errno : checked(read(fd, bytes, sizeof(bytes)));
  close(fd);
  return result;
}

// client PROGRAM…: starts its server, reads that server's environment, stops it.
int client(int argc, char** argv) {
  char name[16];
  char line[256];
  int output = -1;
  if (argc < 2) {
    return usage("client PROGRAM…");
  }
  pid_t server = start(argv + 1, &output);
  if (read(output, line, sizeof(line)) <= 0) {
    return 1;
  }
  snprintf(name, sizeof(name), "%d", (int)server);
  int result = read_file(name, "environ");
  kill(server, SIGTERM);
  wait_for(server);
  report("client", "start_read_stop", name, result);
  return 0;
}
