// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actor.h"

static void* send_in_thread(void* to) { return (void*)(long)send_tcp(to); }

static int by_thread(const char* address, const char* port) {
  pthread_t thread;
  void* result = NULL;
  struct destination to = parse_destination(address, port, 0);
  if (pthread_create(&thread, NULL, send_in_thread, &to) != 0) {
    return 1;
  }
  pthread_join(thread, &result);
  report("send", "thread", address, (int)(long)result);
  return 0;
}

static void send_and_leave(const char* way, const char* address, const char* port) {
  struct destination to = parse_destination(address, port, 0);
  report("send", way, address, send_tcp(&to));
  _exit(0);
}

static int by_child(const char* address, const char* port) {
  pid_t child = fork();
  if (child == 0) {
    send_and_leave("child", address, port);
  }
  wait_for(child);
  return 0;
}

// Returns before the grandchild, which is nobody's child any more when it sends.
static int by_daemon(const char* address, const char* port) {
  pid_t child = fork();
  if (child == 0) {
    pid_t middle = getpid();
    setsid();
    if (fork() == 0) {
      while (getppid() == middle) {
        usleep(1000);
      }
      send_and_leave("daemon", address, port);
    }
    _exit(0);
  }
  wait_for(child);
  return 0;
}

static int copy_of_self(void) {
  struct stat info;
  int from = open(actor_path(), O_RDONLY | O_CLOEXEC);
  int copy = memfd_create("notes", MFD_CLOEXEC);
  if (from == -1 || copy == -1 || fstat(from, &info) != 0) {
    return -1;
  }
  while (info.st_size > 0) {
    ssize_t copied = sendfile(copy, from, NULL, (size_t)info.st_size);
    if (copied <= 0) {
      return -1;
    }
    info.st_size -= copied;
  }
  return copy;
}

// A program without a file: the child's executable is a memfd.
static int by_memfd(const char* address, const char* port) {
  char* args[] = {"notes", "send", "tcp", (char*)address, (char*)port, NULL};
  pid_t child = fork();
  if (child == 0) {
    fexecve(copy_of_self(), args, environ);
    _exit(127);
  }
  return wait_for(child) == 0 ? 0 : 1;
}

int send_apart(const char* way, const char* address, const char* port) {
  static const struct {
    const char* name;
    int (*run)(const char* address, const char* port);
  } ways[] = {{"thread", by_thread}, {"child", by_child}, {"daemon", by_daemon}, {"memfd", by_memfd}};
  for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
    if (strcmp(ways[i].name, way) == 0) {
      return ways[i].run(address, port);
    }
  }
  return -1;
}
