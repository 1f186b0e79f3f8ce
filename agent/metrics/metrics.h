// SPDX-License-Identifier: Apache-2.0
// Everything the monitor counts, under the names docs/metrics.md lists. Methods may be called from any thread.
// No pid, path or command line is ever a label.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "event/alert.h"

namespace vedette::metrics {

struct BuildInfo {
  std::string version;
  std::string revision;
};

class Metrics {
 public:
  explicit Metrics(const BuildInfo& build);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void probe_attached(const std::string& capability, const std::string& probe, bool attached);
  void event(Behavior behavior, uint64_t count);
  // `stage`: kernel, pipeline, process_table, rules, output; counted as vedette_events_lost_total.
  void lost(const std::string& stage, const std::string& reason, uint64_t count);
  void folded(uint64_t count);
  void delay(double seconds);
  void alert(const Alert& raised);
  void known_rule(const std::string& rule_title, Level level);              // its alerts exist at zero from now on
  void servers(const std::vector<std::pair<std::string, int>>& by_client);  // client "" is exported as "unknown"
  void known_server(const std::string& server);                             // its alerts exist at zero from now on
  void rules(int live, int dead);                                           // of the set in use
  void wrong_rule_files(size_t files);                                      // that the last load found
  void reload(bool success, double timestamp_seconds);                      // the time is exported only of a success
  void queue_length(size_t length);
  void known_output(const std::string& output);  // its counters exist at zero from now on
  void output_delivered(const std::string& output, uint64_t alerts);
  void output_failed(const std::string& output);
  void output_lost(const std::string& output, const std::string& reason, uint64_t alerts);
  void state_error(const std::string& operation);  // of the state file, see output/observer.h
  void map_use(const std::string& map, uint64_t entries, uint64_t capacity);

  // The text exposition format, as the endpoint serves it.
  [[nodiscard]] std::string text() const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

// Serves /metrics and /healthz on threads of its own until destroyed, which takes up to two seconds (civetweb
// 1.15 sleeps that long between looks at its stop flag). `metrics` has to outlive it.
class Endpoint {
 public:
  // `listen`: "ADDR:PORT", an IPv4 address or a host name; port 0 picks one.
  static Result<std::unique_ptr<Endpoint>> start(const std::string& listen, Metrics& metrics);
  ~Endpoint();
  [[nodiscard]] int port() const;

 private:
  struct Impl;
  explicit Endpoint(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vedette::metrics
