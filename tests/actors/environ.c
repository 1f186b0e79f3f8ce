// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "actor.h"

static char directory[] = "/tmp/vedette-actor-XXXXXX";

static void make_directory(void) {
  if (!mkdtemp(directory)) {
    perror("mkdtemp");
    exit(1);
  }
}

// Mounts are made where no other process sees them; they go with this process.
static void make_private_directory(void) {
  make_directory();
  if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
    perror("unshare");
    exit(1);
  }
}

// arm64 has neither open nor creat.
#ifdef SYS_open
static int by_open(const char* pid) {
  char path[64];
  return checked(syscall(SYS_open, proc_path(path, sizeof(path), pid, "environ"), O_RDONLY));
}

static int by_creat(const char* pid) {
  char path[64];
  return checked(syscall(SYS_creat, proc_path(path, sizeof(path), pid, "environ"), 0400));
}
#endif

static int by_openat(const char* pid) {
  char path[64];
  return checked(syscall(SYS_openat, AT_FDCWD, proc_path(path, sizeof(path), pid, "environ"), O_RDONLY, 0));
}

static int by_openat2(const char* pid) {
  char path[64];
  struct open_how how = {.flags = O_RDONLY};
  return checked(syscall(SYS_openat2, AT_FDCWD, proc_path(path, sizeof(path), pid, "environ"), &how, sizeof(how)));
}

static int by_symlink(const char* pid) {
  char path[64];
  char link[64];
  make_directory();
  snprintf(link, sizeof(link), "%s/notes.txt", directory);
  if (symlink(proc_path(path, sizeof(path), pid, "environ"), link) != 0) {
    return -errno;
  }
  int fd = checked(open(link, O_RDONLY));
  unlink(link);
  rmdir(directory);
  return fd;
}

static int by_dirfd(const char* pid) {
  char path[64];
  int dirfd = open(proc_path(path, sizeof(path), pid, ""), O_RDONLY | O_DIRECTORY);
  return dirfd == -1 ? -errno : checked(openat(dirfd, "environ", O_RDONLY));
}

static int by_cwd(const char* pid) {
  char path[64];
  return chdir(proc_path(path, sizeof(path), pid, "")) != 0 ? -errno : checked(open("environ", O_RDONLY));
}

static int by_bind_mount(const char* pid) {
  char path[64];
  char name[64];
  make_private_directory();
  snprintf(name, sizeof(name), "%s/notes.txt", directory);
  close(open(name, O_CREAT | O_WRONLY, 0600));
  if (mount(proc_path(path, sizeof(path), pid, "environ"), name, NULL, MS_BIND, NULL) != 0) {
    return -errno;
  }
  int fd = checked(open(name, O_RDONLY));
  umount2(name, MNT_DETACH);
  unlink(name);
  rmdir(directory);
  return fd;
}

static int by_second_procfs(const char* pid) {
  char name[128];
  make_private_directory();
  if (mount("notes", directory, "proc", 0, NULL) != 0) {
    return -errno;
  }
  snprintf(name, sizeof(name), "%s/%s/environ", directory, pid);
  int fd = checked(open(name, O_RDONLY));
  umount2(directory, MNT_DETACH);
  rmdir(directory);
  return fd;
}

static int by_task(const char* pid) {
  char path[64];
  char file[48];
  snprintf(file, sizeof(file), "task/%s/environ", pid);
  return checked(open(proc_path(path, sizeof(path), pid, file), O_RDONLY));
}

static int by_root_link(const char* pid) {
  char path[128];
  snprintf(path, sizeof(path), "/proc/%s/root/proc/../proc/./%s//environ", pid, pid);
  return checked(open(path, O_RDONLY));
}

static int by_path_reopen(const char* pid) {
  char path[64];
  int fd = open(proc_path(path, sizeof(path), pid, "environ"), O_PATH);
  if (fd == -1) {
    return -errno;
  }
  snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
  return checked(open(path, O_RDONLY));
}

static int by_io_uring(const char* pid) {
  char path[64];
  return uring_openat(AT_FDCWD, proc_path(path, sizeof(path), pid, "environ"), O_RDONLY, 0);
}

static int by_io_uring_worker(const char* pid) {
  char path[64];
  return uring_openat(AT_FDCWD, proc_path(path, sizeof(path), pid, "environ"), O_RDONLY, 1);
}

static void* open_in_thread(void* pid) { return (void*)(long)by_openat(pid); }

static int by_thread(const char* pid) {
  pthread_t thread;
  void* fd = NULL;
  if (pthread_create(&thread, NULL, open_in_thread, (void*)pid) != 0) {
    return -EAGAIN;
  }
  pthread_join(thread, &fd);
  return (int)(long)fd;
}

static const struct {
  const char* name;
  int (*open)(const char* pid);  // a descriptor or a negative errno
} ways[] = {
#ifdef SYS_open
    {"open", by_open},
    {"creat", by_creat},
#endif
    {"openat", by_openat},
    {"openat2", by_openat2},
    {"symlink", by_symlink},
    {"dirfd", by_dirfd},
    {"cwd", by_cwd},
    {"bind_mount", by_bind_mount},
    {"second_procfs", by_second_procfs},
    {"task", by_task},
    {"root_link", by_root_link},
    {"path_reopen", by_path_reopen},
    {"io_uring", by_io_uring},
    {"io_uring_worker", by_io_uring_worker},
    {"thread", by_thread},
};

// Reads what it opened, so that "ok" means bytes of the environment were seen (creat: that it was opened).
static int read_some(int fd, int write_only) {
  char bytes[64];
  if (fd < 0) {
    return fd;
  }
  int result = write_only ? 0 : checked(read(fd, bytes, sizeof(bytes)));
  close(fd);
  return result;
}

static int read_through_other(const char* way, const char* pid, int (*through)(const char*, struct hands*)) {
  char path[64];
  struct hands hands = {0};
  int result = through(proc_path(path, sizeof(path), pid, "environ"), &hands);
  report_for(hands.reader, "read_environ", "reader", pid, result);
  report_for(hands.opener, "read_environ", way, pid, result);
  return 0;
}

// No more than needed between the open and the end of the process.
static int read_and_vanish(const char* pid) {
  report("read_environ", "vanish", pid, read_some(by_openat(pid), 0));
  _exit(0);
}

int read_environ(int argc, char** argv) {
  if (argc != 3) {
    return usage("read_environ WAY PID");
  }
  if (strcmp(argv[1], "inherited_fd") == 0) {
    return read_through_other(argv[1], argv[2], inherited_environ);
  }
  if (strcmp(argv[1], "passed_fd") == 0) {
    return read_through_other(argv[1], argv[2], passed_environ);
  }
  if (strcmp(argv[1], "vanish") == 0) {
    return read_and_vanish(argv[2]);
  }
  for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
    if (strcmp(ways[i].name, argv[1]) == 0) {
      report("read_environ", argv[1], argv[2], read_some(ways[i].open(argv[2]), strcmp(argv[1], "creat") == 0));
      return 0;
    }
  }
  return usage("read_environ WAY PID: no such way");
}
