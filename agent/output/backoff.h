// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <random>

namespace vedette::output {

// Waiting times between attempts: doubled each time from half a second to a minute, of which a random half is taken off
// so that many machines do not come back at once.
class Backoff {
 public:
  explicit Backoff(std::mt19937::result_type seed = std::random_device{}()) : random_(seed) {}

  std::chrono::milliseconds next();
  void reset() { longest_ = kFirst; }

 private:
  static constexpr std::chrono::milliseconds kFirst{500};
  static constexpr std::chrono::milliseconds kLast{60'000};

  std::chrono::milliseconds longest_ = kFirst;
  std::mt19937 random_;
};

}  // namespace vedette::output
