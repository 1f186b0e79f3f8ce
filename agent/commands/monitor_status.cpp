// SPDX-License-Identifier: Apache-2.0
// What the monitor says of itself to who asks: the control socket, and the gauges of the metrics.
#include <spdlog/spdlog.h>

#include <map>
#include <utility>

#include "commands/monitor.h"
#include "output/json.h"
#include "rules/digest.h"

namespace vedette::commands {

Status Monitor::start_control() {
  auto control = ControlSocket::listen(control_socket(loaded_.settings.state));
  if (control) {
    control_ = std::make_unique<ControlSocket>(std::move(*control));
  } else if (state_.held()) {
    return fail(control.error());
  } else {
    spdlog::error("{}", control.error().message);
  }
  return {};
}

void Monitor::export_gauges() {
  std::map<std::string, int> by_client;
  for (const Server* server : pipeline_->servers()) {
    ++by_client[server->recognition.client];
    metrics_.known_server(server->recognition.name);
  }
  metrics_.servers({by_client.begin(), by_client.end()});
  std::erase_if(recognized_, [this](const auto& entry) { return pipeline_->processes().find(entry.first) == nullptr; });
  metrics_.map_use("processes", pipeline_->processes().size(), pipeline_->processes().capacity());
  for (const auto& map : sensor_->map_use()) {
    metrics_.map_use(map.map, map.entries, map.capacity);
  }
  uint64_t evicted = pipeline_->processes().evicted();
  metrics_.lost("process_table", "evicted", evicted - std::exchange(evicted_told_, evicted));
  export_correlation_losses();
  export_coverage();
}

void Monitor::export_correlation_losses() {
  const rules::Matcher& matcher = pipeline_->matcher();
  const std::pair<const char*, uint64_t> losses[] = {{"correlation_state_full", matcher.evicted()},
                                                     {"correlation_event_late", matcher.late()},
                                                     {"correlation_not_numeric", matcher.not_numeric()},
                                                     {"correlation_thinned", matcher.thinned()},
                                                     {"evidence_shortened", pipeline_->evidence_shortened()}};
  for (const auto& [reason, count] : losses) {
    metrics_.lost("rules", reason, count - std::exchange(correlation_losses_told_[reason], count));
  }
}

std::string Monitor::status_json() const {
  int live = live_rules(loaded_.rules);
  return to_json({.servers = servers_json(),
                  .rules = {.digest = rules::digest_of(*loaded_.rules.rules),
                            .live = live,
                            .dead = static_cast<int>(loaded_.rules.infos.size()) - live,
                            .loaded = output::timestamp(loaded_at_),
                            .stale = stale_,
                            .errors = texts(mistakes(attempted_))}});
}

nlohmann::ordered_json Monitor::servers_json() const {
  auto array = nlohmann::ordered_json::array();
  auto offset = static_cast<uint64_t>(pipeline_->context().clock_offset_ns);
  for (const Server* server : pipeline_->servers()) {
    nlohmann::ordered_json client = nullptr;
    if (!server->recognition.client.empty()) {
      client = server->recognition.client;
    }
    auto recognized = recognized_.find(server->root);
    uint64_t judged_ns = recognized != recognized_.end() ? recognized->second : server->since_ns;
    array.push_back({{"name", server->recognition.name},
                     {"client", client},
                     {"pid", server->root.pid},
                     {"command", server->command},
                     {"evidence", server->recognition.evidence},
                     {"since", output::timestamp(server->since_ns + offset)},
                     {"recognized", output::timestamp(judged_ns + offset)},
                     {"alerts", server->alerts}});
  }
  return array;
}

}  // namespace vedette::commands
