// SPDX-License-Identifier: Apache-2.0
// What a receiver has got, and the sender's part of delivery.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "output/sink.h"
#include "samples.h"

namespace vedette::output {

inline constexpr std::chrono::seconds kLongEnough{30};

class Received {
 public:
  void add(std::string text) {
    std::scoped_lock lock(mutex_);
    texts_.push_back(std::move(text));
    changed_.notify_all();
  }
  // So many, or what there is when they do not come.
  std::vector<std::string> wait_for(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kLongEnough, [&] { return texts_.size() >= count; });
    return texts_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> texts_;
};

// Ids "alert-1" … in order.
inline std::vector<Alert> numbered_alerts(size_t count) {
  std::vector<Alert> alerts(count, sample_alert());
  for (size_t i = 0; i < count; ++i) {
    alerts[i].id = "alert-" + std::to_string(i + 1);
  }
  return alerts;
}

struct Total {
  size_t rejected = 0;
  std::vector<std::string> errors;
};

// Offers what was not done again and again, as the spool does.
inline Total deliver_all(Sink& sink, std::span<const Alert> alerts) {
  Total total;
  auto deadline = std::chrono::steady_clock::now() + kLongEnough;
  while (!alerts.empty() && std::chrono::steady_clock::now() < deadline) {
    Delivery delivery = sink.write(alerts.first(std::min(alerts.size(), sink.batch())));
    alerts = alerts.subspan(delivery.done);
    total.rejected += delivery.rejected;
    if (!delivery.error.empty()) {
      total.errors.push_back(delivery.error);
    }
  }
  EXPECT_TRUE(alerts.empty()) << alerts.size() << " are left; " << testing::PrintToString(total.errors);
  return total;
}

}  // namespace vedette::output
