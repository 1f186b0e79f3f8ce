// SPDX-License-Identifier: Apache-2.0
#include "output/ocsf.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "output/attack.h"
#include "output/json.h"
#include "output/ocsf_evidence.h"

namespace vedette::output {
namespace {

using Json = OrderedJson;

struct Captioned {
  int id;
  const char* caption;
};

struct Control {
  Captioned action;
  Captioned disposition;
};

Captioned severity(Level level) {
  static constexpr std::array<Captioned, 5> kSeverities = {
      {{1, "Informational"}, {2, "Low"}, {3, "Medium"}, {4, "High"}, {5, "Critical"}}};
  return kSeverities[static_cast<size_t>(level)];
}

Control control(Outcome outcome) {
  static constexpr std::array<Control, 3> kControls = {
      {{{1, "Allowed"}, {15, "Detected"}}, {{2, "Denied"}, {26, "Unauthorized"}}, {{2, "Denied"}, {2, "Blocked"}}}};
  return kControls[static_cast<size_t>(outcome)];
}

bool in_container(const std::optional<AlertProcess>& process) { return process && !process->container_id.empty(); }

bool in_container(const AlertEvidence& event) {
  return in_container(event.actor) || in_container(event.target) || in_container(event.opener);
}

Json profiles(const Alert& alert) {
  Json result = {"host", "security_control"};
  if (std::ranges::any_of(evidence_of(alert), [](const AlertEvidence& event) { return in_container(event); })) {
    result.push_back("container");
  }
  return result;
}

Json tag(const char* name, const std::string& value) { return {{"name", name}, {"value", value}}; }

Json tags(const Alert& alert) {
  Json result = Json::array({tag("lost_before", std::to_string(alert.lost_before))});
  if (!alert.object.empty()) {
    result.push_back(tag("object", printable_utf8(alert.object)));
  }
  return result;
}

Json metadata(const Alert& alert) {
  return {{"version", "1.8.0"},
          {"uid", printable_utf8(alert.id)},
          {"product", {{"name", "Vedette"}, {"vendor_name", "Vedette"}, {"version", VEDETTE_VERSION}}},
          {"profiles", profiles(alert)},
          {"event_code", name(alert.behavior)},
          {"original_time", timestamp(alert.time)},
          {"tags", tags(alert)}};
}

void put_name(Json& attack, const char* key, const AttackName& name) {
  if (!name.id.empty()) {
    attack[key]["uid"] = name.id;
    put_text(attack[key], "name", name.name);
  }
}

Json attacks(const std::vector<std::string>& tags) {
  Json result = Json::array();
  for (const Attack& attack : attacks_of(tags)) {
    Json item = {{"version", kAttackVersion}};
    put_name(item, "tactic", attack.tactic);
    put_name(item, "technique", attack.technique);
    put_name(item, "sub_technique", attack.sub_technique);
    result.push_back(std::move(item));
  }
  return result;
}

Json analytic(const AlertRule& rule) {
  Json result = {{"type_id", 1}, {"type", "Rule"}, {"name", printable_utf8(rule.title)}};
  put_text(result, "uid", rule.id);
  put_text(result, "version", rule.digest);
  return result;
}

Json related_events(const Alert& alert) {
  Json result = Json::array();
  for (const AlertEvidence& event : alert.events) {
    result.push_back({{"uid", ocsf_event_uid(alert, result.size())},
                      {"type", name(event.behavior)},
                      {"first_seen_time", milliseconds(event.time)},
                      {"last_seen_time", milliseconds(event.time)}});
  }
  return result;
}

Json finding_info(const Alert& alert) {
  Json result = {{"uid", printable_utf8(alert.id)},
                 {"title", printable_utf8(alert.rule.title)},
                 {"types", Json::array({name(alert.behavior)})},
                 {"analytic", analytic(alert.rule)},
                 {"created_time", milliseconds(alert.time)},
                 {"first_seen_time", milliseconds(alert.first_seen)},
                 {"last_seen_time", milliseconds(alert.last_seen)}};
  put(result, "attacks", attacks(alert.rule.tags));
  if (!alert.rule.tags.empty()) {
    result["tags"] = Json::array({{{"name", "rule"}, {"values", texts(alert.rule.tags)}}});
  }
  if (!alert.events.empty()) {
    result["related_events"] = related_events(alert);
    result["related_events_count"] = alert.events.size();
  }
  return result;
}

// A device must have a name or an id.
Json device(const AlertHost& host) {
  Json result = Json::object();
  put_text(result, "hostname", host.name);
  put_text(result, "uid", host.machine_id);
  if (!result.empty()) {
    put_text(result, "boot_uid", host.boot_id);
    result["type_id"] = 0;
    result["type"] = "Unknown";
    result["os"] = {{"name", "Linux"}, {"type", "Linux"}, {"type_id", 200}};
  }
  return result;
}

// The MCP server concerned.
Json resource(const AlertServer& server, const std::optional<AlertProcess>& target) {
  bool reached = target && target->server == server.name;
  Json data = {{"pid", server.pid}};
  put_text(data, "client", server.client);
  put(data, "evidence", texts(server.evidence));
  return {{"name", printable_utf8(server.name)},
          {"type", "MCP server"},
          {"role_id", reached ? 1 : 2},
          {"role", reached ? "Target" : "Actor"},
          {"data", std::move(data)}};
}

Json classification(const Alert& alert) {
  return {{"activity_id", 1},
          {"activity_name", "Create"},
          {"category_uid", 2},
          {"category_name", "Findings"},
          {"class_uid", 2004},
          {"class_name", "Detection Finding"},
          {"type_uid", 200401},
          {"type_name", "Detection Finding: Create"},
          {"severity_id", severity(alert.rule.level).id},
          {"severity", severity(alert.rule.level).caption},
          {"status_id", 1},
          {"status", "New"},
          {"is_alert", true},
          {"action_id", control(alert.outcome).action.id},
          {"action", control(alert.outcome).action.caption},
          {"disposition_id", control(alert.outcome).disposition.id},
          {"disposition", control(alert.outcome).disposition.caption}};
}

}  // namespace

std::string to_ocsf(const Alert& alert) {
  Json result = classification(alert);
  result["time"] = milliseconds(alert.time);
  result["start_time"] = milliseconds(alert.first_seen);
  result["end_time"] = milliseconds(alert.last_seen);
  result["count"] = alert.count;
  result["message"] = message_of(alert);
  result["metadata"] = metadata(alert);
  result["finding_info"] = finding_info(alert);
  put(result, "attacks", result["finding_info"].value("attacks", Json()));
  put(result, "device", device(alert.host));
  Json evidences = ocsf_evidences(alert);
  if (alert.server) {
    result["resources"] = Json::array({resource(*alert.server, alert.target)});
  }
  put(result, "observables", ocsf_observables(evidences));
  put(result, "evidences", std::move(evidences));
  return result.dump();
}

}  // namespace vedette::output
