// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "harness/process.h"

namespace vedette::scenario {

using nlohmann::json;

// A syslog server (RFC 5424 in frames of RFC 6587, octet counting) on loopback, that takes in the alerts it is sent.
class Receiver {
 public:
  // Listens from now until it is destroyed; throws when it cannot.
  explicit Receiver(uint16_t port);
  ~Receiver();
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  // Waits for `count` alerts or more, at most `limit`; what is there then.
  std::vector<json> wait(size_t count, Duration limit = 60s);

 private:
  void serve();
  void read(int connection);

  int listener_ = -1;
  int wake_ = -1;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<json> alerts_;
  std::thread thread_;
};

}  // namespace vedette::scenario
