// SPDX-License-Identifier: Apache-2.0
// The monitor watches what is its own.
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "commands/monitor.h"
#include "commands/self_marker.h"
#include "event/encode.h"

namespace vedette::commands {
namespace {

constexpr uint64_t kTicksPerLook = 10;

// Files that were read before, are no longer, and are not there any more.
std::vector<std::string> removed(const std::vector<rules::RuleSource>& before,
                                 const std::vector<rules::RuleSource>& now) {
  std::vector<std::string> files;
  for (const auto& source : before) {
    bool read = std::ranges::find(now, source.file, &rules::RuleSource::file) != now.end();
    std::error_code unknown;
    if (!read && !std::filesystem::exists(source.file, unknown)) {
      files.push_back(source.file);
    }
  }
  return files;
}

}  // namespace

// As a record, so that it goes the way of all others.
void Monitor::tell(const SelfEvent& event) { feed(encode(event)); }

// With the outputs there: the run before may have left something to tell.
void Monitor::start_self_watch() {
  std::string marker = state_.file(kMarkerFile);
  MarkedRun run{.boot_id = pipeline_->context().host.boot_id, .pid = static_cast<uint32_t>(::getpid())};
  if (auto before = unfinished_run(marker); before && before->boot_id == run.boot_id) {
    tell({.time_ns = sensor::boot_time_ns(),
          .behavior = Behavior::kMonitorKilled,
          .monitor = {.pid = run.pid},
          .object = std::to_string(before->pid)});
  } else if (before) {
    spdlog::info("the monitor before, pid {}, ended with the machine", before->pid);
  }
  if (auto status = mark_run(marker, run); !status) {
    spdlog::error("{}", status.error().message);
  }
  for (const std::string& file :
       {marker, state_.file("lock"), control_socket(loaded_.settings.state), destinations_file(state_)}) {
    self_watch_.adopt(file);
  }
  if (!loaded_.config_file.empty()) {
    self_watch_.keep(std::filesystem::absolute(loaded_.config_file).string());
  }
}

void Monitor::look_after_self() {
  if (state_removed_.exchange(false)) {
    tell({.time_ns = sensor::boot_time_ns(),
          .behavior = Behavior::kStateTamper,
          .monitor = {.pid = static_cast<uint32_t>(::getpid())},
          .object = state_file(loaded_.settings.state)});
  }
  if (ticks_ % kTicksPerLook == 0) {
    std::ranges::for_each(self_watch_.look(sensor::boot_time_ns()), [this](const auto& event) { tell(event); });
  }
}

// What changed before is not ours.
void Monitor::save_destinations() {
  std::ranges::for_each(self_watch_.look(sensor::boot_time_ns()), [this](const auto& event) { tell(event); });
  if (auto status = pipeline_->destinations().save(destinations_file(state_)); !status) {
    spdlog::error("{}", status.error().message);
  }
  self_watch_.adopt(destinations_file(state_));
}

void Monitor::tell_removed(const Loaded& fresh) {
  auto files = removed(attempted_.sources, fresh.sources);
  if (!files.empty()) {
    tell({.time_ns = sensor::boot_time_ns(),
          .behavior = Behavior::kConfigurationRemoved,
          .monitor = {.pid = static_cast<uint32_t>(::getpid())},
          .object = files.front(),
          .count = static_cast<uint32_t>(files.size())});
  }
}

void Monitor::export_coverage() {
  for (const auto& capability : sensor_->coverage()) {
    for (const auto& part : capability.parts) {
      std::string probe = part.probe.empty() ? part.part : part.probe;
      metrics_.probe_attached(capability.capability, probe, !part.probe.empty() && !part.silent);
    }
  }
}

}  // namespace vedette::commands
