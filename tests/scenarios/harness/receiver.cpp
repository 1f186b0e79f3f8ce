// SPDX-License-Identifier: Apache-2.0
#include "harness/receiver.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace vedette::scenario {
namespace {

int listen_on(uint16_t port) {
  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int yes = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 || ::listen(fd, 4) != 0) {
    ::close(fd);
    throw std::runtime_error("cannot listen on port " + std::to_string(port));
  }
  return fd;
}

// Takes the first whole frame off the text, if there is one.
std::string take_frame(std::string& text) {
  size_t space = text.find(' ');
  size_t size = space == std::string::npos ? 0 : std::stoul(text.substr(0, space));
  if (size == 0 || text.size() < space + 1 + size) {
    return "";
  }
  std::string frame = text.substr(space + 1, size);
  text.erase(0, space + 1 + size);
  return frame;
}

}  // namespace

Receiver::Receiver(uint16_t port)
    : listener_(listen_on(port)), wake_(::eventfd(0, EFD_CLOEXEC)), thread_([this] { serve(); }) {}

Receiver::~Receiver() {
  ::eventfd_write(wake_, 1);
  thread_.join();
  ::close(listener_);
  ::close(wake_);
}

// One connection after the other.
void Receiver::serve() {
  for (;;) {
    std::array<pollfd, 2> wanted = {{{listener_, POLLIN, 0}, {wake_, POLLIN, 0}}};
    ::poll(wanted.data(), wanted.size(), -1);
    if (wanted[1].revents != 0) {
      return;
    }
    int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    read(connection);
    ::close(connection);
  }
}

void Receiver::read(int connection) {
  std::string text;
  std::array<char, 65536> buffer{};
  for (;;) {
    std::array<pollfd, 2> wanted = {{{connection, POLLIN, 0}, {wake_, POLLIN, 0}}};
    ::poll(wanted.data(), wanted.size(), -1);
    ssize_t n = wanted[1].revents == 0 ? ::recv(connection, buffer.data(), buffer.size(), 0) : 0;
    if (n <= 0) {
      return;
    }
    text.append(buffer.data(), static_cast<size_t>(n));
    for (std::string frame = take_frame(text); !frame.empty(); frame = take_frame(text)) {
      std::scoped_lock lock(mutex_);
      alerts_.push_back(json::parse(frame.substr(frame.find("{\""))));
      changed_.notify_all();
    }
  }
}

std::vector<json> Receiver::wait(size_t count, Duration limit) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, scaled(limit), [&] { return alerts_.size() >= count; });
  return alerts_;
}

}  // namespace vedette::scenario
