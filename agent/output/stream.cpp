// SPDX-License-Identifier: Apache-2.0
#include "output/stream.h"

#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>

namespace vedette::output {
namespace {

using std::chrono::milliseconds;

constexpr int kSendBuffer = 8 << 20;  // a datagram larger than the buffer is refused
constexpr int kAcknowledgementPollMilliseconds = 2;

int remaining(Deadline deadline) {
  auto left = std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<int64_t>(left.count(), 0));
}

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

// What connect(2) of a socket that does not block comes to.
Status finish_connect(int fd, const sockaddr* address, socklen_t size, Deadline deadline) {
  if (::connect(fd, address, size) == 0) {
    return {};
  }
  if (errno != EINPROGRESS) {
    return fail_errno("cannot connect");
  }
  if (auto ready = wait_for(fd, POLLOUT, deadline); !ready) {
    return ready;
  }
  int error = 0;
  socklen_t length = sizeof error;
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
  return error == 0 ? Status() : fail_errno("cannot connect", error);
}

class SocketStream final : public Stream {
 public:
  SocketStream(Fd fd, int type, bool acknowledged) : fd_(std::move(fd)), type_(type), acknowledged_(acknowledged) {}

  Status send(std::string_view bytes, Deadline deadline) override {
    too_large_ = false;
    do {
      ssize_t n = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n >= 0) {
        bytes.remove_prefix(static_cast<size_t>(n));
      } else if (!would_block(errno)) {
        too_large_ = errno == EMSGSIZE;
        return fail_errno("cannot send");
      } else if (auto ready = wait_for(fd_.get(), POLLOUT, deadline); !ready) {
        return ready;
      }
    } while (!bytes.empty());
    return {};
  }

  Status check() override {
    char said[4096];
    while (true) {
      ssize_t n = ::recv(fd_.get(), said, sizeof said, MSG_DONTWAIT);
      if (n == 0 && type_ == SOCK_STREAM) {
        return fail("the receiver closed the connection");
      }
      if (n < 0) {
        return would_block(errno) ? Status() : fail_errno("the connection is broken");
      }
    }
  }

  Status settle(Deadline deadline) override { return acknowledged_ ? all_acknowledged(fd_.get(), deadline) : Status(); }

  [[nodiscard]] bool keeps_boundaries() const override { return type_ == SOCK_DGRAM; }
  [[nodiscard]] bool too_large() const override { return too_large_; }

 private:
  Fd fd_;
  int type_;
  bool acknowledged_;  // the kernel knows what the peer has got
  bool too_large_ = false;
};

Result<Fd> unix_socket(int type) {
  Fd fd(::socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) {
    return fail_errno("cannot make a socket");
  }
  // Beyond net.core.wmem_max takes CAP_NET_ADMIN.
  if (::setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUFFORCE, &kSendBuffer, sizeof kSendBuffer) != 0) {
    ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer);
  }
  return fd;
}

Result<Fd> connected_to(const addrinfo& info, Deadline deadline) {
  Fd fd(::socket(info.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, info.ai_protocol));
  if (!fd) {
    return fail_errno("cannot make a socket");
  }
  int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  auto status = finish_connect(fd.get(), info.ai_addr, info.ai_addrlen, deadline);
  return status ? Result<Fd>(std::move(fd)) : fail(status.error());
}

}  // namespace

Status wait_for(int fd, short events, Deadline deadline) {
  pollfd wait{fd, events, 0};
  int ready = ::poll(&wait, 1, remaining(deadline));
  if (ready < 0 && errno != EINTR) {
    return fail_errno("cannot wait");
  }
  return ready != 0 ? Status() : fail("timed out");
}

// Of TCP, SIOCOUTQ is what the peer has not acknowledged (tcp(7)).
Status all_acknowledged(int fd, Deadline deadline) {
  int unacknowledged = 0;
  while (::ioctl(fd, SIOCOUTQ, &unacknowledged) == 0 && unacknowledged > 0) {
    if (remaining(deadline) == 0) {
      return fail("the receiver does not acknowledge");
    }
    pollfd hangup{fd, 0, 0};
    if (::poll(&hangup, 1, kAcknowledgementPollMilliseconds) > 0) {
      return fail("the connection is broken");
    }
  }
  return {};
}

Result<Fd> connected_tcp(const std::string& host, const std::string& port, Deadline deadline) {
  addrinfo hints{.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV, .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
  addrinfo* found = nullptr;
  if (int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0) {
    return fail("cannot look up " + host + ": " + ::gai_strerror(error));
  }
  std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  Result<Fd> fd = fail("no address of " + host + " is usable");
  for (const addrinfo* info = found; info != nullptr && !fd; info = info->ai_next) {
    fd = connected_to(*info, deadline);
  }
  return fd;
}

Result<std::unique_ptr<Stream>> connect_tcp(const std::string& host, const std::string& port, Deadline deadline) {
  auto fd = connected_tcp(host, port, deadline);
  if (!fd) {
    return fail(fd.error());
  }
  return std::make_unique<SocketStream>(std::move(*fd), SOCK_STREAM, true);
}

Result<std::unique_ptr<Stream>> connect_unix(const std::string& path) {
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  int error = EPROTOTYPE;  // it is a socket of another type
  for (int type : {SOCK_DGRAM, SOCK_STREAM}) {
    auto fd = unix_socket(type);
    if (!fd) {
      return fail(fd.error());
    }
    if (::connect(fd->get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
      return std::make_unique<SocketStream>(std::move(*fd), type, false);
    }
    error = errno;
    if (error != EPROTOTYPE) {
      break;
    }
  }
  return fail_errno("cannot connect", error);
}

}  // namespace vedette::output
