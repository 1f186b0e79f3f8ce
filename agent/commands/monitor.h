// SPDX-License-Identifier: Apache-2.0
// The running monitor: start-up and teardown as two lists of steps, and the loop between them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "commands/control.h"
#include "commands/gather.h"
#include "commands/resolver.h"
#include "commands/state_dir.h"
#include "metrics/metrics.h"
#include "output/dispatcher.h"
#include "pipeline/pipeline.h"
#include "process/procfs.h"
#include "sensor/sensor.h"
#include "servers/client_configs.h"

namespace vedette::commands {

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
  Status start_endpoints();
  void announce();
  void announce_coverage();

  bool poll_once();
  bool handle_signals();
  void tick();
  void reload();
  void refresh_context();
  void feed(Bytes record);
  void alert(Alert alert);
  void judged(const ProcessId& id, Judgement judgement, uint32_t exec_id);
  void export_gauges();
  [[nodiscard]] std::string servers_json() const;
  [[nodiscard]] PipelineHooks hooks();

  Options options_;
  Loaded loaded_;
  StateDir state_;
  metrics::Metrics metrics_;
  Procfs procfs_;
  servers::DiskConfigSource configs_;
  std::unique_ptr<sensor::Sensor> sensor_;
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<output::Dispatcher> dispatcher_;
  std::unique_ptr<metrics::Endpoint> endpoint_;
  std::unique_ptr<ControlSocket> control_;
  std::unique_ptr<Resolver> resolver_;
  std::vector<Alert> early_;  // raised before there were outputs
  Fd signals_;
  Fd epoll_;
  std::map<ProcessId, uint64_t> recognized_;  // roots of servers → when they were judged, CLOCK_BOOTTIME
  uint64_t ticks_ = 0;
  bool collecting_ = false;  // what comes in was folded by the kernel
  uint64_t evicted_told_ = 0;
  uint64_t correlations_told_ = 0;
};

// One exec record for each process now running, parents first: start times from the kernel, the rest from /proc.
Result<std::vector<ExecEvent>> running_processes(const sensor::Sensor& sensor, ProcSource& proc);

}  // namespace vedette::commands
