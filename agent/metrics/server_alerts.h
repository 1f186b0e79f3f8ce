// SPDX-License-Identifier: Apache-2.0
// Alerts by the MCP server they are about, and when the latest were. Servers are named by their users: few names become
// labels, and few series tell the latest. Methods may be called from any thread.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "event/alert.h"

namespace vedette::metrics {

constexpr size_t kMostServerLabels = 100;    // the servers named later are "(other)" together
constexpr size_t kLongestServerLabel = 64;   // bytes; what is longer is "(other)" as well
constexpr size_t kLatestAlerts = 50;         // series: kinds of alert, by rule and server
constexpr const char* kNoServer = "(none)";  // of an alert that is about no server
constexpr const char* kOtherServer = "(other)";

class ServerAlerts {
 public:
  explicit ServerAlerts(prometheus::Registry& registry);

  void known(const std::string& server);  // its alerts exist at zero from now on
  void count(const Alert& raised);

 private:
  struct Latest {
    prometheus::Labels labels;
    uint64_t time = 0;  // ns since the epoch
    prometheus::Gauge* gauge = nullptr;
  };

  std::string label_of(const std::string& server) const;
  prometheus::Counter& counter_of(const std::string& server);
  Latest& latest_of(const prometheus::Labels& labels);

  prometheus::Family<prometheus::Counter>& alerts_;
  prometheus::Family<prometheus::Gauge>& last_;
  std::mutex mutex_;
  std::map<std::string, prometheus::Counter*> servers_;  // by label
  std::vector<Latest> latest_;
};

}  // namespace vedette::metrics
