// SPDX-License-Identifier: Apache-2.0
#include "output/ocsf_evidence.h"

#include <algorithm>
#include <array>

namespace vedette::output {
namespace {

using Json = OrderedJson;

struct Observable {
  const char* path;  // in an evidence
  int type_id;
  const char* type;
};

constexpr std::array kObservables = {
    Observable{"actor.process.name", 9, "Process Name"},
    Observable{"actor.process.pid", 15, "Process ID"},
    Observable{"actor.process.cmd_line", 13, "Command Line"},
    Observable{"actor.process.file.path", 45, "File Path"},
    Observable{"actor.process.user.name", 4, "User Name"},
    Observable{"process.name", 9, "Process Name"},
    Observable{"process.pid", 15, "Process ID"},
    Observable{"process.cmd_line", 13, "Command Line"},
    Observable{"process.file.path", 45, "File Path"},
    Observable{"process.user.name", 4, "User Name"},
    Observable{"file.path", 45, "File Path"},
    Observable{"dst_endpoint.ip", 2, "IP Address"},
    Observable{"dst_endpoint.port", 11, "Port"},
    Observable{"dst_endpoint.hostname", 1, "Hostname"},
};

Json file(std::string_view path) {
  Json result = Json::object();
  if (!path.empty()) {
    put_text(result, "name", process_name(path));
    put_text(result, "path", path);
    result["type_id"] = 1;
    result["type"] = "Regular File";
  }
  return result;
}

Json user(const AlertProcess& process) {
  Json result = Json::object();
  if (process.uid) {
    result["uid"] = std::to_string(*process.uid);
  }
  put_text(result, "name", process.user);
  return result;
}

Json parent(const Ancestor& ancestor) {
  Json result = {{"pid", ancestor.pid}};
  put_text(result, "name", process_name(ancestor.executable));
  put_text(result, "cmd_line", ancestor.command_line);
  put(result, "file", file(ancestor.executable));
  return result;
}

Json entity(const Ancestor& ancestor) {
  Json result = {{"pid", ancestor.pid}};
  put_text(result, "name", process_name(ancestor.executable));
  put_text(result, "path", ancestor.executable);
  put_text(result, "cmd_line", ancestor.command_line);
  return result;
}

void put_descent(Json& result, const AlertProcess& process) {
  if (process.ancestors.empty()) {
    return;
  }
  result["parent_process"] = parent(process.ancestors.front());
  for (const Ancestor& ancestor : process.ancestors) {
    result["ancestry"].push_back(entity(ancestor));
  }
}

Json json(const AlertHost& host, const AlertProcess& process) {
  Json result = {{"pid", process.pid}};
  put_text(result, "uid", entity_id(host, process));
  put_text(result, "name", process_name(process.executable));
  put_text(result, "cmd_line", process.command_line);
  if (process.start_time) {
    result["created_time"] = milliseconds(*process.start_time);
  }
  put(result, "file", file(process.executable));
  put(result, "user", user(process));
  put_text(result, "working_directory", process.cwd);
  if (!process.container_id.empty()) {
    put_text(result["container"], "uid", process.container_id);
  }
  put_descent(result, process);
  return result;
}

Json endpoint(const AlertNetwork& network) {
  Json result = Json::object();
  put_text(result, ip_version(network.address) != 0 ? "ip" : "name", network.address);
  put_text(result, "hostname", network.hostname);
  if (!result.empty()) {
    put_number(result, "port", network.port);
  }
  return result;
}

Json connection(Behavior behavior, const AlertNetwork& network) {
  bool outbound = behavior == Behavior::kEgress;
  Json result = {{"direction_id", outbound ? 2 : 0}, {"direction", outbound ? "Outbound" : "Unknown"}};
  put_text(result, "protocol_name", network.protocol);
  return result;
}

// MCP servers the processes belong to.
Json servers(const AlertEvidence& event) {
  Json result = Json::object();
  put_text(result, "actor_server", event.actor ? event.actor->server : "");
  put_text(result, "target_server", event.target ? event.target->server : "");
  return result;
}

Json evidence(const AlertHost& host, const AlertEvidence& event) {
  Json result = {{"name", name(event.behavior)}};
  if (event.actor) {
    result["actor"]["process"] = json(host, *event.actor);
  }
  if (event.target) {
    result["process"] = json(host, *event.target);
  }
  if (event.target && event.behavior == Behavior::kEnvironRead) {
    result["file"] = file("/proc/" + std::to_string(event.target->pid) + "/environ");
  }
  if (event.network) {
    result["connection_info"] = connection(event.behavior, *event.network);
    put(result, "dst_endpoint", endpoint(*event.network));
  }
  put(result, "data", servers(event));
  return result;
}

Json opener(const AlertHost& host, const AlertProcess& process) {
  Json result = {{"name", "opener"}, {"actor", {{"process", json(host, process)}}}};
  put_text(result["data"], "actor_server", process.server);
  if (result["data"].empty()) {
    result.erase("data");
  }
  return result;
}

Json::json_pointer pointer(std::string path) {
  std::ranges::replace(path, '.', '/');
  return Json::json_pointer("/" + path);
}

Json observable(const Observable& row, const Json& value, size_t evidence) {
  return {{"name", "evidences[" + std::to_string(evidence) + "]." + row.path},
          {"type_id", row.type_id},
          {"type", row.type},
          {"value", value.is_string() ? value.get<std::string>() : value.dump()}};
}

bool same_value(const Json& a, const Json& b) { return a["type_id"] == b["type_id"] && a["value"] == b["value"]; }

}  // namespace

std::string ocsf_event_uid(const Alert& alert, size_t n) { return alert.id + "/" + std::to_string(n); }

Json ocsf_evidences(const Alert& alert) {
  Json result = Json::array();
  size_t n = 0;
  for (const AlertEvidence& event : evidence_of(alert)) {
    Json item = evidence(alert.host, event);
    if (item.size() > 1) {
      item["uid"] = alert.events.empty() ? alert.id : ocsf_event_uid(alert, n);
      result.push_back(std::move(item));
    }
    if (event.opener) {
      result.push_back(opener(alert.host, *event.opener));
    }
    ++n;
  }
  return result;
}

Json ocsf_observables(const Json& evidences) {
  Json result = Json::array();
  for (size_t i = 0; i < evidences.size(); ++i) {
    for (const Observable& row : kObservables) {
      auto place = pointer(row.path);
      if (!evidences[i].contains(place)) {
        continue;
      }
      Json item = observable(row, evidences[i][place], i);
      if (std::ranges::none_of(result, [&](const Json& other) { return same_value(item, other); })) {
        result.push_back(std::move(item));
      }
    }
  }
  return result;
}

}  // namespace vedette::output
