// SPDX-License-Identifier: Apache-2.0
// Actors do one thing to another process or to the network and print one JSON line that says what really happened:
// {"actor_pid":1,"technique":"read_environ/open","target":"2","ok":true,"errno":0}. A way that acts through another
// process (a child, a daemon) reports the pid of the one that acted.
#ifndef VEDETTE_ACTOR_H
#define VEDETTE_ACTOR_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

// argv[0] is the name of the command. Returns the exit status: 0 acted and reported, 2 wrong usage.
typedef int (*command_fn)(int argc, char** argv);

int run_command(int argc, char** argv);
const char* actor_path(void);  // of this program

int read_environ(int argc, char** argv);
int memory(int argc, char** argv);
int trace(int argc, char** argv);
int steal_fd(int argc, char** argv);
int crash(int argc, char** argv);
int kill_core(int argc, char** argv);
int debugger(int argc, char** argv);
int perf(int argc, char** argv);
int send_out(int argc, char** argv);
int raw_socket(int argc, char** argv);
int flood(int argc, char** argv);
int pace(int argc, char** argv);
int storm(int argc, char** argv);
int rate(int argc, char** argv);
int sleeper(int argc, char** argv);
int race(int argc, char** argv);
int as_pid(int argc, char** argv);
int client(int argc, char** argv);
int sink(int argc, char** argv);

// result is 0 or a negative errno. pid: who acted.
void report(const char* technique, const char* way, const char* target, int result);
void report_for(pid_t pid, const char* technique, const char* way, const char* target, int result);
void print_line(const char* format, ...) __attribute__((format(printf, 1, 2)));
int usage(const char* text);

int64_t now_ns(void);  // CLOCK_MONOTONIC
// Starts a program that does nothing and waits for it. 0: it did not work.
int exec_once(void);

// x, or the negative errno when x is -1.
int checked(long x);
int wait_for(pid_t pid);
void pass_fd(int socket, int fd);
int receive_fd(int socket);

// pid 0 means the caller itself. Returns buffer.
const char* proc_path(char* buffer, size_t size, const char* pid, const char* file);

// Ways through an already open procfs descriptor.
struct hands {
  pid_t opener;
  pid_t reader;
};
int inherited_environ(const char* path, struct hands* hands);
int passed_environ(const char* path, struct hands* hands);

struct destination {
  struct sockaddr_storage address;
  socklen_t size;
  int family;
};
// mapped: an IPv4 address becomes ::ffff:a.b.c.d. Exits with usage on a text that is no address.
struct destination parse_destination(const char* address, const char* port, int mapped);

typedef int (*send_fn)(const struct destination* to);
int send_tcp(const struct destination* to);
// NULL when there is no such way.
send_fn find_odd_way(const char* way);

// Ways that make another process or thread send. Returns -1 when there is no such way, else an exit status.
int send_apart(const char* way, const char* address, const char* port);

// One request on a ring of its own; the result of its completion.
int uring_openat(int dirfd, const char* path, int flags, int force_worker);
int uring_connect(int fd, const struct sockaddr* address, socklen_t size);
int uring_sendmsg(int fd, const struct msghdr* message);

#endif
