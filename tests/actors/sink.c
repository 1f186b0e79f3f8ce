// SPDX-License-Identifier: Apache-2.0
// Accepts and takes in what is sent to PORT over TCP, MPTCP, UDP, UDP-Lite and SCTP, as far as this kernel has them,
// IPv4 and IPv6, until stdin ends.
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "actor.h"

// -1, which poll() leaves out: this kernel has no such protocol.
static int listen_on(int type, int protocol, int port) {
  struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
  int yes = 1;
  int fd = socket(AF_INET6, type | SOCK_CLOEXEC, protocol);
  if (fd == -1 && errno == EPROTONOSUPPORT) {
    return -1;
  }
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  if (fd == -1 || bind(fd, (struct sockaddr*)&address, sizeof(address)) != 0 ||
      (type == SOCK_STREAM && listen(fd, 128) != 0)) {
    perror("sink");
    exit(1);
  }
  return fd;
}

// An MPTCP listener takes TCP, too.
static int listen_for_streams(int port) {
  int fd = listen_on(SOCK_STREAM, IPPROTO_MPTCP, port);
  return fd == -1 ? listen_on(SOCK_STREAM, 0, port) : fd;
}

static void take(int fd, int stream) {
  char bytes[2048];
  int from = stream ? accept(fd, NULL, NULL) : fd;
  struct timeval second = {.tv_sec = 1};
  setsockopt(from, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second));
  if (recv(from, bytes, sizeof(bytes), 0) < 0) {
    perror("recv");
  }
  if (stream) {
    close(from);
  }
}

int sink(int argc, char** argv) {
  if (argc != 2) {
    return usage("sink PORT");
  }
  int port = atoi(argv[1]);
  struct pollfd waits[] = {
      {.fd = STDIN_FILENO, .events = POLLIN},
      {.fd = listen_for_streams(port), .events = POLLIN},
      {.fd = listen_on(SOCK_DGRAM, 0, port), .events = POLLIN},
      {.fd = listen_on(SOCK_DGRAM, IPPROTO_UDPLITE, port), .events = POLLIN},
      {.fd = listen_on(SOCK_STREAM, IPPROTO_SCTP, port), .events = POLLIN},
  };
  print_line("{\"ready\":true,\"pid\":%d}", (int)getpid());
  while (poll(waits, 5, -1) > 0 && !waits[0].revents) {
    for (int i = 1; i < 5; i++) {
      if (waits[i].revents) {
        take(waits[i].fd, i == 1 || i == 4);
      }
    }
  }
  return 0;
}
