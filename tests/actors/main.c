// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "actor.h"

static char own_path[4096];

const char* actor_path(void) { return own_path; }

// as UID COMMAND…: without the rights of root.
static int as_user(int argc, char** argv) {
  if (argc < 3) {
    return usage("as UID COMMAND…");
  }
  unsigned id = (unsigned)strtoul(argv[1], NULL, 10);
  if (setgroups(0, NULL) != 0 || setgid(id) != 0 || setuid(id) != 0) {
    perror("setuid");
    return 1;
  }
  return run_command(argc - 2, argv + 2);
}

static int nothing(int argc, char** argv) {
  (void)argc;
  (void)argv;
  return 0;
}

static const struct {
  const char* name;
  command_fn run;
} commands[] = {
    {"read_environ", read_environ},
    {"memory", memory},
    {"trace", trace},
    {"steal_fd", steal_fd},
    {"crash", crash},
    {"kill_core", kill_core},
    {"debugger", debugger},
    {"perf", perf},
    {"send", send_out},
    {"raw_socket", raw_socket},
    {"flood", flood},
    {"pace", pace},
    {"storm", storm},
    {"rate", rate},
    {"sleeper", sleeper},
    {"client", client},
    {"sink", sink},
    {"as", as_user},
    {"nothing", nothing},
    {"race", race},
    {"as_pid", as_pid},
};

static command_fn find_command(const char* name) {
  for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
    if (strcmp(commands[i].name, name) == 0) {
      return commands[i].run;
    }
  }
  return NULL;
}

// COMMAND… [, COMMAND…]: one after the other in this process.
int run_command(int argc, char** argv) {
  int status = 0;
  while (argc > 0 && status == 0) {
    int size = 0;
    while (size < argc && strcmp(argv[size], ",") != 0) {
      size++;
    }
    command_fn run = size > 0 ? find_command(argv[0]) : NULL;
    if (!run) {
      return usage("COMMAND…, see main.c");
    }
    char* separator = argv[size];
    argv[size] = NULL;
    status = run(size, argv);
    argv[size] = separator;
    int step = size < argc ? size + 1 : size;
    argc -= step;
    argv += step;
  }
  return status;
}

int main(int argc, char** argv) {
  if (argc < 2) {
    return usage("COMMAND…");
  }
  if (readlink("/proc/self/exe", own_path, sizeof(own_path) - 1) == -1) {
    perror("/proc/self/exe");
    return 1;
  }
  return run_command(argc - 1, argv + 1);
}
