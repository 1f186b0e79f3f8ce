// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "actor.h"

static pid_t start(char** program, int* output) {
  int pipes[2];
  if (pipe(pipes) != 0) {
    return -1;
  }
  pid_t server = fork();
  if (server == 0) {
    dup2(pipes[1], STDOUT_FILENO);
    close(pipes[0]);
    execv(program[0], program);
    _exit(127);
  }
  close(pipes[1]);
  *output = pipes[0];
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
