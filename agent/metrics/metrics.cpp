// SPDX-License-Identifier: Apache-2.0
#include "metrics/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <map>
#include <mutex>

#include "base/text.h"
#include "metrics/process_collector.h"
#include "metrics/server_alerts.h"

namespace vedette::metrics {
namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;
template <typename T>
using Family = prometheus::Family<T>;

constexpr std::array<std::pair<const char*, const char*>, 13> kKnownLosses = {{
    {"kernel", "alert_ring_full"},
    {"kernel", "process_ring_full"},
    {"kernel", "read_fault"},
    {"kernel", "fold_map_full"},
    {"kernel", "verdict_map_full"},
    {"pipeline", "decode_error"},
    {"process_table", "evicted"},
    {"rules", "correlation_state_full"},
    {"rules", "correlation_event_late"},
    {"rules", "correlation_not_numeric"},
    {"rules", "correlation_thinned"},
    {"rules", "evidence_shortened"},
    {"output", "queue_full"},
}};

// output/observer.h
constexpr const char* kOutputLosses[] = {"rejected", "retention", "memory_full", "state_corrupt", "unreadable"};
constexpr const char* kStateOperations[] = {"open", "write", "read", "trim", "set_aside", "removed"};

const Histogram::BucketBoundaries kDelayBuckets = {1e-5,   2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2,
                                                   2.5e-2, 5e-2,   0.1,  0.25, 0.5,    1,    2.5,  5,      10};

std::string label(std::string_view text) { return printable_utf8(text); }

}  // namespace

struct Metrics::Families {
  explicit Families(const BuildInfo& build);

  Family<Counter>& counters(const std::string& name, const std::string& help) {
    return prometheus::BuildCounter().Name("vedette_" + name).Help(help).Register(registry);
  }
  Family<Gauge>& gauges(const std::string& name, const std::string& help) {
    return prometheus::BuildGauge().Name("vedette_" + name).Help(help).Register(registry);
  }
  Family<Histogram>& histograms(const std::string& name, const std::string& help) {
    return prometheus::BuildHistogram().Name("vedette_" + name).Help(help).Register(registry);
  }
  void name_what_is_known();

  prometheus::Registry registry;
  ProcessCollector process;

  Family<Gauge>& build_info = gauges("build_info", "Always 1; the version is in the labels.");
  Family<Gauge>& probe_attached =
      gauges("probe_attached", "Whether the probe is attached and serves the capability (1) or not (0).");
  Family<Counter>& events = counters("events_total", "Events the kernel reported, by behavior.");
  Family<Counter>& losses =
      counters("events_lost_total", "Events, alerts or details lost, by the stage that lost them and why.");
  Counter& folded =
      counters("events_folded_total", "Events the kernel folded into the count of an earlier one.").Add({});
  Histogram& delay = histograms("event_delay_seconds", "Time from the event in the kernel to the verdict of the rules.")
                         .Add({}, kDelayBuckets);
  Family<Counter>& alerts = counters("alerts_total", "Alerts raised, by rule and level.");
  ServerAlerts server_alerts{registry};
  Family<Gauge>& servers = gauges("servers", "MCP servers running, by the client that started them.");
  Family<Gauge>& rules = gauges(
      "rules",
      "Rules in use; no attached probe can ever satisfy a dead one. error: files with mistakes at the last load.");
  Gauge& live_rules = rules.Add({{"state", "live"}});
  Gauge& dead_rules = rules.Add({{"state", "dead"}});
  Gauge& wrong_rule_files = rules.Add({{"state", "error"}});
  Gauge& reload_success =
      gauges("rules_reload_success", "Whether the last load of the rules succeeded (1) or failed (0).").Add({});
  Gauge& reload_time =
      gauges("rules_reload_timestamp_seconds", "When the rules in use were loaded, in seconds since the epoch.")
          .Add({});
  Gauge& queue_length = gauges("output_queue_length", "Alerts waiting for the outputs.").Add({});
  Family<Counter>& delivered = counters("output_alerts_total", "Alerts delivered, by output.");
  Family<Counter>& failed = counters("output_failures_total", "Deliveries that failed, by output.");
  Family<Counter>& output_losses =
      counters("output_lost_total", "Alerts an output will never deliver, by output and why.");
  Family<Counter>& state_errors = counters("state_errors_total", "Failures of the state file, by operation.");
  Family<Gauge>& map_entries = gauges("map_entries", "Entries of a kernel map in use.");
  Family<Gauge>& map_capacity = gauges("map_capacity", "Entries a kernel map can hold.");

  std::array<Counter*, kBehaviorCount> by_behavior{};
  std::mutex clients_mutex;
  std::map<std::string, Gauge*> clients;
};

Metrics::Families::Families(const BuildInfo& build) {
  build_info.Add({{"version", label(build.version)}, {"revision", label(build.revision)}}).Set(1);
  name_what_is_known();
}

