// SPDX-License-Identifier: Apache-2.0
#include "test_server.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

namespace vedette::output {
namespace {

sockaddr_in loopback(uint16_t port) {
  sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

Fd bound(uint16_t port) {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = loopback(port);
  EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return fd;
}

uint16_t port_of(const Fd& fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

}  // namespace

uint16_t free_port() { return port_of(bound(0)); }

Peer::~Peer() {
  if (session_ != nullptr) {
    ::SSL_shutdown(session_);
    ::SSL_free(session_);
  }
}

bool Peer::wait() const {
  if (session_ != nullptr && ::SSL_pending(session_) > 0) {
    return true;
  }
  pollfd polled[] = {{fd_.get(), POLLIN, 0}, {stop_, POLLIN, 0}};
  return ::poll(polled, 2, -1) > 0 && polled[1].revents == 0;
}

std::string Peer::read() {
  if (!kept_.empty()) {
    return std::exchange(kept_, "");
  }
  std::string text(65536, '\0');
  ssize_t n = 0;
  if (wait()) {
    n = session_ != nullptr ? ::SSL_read(session_, text.data(), static_cast<int>(text.size()))
                            : ::recv(fd_.get(), text.data(), text.size(), 0);
  }
  text.resize(n > 0 ? static_cast<size_t>(n) : 0);
  return text;
}

std::string Peer::read(size_t count) {
  std::string text;
  while (text.size() < count) {
    std::string more = read();
    if (more.empty()) {
      return text;
    }
    text += more;
  }
  kept_ = text.substr(count);
  return text.substr(0, count);
}

void Peer::write(std::string_view text) {
  if (session_ != nullptr) {
    ::SSL_write(session_, text.data(), static_cast<int>(text.size()));
  } else {
    ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
  }
}

void Peer::reset_on_close() {
  linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

void Peer::wait_for_stop() const {
  pollfd polled{stop_, POLLIN, 0};
  ::poll(&polled, 1, -1);
}

TestServer::TestServer(Serve serve, const Options& options)
    : serve_(std::move(serve)),
      closed_(options.closed),
      listening_(bound(options.port)),
      stop_(::eventfd(0, EFD_CLOEXEC)) {
  port_ = port_of(listening_);
  if (options.receive_buffer > 0) {
    ::setsockopt(listening_.get(), SOL_SOCKET, SO_RCVBUF, &options.receive_buffer, sizeof options.receive_buffer);
  }
  EXPECT_EQ(::listen(listening_.get(), 16), 0);
  if (!options.certificate.empty()) {
    context_.reset(::SSL_CTX_new(::TLS_server_method()));
    EXPECT_EQ(::SSL_CTX_use_certificate_chain_file(context_.get(), options.certificate.c_str()), 1);
    EXPECT_EQ(::SSL_CTX_use_PrivateKey_file(context_.get(), options.key.c_str(), SSL_FILETYPE_PEM), 1);
  }
  thread_ = std::thread([this] { run(); });
}

TestServer::~TestServer() {
  ::eventfd_write(stop_.get(), 1);
  thread_.join();
}

SSL* TestServer::accepted(int fd) {
  SSL* session = ::SSL_new(context_.get());
  ::SSL_set_fd(session, fd);
  if (::SSL_accept(session) == 1) {
    return session;
  }
  ::SSL_free(session);
  return nullptr;
}

void TestServer::run() {
  pollfd polled[] = {{listening_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
  while (::poll(polled, 2, -1) > 0 && polled[1].revents == 0) {
    Fd fd(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    SSL* session = context_ ? accepted(fd.get()) : nullptr;
    if (!context_ || session != nullptr) {
      Peer peer(std::move(fd), session, stop_.get());
      serve_(peer);
    }
    closed_();
  }
}

}  // namespace vedette::output
