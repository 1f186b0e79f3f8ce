// SPDX-License-Identifier: Apache-2.0
// Other calls that send.
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "actor.h"

static char payload[] = "secret";

static struct msghdr message_to(const struct destination* to, struct iovec* data) {
  *data = (struct iovec){.iov_base = payload, .iov_len = sizeof(payload)};
  struct msghdr message = {.msg_iov = data, .msg_iovlen = 1};
  message.msg_name = (void*)&to->address;
  message.msg_namelen = to->size;
  return message;
}

static int udp_sendmsg(const struct destination* to) {
  struct iovec data;
  struct msghdr message = message_to(to, &data);
  int fd = socket(to->family, SOCK_DGRAM, 0);
  return fd == -1 ? -errno : checked(sendmsg(fd, &message, 0));
}

static int udp_sendmmsg(const struct destination* to) {
  struct iovec data;
  struct mmsghdr messages[2] = {{.msg_hdr = message_to(to, &data)}, {.msg_hdr = message_to(to, &data)}};
  int fd = socket(to->family, SOCK_DGRAM, 0);
  return fd == -1 ? -errno : checked(sendmmsg(fd, messages, 2, 0));
}

static int uring_sendmsg_way(const struct destination* to) {
  struct iovec data;
  struct msghdr message = message_to(to, &data);
  int fd = socket(to->family, SOCK_DGRAM, 0);
  return fd == -1 ? -errno : uring_sendmsg(fd, &message);
}

static int uring_connect_way(const struct destination* to) {
  int fd = socket(to->family, SOCK_STREAM, 0);
  return fd == -1 ? -errno : uring_connect(fd, (const struct sockaddr*)&to->address, to->size);
}

// The parent connects, the child sends.
static int inherited_socket(const struct destination* to) {
  int fd = socket(to->family, SOCK_STREAM, 0);
  if (fd == -1 || connect(fd, (const struct sockaddr*)&to->address, to->size) != 0) {
    return -errno;
  }
  pid_t child = fork();
  if (child == 0) {
    _exit(send(fd, payload, sizeof(payload), MSG_NOSIGNAL) == sizeof(payload) ? 0 : 1);
  }
  return wait_for(child) == 0 ? 0 : -EIO;
}

static const struct {
  const char* name;
  send_fn send;
} ways[] = {
    {"udp_sendmsg", udp_sendmsg},
    {"udp_sendmmsg", udp_sendmmsg},
    {"io_uring_sendmsg", uring_sendmsg_way},
    {"io_uring_connect", uring_connect_way},
    {"inherited_socket", inherited_socket},
};

send_fn find_odd_way(const char* way) {
  for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
    if (strcmp(ways[i].name, way) == 0) {
      return ways[i].send;
    }
  }
  return NULL;
}
