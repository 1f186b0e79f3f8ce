// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace vedette::testing_tools {

// What a client of an HTTP server on loopback does to hold it up. Who is thrown out comes back.
enum class Way : uint8_t {
  kSilent,   // says nothing
  kDribble,  // sends a header without end, one byte at a time
  kGarbage,  // sends what is no HTTP
  kUnread,   // asks, and does not read the answer
  kFlood,    // asks, reads, asks again
};

class HostileClients {
 public:
  // Client i does what ways[i % ways.size()] says.
  HostileClients(int port, size_t count, std::vector<Way> ways);
  ~HostileClients();
  HostileClients(const HostileClients&) = delete;
  HostileClients& operator=(const HostileClients&) = delete;

  [[nodiscard]] size_t connected() const { return connected_; }  // at this moment, the server's queue included
  [[nodiscard]] uint64_t bytes_sent() const { return bytes_sent_; }

 private:
  struct Client;
  void run(const std::stop_token& stop);
  void step(Client& client, short events);

  const int port_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::atomic<size_t> connected_ = 0;
  std::atomic<uint64_t> bytes_sent_ = 0;
  std::jthread thread_;
};

// The whole answer to a GET; "" when there was none within the time.
std::string get(int port, const std::string& path, int limit_seconds);
// Sends the bytes, then waits until the server closes; what it said. `half_close`: says that nothing more will come.
std::string answer_to(int port, const std::string& bytes, bool half_close, int limit_seconds);

}  // namespace vedette::testing_tools
