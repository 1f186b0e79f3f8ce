// SPDX-License-Identifier: Apache-2.0
// Stands in for a server. Prints {"ready":true,…}, then obeys lines on stdin until they end: "spawn PROGRAM…" runs a
// child and waits for it, any other line is an actor command that the server does itself.
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "actor.h"

#define MAX_WORDS 64

static int spawn(char** program) {
  pid_t child = fork();
  if (child == 0) {
    execv(program[0], program);
    _exit(127);
  }
  return wait_for(child);
}

static int split(char* line, char** words) {
  int count = 0;
  for (char* word = strtok(line, " \n"); word && count < MAX_WORDS - 1; word = strtok(NULL, " \n")) {
    words[count++] = word;
  }
  words[count] = NULL;
  return count;
}

static void obey(char* line) {
  char* words[MAX_WORDS];
  int count = split(line, words);
  if (count == 0) {
    return;
  }
  int status = strcmp(words[0], "spawn") == 0 ? spawn(words + 1) : run_command(count, words);
  print_line("{\"done\":true,\"status\":%d}", status);
}

// As Node.js opens its inspector.
static void open_debugger(int number) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  (void)number;
  if (bind(fd, (const struct sockaddr*)&address, sizeof(address)) == 0) {
    listen(fd, 1);
  }
}

int sleeper(int argc, char** argv) {
  char line[4096];
  signal(SIGUSR1, open_debugger);
  (void)argc;
  (void)argv;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  print_line("{\"ready\":true,\"pid\":%d}", (int)getpid());
  while (fgets(line, sizeof(line), stdin)) {
    obey(line);
  }
  return 0;
}
