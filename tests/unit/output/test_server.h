// SPDX-License-Identifier: Apache-2.0
// A server of TCP or TLS on a thread of its own.
#pragma once

#include <openssl/ssl.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "base/fd.h"

namespace vedette::output {

// One connection, of the server's side.
class Peer {
 public:
  Peer(Fd fd, SSL* session, int stop) : fd_(std::move(fd)), session_(session), stop_(stop) {}
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  // Up to 64 KiB; "" when the client has closed or the server is to stop.
  std::string read();
  // Up to `count` bytes, fewer only at the end.
  std::string read(size_t count);
  void write(std::string_view text);
  // The connection is reset when this goes.
  void reset_on_close();
  void wait_for_stop() const;

 private:
  bool wait() const;

  Fd fd_;
  SSL* session_;
  int stop_;
  std::string kept_;
};

// Serves one connection after the other.
class TestServer {
 public:
  using Serve = std::function<void(Peer&)>;

  // With files of a certificate and its key: TLS. `receive_buffer` in bytes, 0: the kernel's choice. Port 0: any.
  struct Options {
    std::string certificate;
    std::string key;
    int receive_buffer = 0;
    uint16_t port = 0;
    std::function<void()> closed = [] {};  // called after each connection
  };
  explicit TestServer(Serve serve) : TestServer(std::move(serve), Options()) {}
  TestServer(Serve serve, const Options& options);
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  [[nodiscard]] uint16_t port() const { return port_; }

 private:
  void run();
  SSL* accepted(int fd);

  Serve serve_;
  std::function<void()> closed_;
  Fd listening_;
  Fd stop_;
  uint16_t port_ = 0;
  std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)> context_{nullptr, &::SSL_CTX_free};
  std::thread thread_;
};

// A port nobody listens on.
uint16_t free_port();

}  // namespace vedette::output
