// SPDX-License-Identifier: Apache-2.0
// The monitor under test, in a directory of its own. Its alerts are taken in from its standard output.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "harness/process.h"

namespace vedette::scenario {

using nlohmann::json;

fs::path monitor_program();  // $VEDETTE_PROGRAM, else the one of this build
fs::path rules_directory();
fs::path source_directory();
std::string probe_family();  // $VEDETTE_PROBES, else "auto"

struct MonitorOptions {
  std::string config;           // text of the configuration file
  Arguments arguments;          // beside those that are always given
  std::string state = "state";  // directory under the scratch directory
  std::string family = probe_family();
  bool metrics = false;
  bool closed_stdout = false;
  std::string prepare;  // shell commands run before it, in a mount namespace of its own
};

class Monitor {
 public:
  Monitor(const Scratch& scratch, MonitorOptions options);
  ~Monitor();

  // Throws unless it says "ready" in time.
  void start();
  // SIGTERM; throws unless it exits with 0 within 5 seconds (scaled).
  void stop();
  // SIGKILL.
  void kill();

  [[nodiscard]] pid_t pid() const { return process_->pid(); }
  [[nodiscard]] bool running() { return process_ && process_->running(); }
  [[nodiscard]] std::vector<json> alerts() const;
  [[nodiscard]] LineReader::Lines alert_lines() const;  // none when it was not started
  using Condition = std::function<bool(const json&)>;
  // The first alert, from now or before, for which it holds; throws when none comes in time.
  json wait_alert(const Condition& holds, Duration limit = 5s) const;
  [[nodiscard]] const LineReader& output() const { return process_->out(); }
  [[nodiscard]] json servers() const;
  // Samples by name with labels as the endpoint writes them. Needs options.metrics.
  [[nodiscard]] std::map<std::string, double> metrics() const;
  [[nodiscard]] double metric(const std::string& start) const;  // sum of all samples whose name starts so
  [[nodiscard]] uint16_t metrics_port() const { return metrics_port_; }
  [[nodiscard]] fs::path alerts_file() const { return directory_ / "alerts.jsonl"; }
  [[nodiscard]] fs::path state() const { return directory_ / options_.state; }
  [[nodiscard]] std::string transcript() const;

 private:
  [[nodiscard]] Arguments command() const;

  fs::path directory_;
  MonitorOptions options_;
  uint16_t metrics_port_ = 0;
  std::optional<Process> process_;
};

// A port nobody listens on at this moment.
uint16_t free_port();
std::string http_get(uint16_t port, const std::string& path);

}  // namespace vedette::scenario