// Before anything has happened all that can happen reads zero.
void Metrics::Families::name_what_is_known() {
  for (int i = 1; i < kBehaviorCount; ++i) {
    auto behavior = static_cast<Behavior>(i);
    by_behavior.at(static_cast<size_t>(i)) = &events.Add({{"behavior", std::string(name(behavior))}});
  }
  for (const auto& [stage, reason] : kKnownLosses) {
    losses.Add({{"stage", stage}, {"reason", reason}});
  }
  for (const char* operation : kStateOperations) {
    state_errors.Add({{"operation", operation}});
  }
  clients["unknown"] = &servers.Add({{"client", "unknown"}});
}

Metrics::Metrics(const BuildInfo& build) : families_(std::make_unique<Families>(build)) {}

Metrics::~Metrics() = default;

void Metrics::probe_attached(const std::string& capability, const std::string& probe, bool attached) {
  families_->probe_attached.Add({{"capability", label(capability)}, {"probe", label(probe)}}).Set(attached ? 1 : 0);
}

void Metrics::event(Behavior behavior, uint64_t count) {
  auto index = static_cast<size_t>(behavior);
  if (index > 0 && index < families_->by_behavior.size()) {
    families_->by_behavior[index]->Increment(static_cast<double>(count));
  }
}

void Metrics::lost(const std::string& stage, const std::string& reason, uint64_t count) {
  families_->losses.Add({{"stage", label(stage)}, {"reason", label(reason)}}).Increment(static_cast<double>(count));
}

void Metrics::folded(uint64_t count) { families_->folded.Increment(static_cast<double>(count)); }

void Metrics::delay(double seconds) { families_->delay.Observe(seconds); }

void Metrics::known_rule(const std::string& rule_title, Level level) {
  families_->alerts.Add({{"rule", label(rule_title)}, {"level", std::string(name(level))}});
}

void Metrics::alert(const Alert& raised) {
  families_->alerts.Add({{"rule", label(raised.rule.title)}, {"level", std::string(name(raised.rule.level))}})
      .Increment();
  families_->server_alerts.count(raised);
}

void Metrics::known_server(const std::string& server) { families_->server_alerts.known(server); }

// A client without servers any more stays, at zero.
void Metrics::servers(const std::vector<std::pair<std::string, int>>& by_client) {
  std::scoped_lock lock(families_->clients_mutex);
  std::map<std::string, int> counts;
  for (const auto& entry : families_->clients) {
    counts[entry.first] = 0;
  }
  for (const auto& [client, count] : by_client) {
    counts[client.empty() ? "unknown" : label(client)] += count;
  }
  for (const auto& [client, count] : counts) {
    Gauge*& gauge = families_->clients[client];
    gauge = gauge == nullptr ? &families_->servers.Add({{"client", client}}) : gauge;
    gauge->Set(count);
  }
}

void Metrics::rules(int live, int dead) {
  families_->live_rules.Set(live);
  families_->dead_rules.Set(dead);
}

void Metrics::wrong_rule_files(size_t files) { families_->wrong_rule_files.Set(static_cast<double>(files)); }

void Metrics::reload(bool success, double timestamp_seconds) {
  families_->reload_success.Set(success ? 1 : 0);
  if (success) {
    families_->reload_time.Set(timestamp_seconds);
  }
}

void Metrics::queue_length(size_t length) { families_->queue_length.Set(static_cast<double>(length)); }

void Metrics::known_output(const std::string& output) {
  families_->delivered.Add({{"output", label(output)}});
  families_->failed.Add({{"output", label(output)}});
  for (const char* reason : kOutputLosses) {
    families_->output_losses.Add({{"output", label(output)}, {"reason", reason}});
  }
}

void Metrics::output_delivered(const std::string& output, uint64_t alerts) {
  families_->delivered.Add({{"output", label(output)}}).Increment(static_cast<double>(alerts));
}

void Metrics::output_failed(const std::string& output) {
  families_->failed.Add({{"output", label(output)}}).Increment();
}

void Metrics::output_lost(const std::string& output, const std::string& reason, uint64_t alerts) {
  families_->output_losses.Add({{"output", label(output)}, {"reason", label(reason)}})
      .Increment(static_cast<double>(alerts));
}

void Metrics::state_error(const std::string& operation) {
  families_->state_errors.Add({{"operation", label(operation)}}).Increment();
}

void Metrics::map_use(const std::string& map, uint64_t entries, uint64_t capacity) {
  families_->map_entries.Add({{"map", label(map)}}).Set(static_cast<double>(entries));
  families_->map_capacity.Add({{"map", label(map)}}).Set(static_cast<double>(capacity));
}

std::string Metrics::text() const {
  auto metrics = families_->registry.Collect();
  auto process = families_->process.Collect();
  metrics.insert(metrics.end(), process.begin(), process.end());
  return prometheus::TextSerializer().Serialize(metrics);
}

}  // namespace vedette::metrics
