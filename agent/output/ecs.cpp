// SPDX-License-Identifier: Apache-2.0
#include "output/ecs.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "output/attack.h"
#include "output/json.h"
#include "output/known.h"

namespace vedette::output {
namespace {

using Json = OrderedJson;

struct Kind {
  Behavior behavior;
  const char* category;  // beside intrusion_detection
  const char* type;
};

constexpr std::array kKinds = {
    Kind{Behavior::kEnvironRead, "process", "access"},
    Kind{Behavior::kMemoryRead, "process", "access"},
    Kind{Behavior::kMemoryWrite, "process", "change"},
    Kind{Behavior::kPtraceAttach, "process", "access"},
    Kind{Behavior::kFdSteal, "process", "access"},
    Kind{Behavior::kCoreDump, "process", "access"},
    Kind{Behavior::kEgress, "network", "connection"},
    Kind{Behavior::kRawSocket, "network", "access"},
    Kind{Behavior::kListen, "process", "access"},
    Kind{Behavior::kProcessStart, "process", "start"},
    Kind{Behavior::kProcessExit, "process", "end"},
    Kind{Behavior::kSignal, "process", "change"},
    Kind{Behavior::kStateTamper, "file", "change"},
    Kind{Behavior::kConfigurationRemoved, "configuration", "deletion"},
    Kind{Behavior::kProbeDetached, "process", "change"},
    Kind{Behavior::kMonitorKilled, "process", "end"},
};

// Elastic's numbers for its own levels of severity; it has none for informational.
int severity(Level level) {
  static constexpr std::array kSeverities = {1, 21, 47, 73, 99};
  return kSeverities[static_cast<size_t>(level)];
}

Json user(const AlertProcess& process) {
  Json result = Json::object();
  if (process.uid) {
    result["id"] = std::to_string(*process.uid);
  }
  put_text(result, "name", process.user);
  return result;
}

Json json(const Ancestor& ancestor) {
  Json result = {{"pid", ancestor.pid}};
  put_text(result, "name", process_name(ancestor.executable));
  put_text(result, "executable", ancestor.executable);
  put_text(result, "command_line", ancestor.command_line);
  return result;
}

// As `process`.
Json json(const AlertHost& host, const AlertProcess& process) {
  Json result = {{"pid", process.pid}};
  put_text(result, "entity_id", entity_id(host, process));
  put_text(result, "name", process_name(process.executable));
  put_text(result, "executable", process.executable);
  put_text(result, "command_line", process.command_line);
  put_text(result, "working_directory", process.cwd);
  if (process.start_time) {
    result["start"] = timestamp(*process.start_time);
  }
  put(result, "user", user(process));
  if (!process.ancestors.empty()) {
    result["parent"] = json(process.ancestors.front());
  }
  return result;
}

// What `process` has no field for.
void put_rest(Json& result, const AlertProcess& process) {
  put_text(result, "server", process.server);
  for (const Ancestor& ancestor : process.ancestors) {
    result["ancestors"].push_back(json(ancestor));
  }
}

// Below `vedette`.
Json whole(const AlertHost& host, const std::optional<AlertProcess>& process) {
  if (!process) {
    return Json::object();
  }
  Json result = json(host, *process);
  put_rest(result, *process);
  if (!process->container_id.empty()) {
    put_text(result["container"], "id", process->container_id);
  }
  return result;
}

Json destination(const AlertNetwork& network) {
  Json result = Json::object();
  put_text(result, "address", network.address.empty() ? network.hostname : network.address);
  if (ip_version(network.address) != 0) {
    result["ip"] = network.address;
  }
  put_number(result, "port", network.port);
  put_text(result, "domain", network.hostname);
  return result;
}

Json network(Behavior behavior, const AlertNetwork& network) {
  Json result = Json::object();
  put_text(result, "transport", network.protocol);
  if (int version = ip_version(network.address); version != 0) {
    result["type"] = "ipv" + std::to_string(version);
  }
  if (behavior == Behavior::kEgress) {
    result["direction"] = "egress";
  }
  return result;
}

Json event(const Alert& alert) {
  const auto* kind = std::ranges::find(kKinds, alert.behavior, &Kind::behavior);
  bool allowed = alert.outcome == Outcome::kAllowed;
  Json result = {{"kind", "alert"}, {"module", "vedette"}, {"dataset", "vedette.alert"}, {"provider", "vedette"}};
  if (kind != kKinds.end()) {
    result["category"] = {kind->category, "intrusion_detection"};
    result["type"] = {kind->type, allowed ? "allowed" : "denied"};
  }
  result["action"] = name(alert.behavior);
  result["code"] = name(alert.behavior);
  result["outcome"] = allowed ? "success" : "failure";
  result["id"] = printable_utf8(alert.id);
  result["severity"] = severity(alert.rule.level);
  result["reason"] = printable_utf8(alert.rule.title);
  result["start"] = timestamp(alert.first_seen);
  result["end"] = timestamp(alert.last_seen);
  return result;
}

Json rule(const AlertRule& rule) {
  Json result = {{"name", printable_utf8(rule.title)}};
  put_text(result, "id", rule.id);
  put_text(result, "uuid", rule.id);
  put_text(result, "version", rule.digest);
  return result;
}

// ECS keeps ids and names of one kind in two lists.
void add(Json& object, const AttackName& name) {
  if (name.id.empty() ||
      (object.contains("id") && std::ranges::find(object["id"], Json(name.id)) != object["id"].end())) {
    return;
  }
  object["id"].push_back(name.id);
  if (!name.name.empty()) {
    object["name"].push_back(name.name);
  }
}

Json threat(const std::vector<std::string>& tags) {
  Json result = Json::object();
  for (const Attack& attack : attacks_of(tags)) {
    result["framework"] = "MITRE ATT&CK";
    add(result["tactic"], attack.tactic);
    add(result["technique"], attack.technique);
    if (!attack.sub_technique.id.empty()) {
      add(result["technique"]["subtechnique"], attack.sub_technique);
    }
  }
  for (const char* key : {"tactic", "technique"}) {
    if (result.contains(key) && result[key].empty()) {
      result.erase(key);
    }
  }
  return result;
}

Json host(const AlertHost& host) {
  Json result = {{"os", {{"type", "linux"}}}};
  put_text(result, "hostname", host.name);
  put_text(result, "name", host.name);
  put_text(result, "id", host.machine_id);
  if (!host.boot_id.empty()) {
    put_text(result["boot"], "id", host.boot_id);
  }
  return result;
}

Json server(const AlertServer& server) {
  Json result = {{"name", printable_utf8(server.name)}, {"pid", server.pid}};
  put_text(result, "client", server.client);
  put(result, "evidence", texts(server.evidence));
  return result;
}

Json json(const AlertHost& host, const AlertEvidence& event) {
  Json result = {{"time", timestamp(event.time)}, {"behavior", name(event.behavior)}};
  put(result, "actor", whole(host, event.actor));
  put(result, "target", whole(host, event.target));
  put(result, "opener", whole(host, event.opener));
  if (event.network) {
    put(result, "destination", destination(*event.network));
    put(result, "network", network(event.behavior, *event.network));
  }
  return result;
}

Json vedette(const Alert& alert) {
  Json result = {{"outcome", name(alert.outcome)},
                 {"level", name(alert.rule.level)},
                 {"count", alert.count},
                 {"lost_before", alert.lost_before}};
  put_text(result, "object", alert.object);
  if (alert.server) {
    result["server"] = server(*alert.server);
  }
  Json actor = Json::object();
  if (alert.actor) {
    put_rest(actor, *alert.actor);
  }
  put(result, "actor", std::move(actor));
  put(result, "target", whole(alert.host, alert.target));
  put(result, "opener", whole(alert.host, alert.opener));
  for (const AlertEvidence& event : alert.events) {
    result["events"].push_back(json(alert.host, event));
  }
  return result;
}

Json labels(const AlertServer& server) {
  Json result = Json::object();
  put_text(result, "mcp_server", server.name);
  put_text(result, "mcp_client", server.client);
  return result;
}

void put_actor(Json& result, const AlertHost& host, const AlertProcess& actor) {
  result["process"] = json(host, actor);
  put(result, "user", user(actor));
  if (!actor.container_id.empty()) {
    put_text(result["container"], "id", actor.container_id);
  }
}

}  // namespace

std::string to_ecs(const Alert& alert) {
  Json result = {
      {"@timestamp", timestamp(alert.time)}, {"ecs", {{"version", "8.17.0"}}}, {"message", message_of(alert)}};
  put(result, "tags", texts(alert.rule.tags));
  put(result, "labels", alert.server ? labels(*alert.server) : Json());
  result["event"] = event(alert);
  result["rule"] = rule(alert.rule);
  put(result, "threat", threat(alert.rule.tags));
  result["host"] = host(alert.host);
  result["observer"] = {
      {"vendor", "Vedette"}, {"product", "Vedette"}, {"type", "sensor"}, {"version", VEDETTE_VERSION}};
  if (alert.actor) {
    put_actor(result, alert.host, *alert.actor);
  }
  if (alert.network) {
    put(result, "destination", destination(*alert.network));
    put(result, "network", network(alert.behavior, *alert.network));
  }
  result["vedette"] = vedette(alert);
  return result.dump();
}

}  // namespace vedette::output
