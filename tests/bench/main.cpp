// SPDX-License-Identifier: Apache-2.0
// Prints what the monitor costs and how fast it is. Runs with and without it alternate; the best of each counts.
#include <poll.h>

#include <algorithm>
#include <cstdio>
#include <exception>

#include "harness/actors.h"
#include "harness/monitor.h"
#include "measure.h"

namespace vedette::bench {
namespace {

using namespace scenario;

constexpr int kRounds = 7;
constexpr int kFloodRounds = 3;
constexpr size_t kLatencies = 1000;
constexpr int kIdleMilliseconds = 10'000;

std::string config(const Scratch& scratch, const char* fold_window) {
  return "servers:\n  - name: victim\n    match: {executable: \"" + (scratch / "servers/victim").string() +
         "\"}\nalerts: {fold_window: " + fold_window + "}\n";
}

struct Costs {
  double call = 1e18;
  double open = 1e18;
  double connect = 1e18;

  void take() {
    call = std::min(call, bare_call());
    open = std::min(open, open_close());
    connect = std::min(connect, connect_close());
  }
};

void print_ratio(const char* what, double without, double with) {
  std::printf("%-34s %10.0f %10.0f   %+6.1f %%\n", what, without, with, (with / without - 1) * 100);
}

void measure_costs(const Scratch& scratch) {
  Costs without;
  Costs with;
  for (int i = 0; i < kRounds; i++) {
    without.take();
    Monitor monitor(scratch, {.config = config(scratch, "60s")});
    monitor.start();
    with.take();
    monitor.stop();
  }
  print_ratio("getppid, ns", without.call, with.call);
  print_ratio("open+close of a file, ns", without.open, with.open);
  print_ratio("TCP socket+connect+close, ns", without.connect, with.connect);
}

double flood_ns(const ServerProcess& server) {
  return act({"flood", "100000", server.pid_text()})["elapsed_ns"].get<double>() / 100'000;
}

void measure_flood(const Scratch& scratch) {
  ServerProcess server(scratch, "victim");
  double without = 1e18;
  double with = 1e18;
  for (int i = 0; i < kFloodRounds; i++) {
    without = std::min(without, flood_ns(server));
    Monitor monitor(scratch, {.config = config(scratch, "60s")});
    monitor.start();
    with = std::min(with, flood_ns(server));
    monitor.stop();
  }
  print_ratio("open+read+close of an environ, ns", without, with);
}

int64_t ns_of(Clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

void measure_latency(const Scratch& scratch) {
  Monitor monitor(scratch, {.config = config(scratch, "0s")});
  monitor.start();
  ServerProcess server(scratch, "victim");
  auto truth = act_all(actor_program(), {"pace", std::to_string(kLatencies), server.pid_text(), "2"});
  monitor.output().wait([](const auto& lines) { return lines.size() >= kLatencies; }, 5s);
  auto told = monitor.output().times();
  if (told.size() != kLatencies) {
    throw std::runtime_error(std::to_string(told.size()) + " alerts for " + std::to_string(kLatencies) + " reads");
  }
  std::vector<double> milliseconds;
  for (size_t i = 0; i < kLatencies; i++) {
    milliseconds.push_back(static_cast<double>(ns_of(told[i]) - truth[i]["begin_ns"].get<int64_t>()) / 1e6);
  }
  monitor.stop();
  std::ranges::sort(milliseconds);
  std::printf("%-34s %10.3f p50 %8.3f p99\n", "event to alert line, ms", milliseconds[kLatencies / 2],
              milliseconds[kLatencies * 99 / 100]);
}

void measure_idle(const Scratch& scratch) {
  ServerProcess server(scratch, "victim");
  Monitor monitor(scratch, {.config = config(scratch, "60s")});
  monitor.start();
  double begin = cpu_seconds(monitor.pid());
  ::poll(nullptr, 0, kIdleMilliseconds);
  double used = cpu_seconds(monitor.pid()) - begin;
  std::printf("%-34s %10.3f %% of a core\n", "idle CPU", used / (kIdleMilliseconds / 1000.0) * 100);
  std::printf("%-34s %10.1f MiB\n", "resident memory, idle", resident_mib(monitor.pid()));
  monitor.stop();
}

}  // namespace
}  // namespace vedette::bench

int main() try {
  vedette::scenario::Scratch scratch;
  std::printf("%-34s %10s %10s\n", "", "without", "with");
  vedette::bench::measure_costs(scratch);
  vedette::bench::measure_flood(scratch);
  vedette::bench::measure_latency(scratch);
  vedette::bench::measure_idle(scratch);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
