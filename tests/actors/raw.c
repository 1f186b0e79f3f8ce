// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "actor.h"

int raw_socket(int argc, char** argv) {
  static const struct {
    const char* name;
    int family;
    int type;
    int protocol;
    int network_order;
  } ways[] = {
      {"packet", AF_PACKET, SOCK_RAW, ETH_P_ALL, 1},
      {"packet_cooked", AF_PACKET, SOCK_DGRAM, ETH_P_ALL, 1},
      {"raw4", AF_INET, SOCK_RAW, IPPROTO_RAW, 0},
      {"raw6", AF_INET6, SOCK_RAW, IPPROTO_RAW, 0},
      {"raw_icmp", AF_INET, SOCK_RAW, IPPROTO_ICMP, 0},
      {"ping", AF_INET, SOCK_DGRAM, IPPROTO_ICMP, 0},
      {"xdp", AF_XDP, SOCK_RAW, 0, 0},
  };
  for (size_t i = 0; argc == 2 && i < sizeof(ways) / sizeof(ways[0]); i++) {
    if (strcmp(ways[i].name, argv[1]) == 0) {
      int protocol = ways[i].network_order ? htons((uint16_t)ways[i].protocol) : ways[i].protocol;
      int fd = checked(socket(ways[i].family, ways[i].type, protocol));
      report("raw_socket", argv[1], "", fd);
      close(fd);
      return 0;
    }
  }
  return usage("raw_socket WAY");
}
