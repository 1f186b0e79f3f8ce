// SPDX-License-Identifier: Apache-2.0
#include "metrics/server_alerts.h"

#include <algorithm>

#include "base/text.h"

namespace vedette::metrics {

ServerAlerts::ServerAlerts(prometheus::Registry& registry)
    : alerts_(prometheus::BuildCounter()
                  .Name("vedette_server_alerts_total")
                  .Help("Alerts raised, by the MCP server they are about.")
                  .Register(registry)),
      last_(prometheus::BuildGauge()
                .Name("vedette_last_alert_timestamp_seconds")
                .Help("When the rule last raised an alert about the server, in seconds since the epoch; the latest "
                      "only.")
                .Register(registry)) {
  for (const char* label : {kNoServer, kOtherServer}) {
    servers_[label] = &alerts_.Add({{"server", label}});
  }
}

void ServerAlerts::known(const std::string& server) {
  std::scoped_lock lock(mutex_);
  counter_of(server);
}

void ServerAlerts::count(const Alert& raised) {
  std::scoped_lock lock(mutex_);
  std::string server = raised.server ? raised.server->name : "";
  counter_of(server).Increment();
  Latest& latest = latest_of({{"rule", printable_utf8(raised.rule.title)},
                              {"level", std::string(name(raised.rule.level))},
                              {"server", label_of(server)}});
  latest.time = std::max(latest.time, raised.time);
  latest.gauge->Set(static_cast<double>(latest.time) / 1e9);
}

std::string ServerAlerts::label_of(const std::string& server) const {
  std::string label = server.empty() ? kNoServer : printable_utf8(server);
  return servers_.contains(label) ? label : kOtherServer;
}

prometheus::Counter& ServerAlerts::counter_of(const std::string& server) {
  std::string label = printable_utf8(server);
  bool room = servers_.size() < kMostServerLabels && !label.empty() && label.size() <= kLongestServerLabel;
  if (room && !servers_.contains(label)) {
    servers_[label] = &alerts_.Add({{"server", label}});
  }
  return *servers_.at(label_of(server));
}

// In place of the oldest when there is no room for one more.
ServerAlerts::Latest& ServerAlerts::latest_of(const prometheus::Labels& labels) {
  auto found = std::ranges::find(latest_, labels, &Latest::labels);
  if (found != latest_.end()) {
    return *found;
  }
  if (latest_.size() == kLatestAlerts) {
    auto oldest = std::ranges::min_element(latest_, {}, &Latest::time);
    last_.Remove(oldest->gauge);
    latest_.erase(oldest);
  }
  return latest_.emplace_back(Latest{.labels = labels, .gauge = &last_.Add(labels)});
}

}  // namespace vedette::metrics
