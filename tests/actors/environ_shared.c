// SPDX-License-Identifier: Apache-2.0
// One process opens, another reads.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "actor.h"

void pass_fd(int socket, int fd) {
  char byte = 0;
  struct iovec data = {.iov_base = &byte, .iov_len = 1};
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE(sizeof(int))];
  } control = {0};
  struct msghdr message = {
      .msg_iov = &data, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof(control.room)};
  struct cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &fd, sizeof(int));
  if (sendmsg(socket, &message, 0) != 1) {
    _exit(1);
  }
}

int receive_fd(int socket) {
  char byte;
  struct iovec data = {.iov_base = &byte, .iov_len = 1};
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE(sizeof(int))];
  } control = {0};
  struct msghdr message = {
      .msg_iov = &data, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof(control.room)};
  int fd = -1;
  if (recvmsg(socket, &message, 0) != 1 || !CMSG_FIRSTHDR(&message)) {
    return -EBADF;
  }
  memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
  return fd;
}

// The child reads a descriptor that its parent opened.
int inherited_environ(const char* path, struct hands* hands) {
  char bytes[64];
  hands->opener = getpid();
  int fd = open(path, O_RDONLY);
  if (fd == -1) {
    return -errno;
  }
  hands->reader = fork();
  if (hands->reader == 0) {
    _exit(read(fd, bytes, sizeof(bytes)) > 0 ? 0 : 1);
  }
  return wait_for(hands->reader) == 0 ? 0 : -EIO;
}

// The child opens, the parent reads.
int passed_environ(const char* path, struct hands* hands) {
  char bytes[64];
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) {
    return -errno;
  }
  hands->reader = getpid();
  hands->opener = fork();
  if (hands->opener == 0) {
    pass_fd(pair[1], open(path, O_RDONLY));
    _exit(0);
  }
  int fd = receive_fd(pair[0]);
  wait_for(hands->opener);
  return fd < 0 ? fd : checked(read(fd, bytes, sizeof(bytes)));
}
