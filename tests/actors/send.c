// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "actor.h"

static const char payload[] = "secret";

static void set_mapped(struct destination* to, const struct in_addr* v4, uint16_t port) {
  struct sockaddr_in6* v6 = (struct sockaddr_in6*)&to->address;
  v6->sin6_family = AF_INET6;
  v6->sin6_port = port;
  v6->sin6_addr.s6_addr[10] = 0xff;
  v6->sin6_addr.s6_addr[11] = 0xff;
  memcpy(&v6->sin6_addr.s6_addr[12], v4, sizeof(*v4));
  to->size = sizeof(*v6);
}

struct destination parse_destination(const char* address, const char* port, int mapped) {
  struct destination to = {0};
  struct sockaddr_in* v4 = (struct sockaddr_in*)&to.address;
  struct sockaddr_in6* v6 = (struct sockaddr_in6*)&to.address;
  struct in_addr parsed;
  uint16_t number = htons((uint16_t)atoi(port));
  if (inet_pton(AF_INET, address, &parsed) == 1 && mapped) {
    set_mapped(&to, &parsed, number);
  } else if (inet_pton(AF_INET, address, &parsed) == 1) {
    *v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = number, .sin_addr = parsed};
    to.size = sizeof(*v4);
  } else if (inet_pton(AF_INET6, address, &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = number;
    to.size = sizeof(*v6);
  } else {
    exit(usage("send WAY ADDRESS PORT: not an address"));
  }
  to.family = to.address.ss_family;
  return to;
}

static int connect_and_send(const struct destination* to, int type, int protocol) {
  int fd = socket(to->family, type | SOCK_CLOEXEC, protocol);
  if (fd == -1) {
    return -errno;
  }
  int result = checked(connect(fd, (const struct sockaddr*)&to->address, to->size));
  if (result == 0) {
    result = checked(send(fd, payload, sizeof(payload), MSG_NOSIGNAL));
  }
  close(fd);
  return result;
}

int send_tcp(const struct destination* to) { return connect_and_send(to, SOCK_STREAM, 0); }
static int send_mptcp(const struct destination* to) { return connect_and_send(to, SOCK_STREAM, IPPROTO_MPTCP); }
static int send_udp(const struct destination* to) { return connect_and_send(to, SOCK_DGRAM, 0); }
static int send_sctp(const struct destination* to) { return connect_and_send(to, SOCK_STREAM, IPPROTO_SCTP); }
static int send_udplite(const struct destination* to) { return connect_and_send(to, SOCK_DGRAM, IPPROTO_UDPLITE); }

static int send_unconnected(const struct destination* to, int type, int protocol, int flags) {
  int fd = socket(to->family, type | SOCK_CLOEXEC, protocol);
  if (fd == -1) {
    return -errno;
  }
  int result = checked(sendto(fd, payload, sizeof(payload), flags, (const struct sockaddr*)&to->address, to->size));
  close(fd);
  return result;
}

static int send_udp_sendto(const struct destination* to) { return send_unconnected(to, SOCK_DGRAM, 0, 0); }
static int send_udplite_sendto(const struct destination* to) {
  return send_unconnected(to, SOCK_DGRAM, IPPROTO_UDPLITE, 0);
}
static int send_fast_open(const struct destination* to) {
  return send_unconnected(to, SOCK_STREAM, 0, MSG_FASTOPEN | MSG_NOSIGNAL);
}

static const struct {
  const char* name;
  send_fn send;
} ways[] = {
    {"tcp", send_tcp},
    {"v4_mapped", send_tcp},
    {"mptcp", send_mptcp},
    {"sctp", send_sctp},
    {"fast_open", send_fast_open},
    {"udp_connect", send_udp},
    {"udp_sendto", send_udp_sendto},
    {"v4_mapped_sendto", send_udp_sendto},
    {"udplite_connect", send_udplite},
    {"udplite_sendto", send_udplite_sendto},
};

static send_fn find_way(const char* name) {
  for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
    if (strcmp(ways[i].name, name) == 0) {
      return ways[i].send;
    }
  }
  return find_odd_way(name);
}

int send_out(int argc, char** argv) {
  if (argc != 4) {
    return usage("send WAY ADDRESS PORT");
  }
  int apart = send_apart(argv[1], argv[2], argv[3]);
  if (apart != -1) {
    return apart;
  }
  send_fn way = find_way(argv[1]);
  if (!way) {
    return usage("send WAY ADDRESS PORT: no such way");
  }
  struct destination to = parse_destination(argv[2], argv[3], strncmp(argv[1], "v4_mapped", 9) == 0);
  report("send", argv[1], argv[2], way(&to));
  return 0;
}
