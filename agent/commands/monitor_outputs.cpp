// SPDX-License-Identifier: Apache-2.0
// Where the monitor's alerts go, and what of its servers is kept.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "commands/monitor.h"
#include "commands/outputs.h"

namespace vedette::commands {
namespace {

constexpr int kDrainMilliseconds = 2500;

std::string unused_name(const std::string& name, const std::vector<config::Output>& outputs) {
  std::string result = name;
  auto taken = [&](const config::Output& output) { return output.name == result; };
  for (int i = 2; std::ranges::any_of(outputs, taken); ++i) {
    result = name + "-" + std::to_string(i);
  }
  return result;
}

// Those of the configuration and of the command line; alerts are always printed.
std::vector<config::Output> wanted_outputs(const config::Settings& settings, const Options& options) {
  auto outputs = settings.outputs;
  if (!options.alerts.empty()) {
    outputs.push_back({.type = "file", .name = unused_name("file", outputs), .path = options.alerts});
  }
  auto prints = [](const config::Output& output) { return output.type == "stdout"; };
  if (std::ranges::none_of(outputs, prints)) {
    outputs.push_back({.type = "stdout", .name = unused_name("stdout", outputs), .format = ""});
  }
  for (config::Output& output : outputs) {
    output.format = options.json && prints(output) ? "native" : output.format;
  }
  return outputs;
}

}  // namespace

Status Monitor::start_outputs() {
  std::vector<output::Output> outputs;
  for (const config::Output& wanted : wanted_outputs(loaded_.settings, options_)) {
    auto sink = make_sink(wanted);
    if (!sink) {
      return fail(sink.error());
    }
    metrics_.known_output(wanted.name);
    outputs.push_back(
        {{.name = wanted.name, .at_least = wanted.level, .resumes = wanted.type != "stdout"}, std::move(*sink)});
  }
  output::Outputs::Settings settings{.state_file = state_file(loaded_.settings.state)};
  settings.limits.retention = {.age_ns = static_cast<uint64_t>(loaded_.settings.keep.count()) * 1'000'000,
                               .size_bytes = loaded_.settings.max_size};
  outputs_ = std::make_unique<output::Outputs>(std::move(outputs), settings, output_observer());
  for (Alert& raised : std::exchange(early_, {})) {
    alert(std::move(raised));
  }
  return {};
}

output::Observer Monitor::output_observer() {
  return {
      .delivered = [this](const std::string& output, uint64_t alerts) { metrics_.output_delivered(output, alerts); },
      .failed =
          [this](const std::string& output, const std::string& why) {
            metrics_.output_failed(output);
            spdlog::error("output {}: {}", output, why);
          },
      .lost =
          [this](const std::string& output, const std::string& reason, uint64_t alerts) {
            metrics_.output_lost(output, reason, alerts);
            if (uint64_t count = loss_log_.due(output, reason, alerts, LossLog::Clock::now()); count > 0) {
              spdlog::error("output {}: {} alerts are lost to it ({})", output, count, reason);
            }
          },
      .state_failed =
          [this](const std::string& operation, const std::string& why) {
            metrics_.state_error(operation);
            if (operation == "removed") {
              state_removed_ = true;
            }
            spdlog::error("state ({}): {}", operation, why);
          }};
}

void Monitor::alert(Alert raised) {
  if (!outputs_) {
    early_.push_back(std::move(raised));
    return;
  }
  metrics_.alert(raised);
  if (!outputs_->push(std::move(raised))) {
    metrics_.lost("output", "queue_full", 1);
  }
}

void Monitor::remember_servers() {
  auto offset = static_cast<uint64_t>(pipeline_->context().clock_offset_ns);
  uint64_t now = sensor::boot_time_ns() + offset;
  std::vector<state::StoredServer> seen;
  for (const Server* server : pipeline_->servers()) {
    seen.push_back({.name = printable_utf8(server->recognition.name),
                    .client = printable_utf8(server->recognition.client),
                    .command = printable_utf8(server->command),
                    .evidence = server->recognition.evidence,
                    .pid = server->root.pid,
                    .first_seen = server->since_ns + offset,
                    .last_seen = now});
  }
  if (!seen.empty()) {
    outputs_->with_state([seen = std::move(seen)](state::Store& store) { return store.seen(seen); });
  }
}

void Monitor::stop_outputs() {
  output::Undelivered undelivered = outputs_->stop(kDrainMilliseconds);
  if (undelivered.kept > 0) {
    spdlog::warn("{} alerts are still to be delivered, at the next start", undelivered.kept);
  }
  if (undelivered.lost > 0) {
    spdlog::error("{} alerts could not be delivered in time", undelivered.lost);
  }
}

}  // namespace vedette::commands
