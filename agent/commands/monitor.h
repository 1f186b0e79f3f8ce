// SPDX-License-Identifier: Apache-2.0
// The running monitor: start-up and teardown as two lists of steps, and the loop between them.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "commands/control.h"
#include "commands/gather.h"
#include "commands/loss_log.h"
#include "commands/resolver.h"
#include "commands/rule_watch.h"
#include "commands/self_watch.h"
#include "commands/state_dir.h"
#include "commands/watchdog.h"
#include "metrics/metrics.h"
#include "output/outputs.h"
#include "pipeline/pipeline.h"
#include "process/procfs.h"
#include "sensor/sensor.h"
#include "servers/client_configs.h"

namespace vedette::commands {

enum class Reload : uint8_t {
  kRules,          // the files, when they are others than at the last attempt
  kConfiguration,  // and the configuration that names them
};

class Monitor {
 public:
  Monitor(const Options& options, Loaded loaded, StateDir state);
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  // All of it, or an error and nothing left behind.
  Status start();
  // Until SIGTERM or SIGINT.
  Status loop();
  // Detach, drain, flush, close.
  void stop();

 private:
  Status start_signals();
  Status start_sensor();
  void start_pipeline();
  Status start_outputs();
  Status start_control();
  Status start_endpoints();
  void announce();
  void announce_coverage();

  bool poll_once();
  bool handle_signals();
  void tick();
  void start_rule_watch();
  void tell_unwatched();
  void reload(Reload what);
  void load_aside(std::function<std::optional<Loaded>()> load);
  void finish_reload();
  void take(Loaded fresh);
  void watch_rules(const config::Settings& settings);
  void announce_rules();
  void start_self_watch();
  void look_after_self();
  void tell_removed(const Loaded& fresh);
  void tell(const SelfEvent& event);
  void save_destinations();
  void export_coverage();
  void refresh_context();
  void feed(Bytes record);
  void alert(Alert alert);
  void remember_servers();
  void stop_outputs();
  [[nodiscard]] output::Observer output_observer();
  void judged(const ProcessId& id, Judgement judgement, uint32_t exec_id);
  void export_gauges();
  void export_correlation_losses();
  [[nodiscard]] Status poll_for(int fd) const;
  [[nodiscard]] bool watches_rules(int fd) const;
  void answer_or_reload(int fd);
  [[nodiscard]] nlohmann::ordered_json servers_json() const;
  [[nodiscard]] std::string status_json() const;
  [[nodiscard]] PipelineHooks hooks();

  Options options_;
  Loaded loaded_;
  StateDir state_;
  metrics::Metrics metrics_;
  Procfs procfs_;
  servers::DiskConfigSource configs_;
  std::unique_ptr<sensor::Sensor> sensor_;
  std::unique_ptr<Pipeline> pipeline_;
  LossLog loss_log_;
  std::unique_ptr<output::Outputs> outputs_;
  std::unique_ptr<metrics::Endpoint> endpoint_;
  std::unique_ptr<ControlSocket> control_;  // null: the state is read-only
  std::unique_ptr<Resolver> resolver_;
  std::unique_ptr<RuleWatch> rule_watch_;
  std::string unwatched_told_;
  SelfWatch self_watch_;
  std::future<std::optional<Loaded>> loading_;  // on a thread of its own; nullopt: nothing has changed
  std::optional<Reload> wanted_;                // when that is done
  Loaded attempted_;                            // the last load, whether it was taken or not
  config::Settings rule_settings_;              // the last without a mistake; only those about rules are up to date
  bool stale_ = false;                          // the last load was not taken
  uint64_t loaded_at_ = 0;                      // when the rules in use were loaded, nanoseconds since the epoch
  std::vector<Alert> early_;                    // raised before there were outputs
  Watchdog watchdog_;
  Fd signals_;
  Fd epoll_;
  std::map<ProcessId, uint64_t> recognized_;  // roots of servers → when they were judged, CLOCK_BOOTTIME
  uint64_t ticks_ = 0;
  size_t servers_kept_ = 0;                  // how many there were when they were put into the state
  std::atomic<bool> state_removed_ = false;  // by others, and not told yet
  bool collecting_ = false;                  // what comes in was folded by the kernel
  uint64_t evicted_told_ = 0;
  std::map<std::string_view, uint64_t> correlation_losses_told_;  // by reason
};

// One exec record for each process now running, parents first: start times from the kernel, the rest from /proc.
Result<std::vector<ExecEvent>> running_processes(const sensor::Sensor& sensor, ProcSource& proc);

}  // namespace vedette::commands
