// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "actor.h"

struct ring {
  int fd;
  struct io_uring_params params;
  char* rings;  // both, as IORING_FEAT_SINGLE_MMAP (5.4) gives them
  struct io_uring_sqe* entries;
};

static int map_ring(struct ring* ring) {
  size_t sq = ring->params.sq_off.array + ring->params.sq_entries * sizeof(uint32_t);
  size_t cq = ring->params.cq_off.cqes + ring->params.cq_entries * sizeof(struct io_uring_cqe);
  int protection = PROT_READ | PROT_WRITE;
  ring->rings = mmap(NULL, sq > cq ? sq : cq, protection, MAP_SHARED, ring->fd, IORING_OFF_SQ_RING);
  ring->entries = mmap(NULL, ring->params.sq_entries * sizeof(struct io_uring_sqe), protection, MAP_SHARED, ring->fd,
                       IORING_OFF_SQES);
  return ring->rings == MAP_FAILED || ring->entries == MAP_FAILED ? -errno : 0;
}

static uint32_t* at(const struct ring* ring, uint32_t offset) { return (uint32_t*)(ring->rings + offset); }

static int submit(struct ring* ring, const struct io_uring_sqe* request) {
  uint32_t* tail = at(ring, ring->params.sq_off.tail);
  ring->entries[0] = *request;
  at(ring, ring->params.sq_off.array)[0] = 0;
  __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
  int result = checked(syscall(SYS_io_uring_enter, ring->fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0));
  if (result < 0) {
    return result;
  }
  return ((struct io_uring_cqe*)(ring->rings + ring->params.cq_off.cqes))->res;
}

static int run_one(const struct io_uring_sqe* request) {
  struct ring ring;
  memset(&ring, 0, sizeof(ring));
  ring.fd = checked(syscall(SYS_io_uring_setup, 1, &ring.params));
  if (ring.fd < 0) {
    return ring.fd;
  }
  int result = map_ring(&ring);
  result = result < 0 ? result : submit(&ring, request);
  close(ring.fd);
  return result;
}

int uring_openat(int dirfd, const char* path, int flags, int force_worker) {
  struct io_uring_sqe request = {.opcode = IORING_OP_OPENAT,
                                 .flags = force_worker ? IOSQE_ASYNC : 0,
                                 .fd = dirfd,
                                 .addr = (uintptr_t)path,
                                 .open_flags = (uint32_t)flags};
  return run_one(&request);
}

int uring_connect(int fd, const struct sockaddr* address, socklen_t size) {
  struct io_uring_sqe request = {.opcode = IORING_OP_CONNECT, .fd = fd, .addr = (uintptr_t)address, .off = size};
  return run_one(&request);
}

int uring_sendmsg(int fd, const struct msghdr* message) {
  struct io_uring_sqe request = {.opcode = IORING_OP_SENDMSG, .fd = fd, .addr = (uintptr_t)message, .len = 1};
  return run_one(&request);
}
