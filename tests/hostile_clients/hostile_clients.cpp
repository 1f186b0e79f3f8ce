// SPDX-License-Identifier: Apache-2.0
#include "hostile_clients.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace vedette::testing_tools {
namespace {

constexpr int kPauseMilliseconds = 20;
const std::string kRequest = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string kGarbageBytes = std::string("\x16\x03\x01\0\xff\r\n\r\n", 9) + std::string(1 << 16, '\xfe');

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void shrink_receive_buffer(int fd) {
  int least = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof(least));
}

std::string read_all(int fd) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = ::recv(fd, buffer.data(), buffer.size(), 0)) > 0;) {
    text.append(buffer.data(), static_cast<size_t>(n));
  }
  return text;
}

}  // namespace

struct HostileClients::Client {
  explicit Client(Way does) : way(does) {}
  ~Client() { close(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void close() {
    if (fd != -1) {
      ::close(fd);
    }
    fd = -1;
    sent = 0;
  }
  void connect(int port);
  [[nodiscard]] std::string next() const;
  [[nodiscard]] bool over();

  const Way way;
  int fd = -1;
  size_t sent = 0;
};

void HostileClients::Client::connect(int port) {
  close();
  fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (way == Way::kUnread) {
    shrink_receive_buffer(fd);
  }
  sockaddr_in to = loopback(port);
  (void)::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof(to));  // goes on in the background
}

// What to send now.
std::string HostileClients::Client::next() const {
  switch (way) {
    case Way::kSilent:
      return "";
    case Way::kDribble:
      return sent < kRequest.size() - 2 ? kRequest.substr(sent, 1) : "x";
    case Way::kGarbage:
      return kGarbageBytes;
    case Way::kUnread:
    case Way::kFlood:
      return sent < kRequest.size() ? kRequest.substr(sent) : "";
  }
  return "";
}

// Whether the server has thrown it out, or has nothing more to say.
bool HostileClients::Client::over() {
  if (way == Way::kUnread) {
    return false;
  }
  std::array<char, 1 << 16> buffer{};
  ssize_t n = 0;
  while ((n = ::recv(fd, buffer.data(), buffer.size(), 0)) > 0) {
  }
  return n == 0 || (errno != EAGAIN && errno != EINTR);
}

HostileClients::HostileClients(int port, size_t count, std::vector<Way> ways) : port_(port) {
  for (size_t i = 0; i < count; ++i) {
    clients_.push_back(std::make_unique<Client>(ways[i % ways.size()]));
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

HostileClients::~HostileClients() {
  thread_.request_stop();
  thread_.join();
}

void HostileClients::run(const std::stop_token& stop) {
  std::vector<pollfd> waits(clients_.size());
  while (!stop.stop_requested()) {
    for (size_t i = 0; i < clients_.size(); ++i) {
      if (clients_[i]->fd == -1) {
        clients_[i]->connect(port_);
      }
      waits[i] = {.fd = clients_[i]->fd, .events = POLLIN | POLLOUT, .revents = 0};
    }
    ::poll(waits.data(), waits.size(), 0);
    size_t connected = 0;
    for (size_t i = 0; i < clients_.size(); ++i) {
      connected += (waits[i].revents & POLLOUT) != 0 ? 1 : 0;
      step(*clients_[i], waits[i].revents);
    }
    connected_ = connected;
    ::poll(nullptr, 0, kPauseMilliseconds);
  }
}

void HostileClients::step(Client& client, short events) {
  bool ended = (events & (POLLERR | POLLHUP | POLLNVAL)) != 0 || ((events & POLLIN) != 0 && client.over());
  if (ended) {
    client.close();
    return;
  }
  std::string bytes = (events & POLLOUT) != 0 ? client.next() : "";
  ssize_t n = bytes.empty() ? 0 : ::send(client.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (n > 0) {
    client.sent += static_cast<size_t>(n);
    bytes_sent_ += static_cast<uint64_t>(n);
  }
}

std::string answer_to(int port, const std::string& bytes, bool half_close, int limit_seconds) {
  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  timeval limit{.tv_sec = limit_seconds, .tv_usec = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  sockaddr_in to = loopback(port);
  std::string answer;
  if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof(to)) == 0) {
    (void)::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (half_close) {
      ::shutdown(fd, SHUT_WR);
    }
    answer = read_all(fd);
  }
  ::close(fd);
  return answer;
}

std::string get(int port, const std::string& path, int limit_seconds) {
  return answer_to(port, "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", false, limit_seconds);
}

}  // namespace vedette::testing_tools
