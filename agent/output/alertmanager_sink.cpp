// SPDX-License-Identifier: Apache-2.0
// https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml, postableAlerts
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "output/http_delivery.h"
#include "output/json.h"
#include "output/sinks.h"

namespace vedette::output {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kPath = "/api/v2/alerts";

uint64_t now_ns() {
  auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::nanoseconds(now).count());
}

HttpOptions with_path(HttpOptions http) {
  while (http.url.ends_with('/')) {
    http.url.pop_back();
  }
  http.url += http.url.ends_with(kPath) ? "" : kPath;
  return http;
}

// Labels and annotations without a value are left out.
void add(Json& object, const char* key, std::string_view value) {
  if (!value.empty()) {
    object[key] = printable_utf8(value);
  }
}

// What groups and routes alerts, and silences them: nothing that differs from one process to the next.
Json labels(const Alert& alert) {
  Json labels = Json::object();
  add(labels, "alertname", alert.rule.title);
  add(labels, "severity", name(alert.rule.level));
  add(labels, "rule_id", alert.rule.id);
  add(labels, "server", alert.server ? alert.server->name : "");
  add(labels, "client", alert.server ? alert.server->client : "");
  add(labels, "behavior", name(alert.behavior));
  add(labels, "host", alert.host.name);
  return labels;
}

std::string described(const std::optional<AlertProcess>& process) {
  if (!process) {
    return "";
  }
  const std::string& what = process->command_line.empty() ? process->executable : process->command_line;
  return (what.empty() ? "" : what + " ") + "(pid " + std::to_string(process->pid) + ")";
}

std::string destination(const std::optional<AlertNetwork>& network) {
  if (!network || network->address.empty()) {
    return "";
  }
  return network->protocol + " " + network->address + (network->port ? " port " + std::to_string(*network->port) : "");
}

Json annotations(const Alert& alert) {
  Json annotations = Json::object();
  add(annotations, "message", alert.message.empty() ? message_for(alert) : alert.message);
  add(annotations, "id", alert.id);
  add(annotations, "outcome", name(alert.outcome));
  add(annotations, "actor", described(alert.actor));
  add(annotations, "target", described(alert.target));
  add(annotations, "destination", destination(alert.network));
  add(annotations, "count", std::to_string(alert.count));
  add(annotations, "first_seen", timestamp(alert.first_seen));
  add(annotations, "last_seen", timestamp(alert.last_seen));
  return annotations;
}

class AlertmanagerSink final : public Sink {
 public:
  explicit AlertmanagerSink(const AlertmanagerOptions& options) : options_(options), client_(with_path(options.http)) {}

  Delivery write(std::span<const Alert> alerts) override {
    return deliver(client_, alerts, [this](std::span<const Alert> part) { return body(part); });
  }

  [[nodiscard]] size_t batch() const override { return options_.batch; }

  void reopen() override { client_.reopen(); }

 private:
  // An alert whose end is past tells nobody: one that comes late lasts from now.
  [[nodiscard]] uint64_t end(const Alert& alert) const {
    auto lasts = static_cast<uint64_t>(std::chrono::nanoseconds(options_.resolve_after).count());
    uint64_t now = now_ns();
    return alert.last_seen + lasts > now ? alert.last_seen + lasts : now + lasts;
  }

  [[nodiscard]] std::string body(std::span<const Alert> alerts) const {
    Json array = Json::array();
    for (const Alert& alert : alerts) {
      Json one = {{"labels", labels(alert)},
                  {"annotations", annotations(alert)},
                  {"startsAt", timestamp(alert.first_seen)},
                  {"endsAt", timestamp(end(alert))}};
      if (!options_.generator_url.empty()) {
        one["generatorURL"] = options_.generator_url;
      }
      array.push_back(std::move(one));
    }
    return array.dump(-1, ' ', false, Json::error_handler_t::replace);
  }

  AlertmanagerOptions options_;
  HttpClient client_;
};

}  // namespace

std::unique_ptr<Sink> alertmanager_sink(const AlertmanagerOptions& options) {
  return std::make_unique<AlertmanagerSink>(options);
}

}  // namespace vedette::output
