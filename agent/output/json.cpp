// SPDX-License-Identifier: Apache-2.0
#include "output/json.h"

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace vedette::output {
namespace {

using Json = nlohmann::ordered_json;

Json text(std::string_view bytes) { return printable_utf8(bytes); }

Json text_or_null(std::string_view bytes) { return bytes.empty() ? Json() : text(bytes); }

template <typename T>
Json value_or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

template <typename T, typename Convert>
Json array(const std::vector<T>& items, Convert convert) {
  Json result = Json::array();
  for (const auto& item : items) {
    result.push_back(convert(item));
  }
  return result;
}

Json user(const AlertProcess& process) {
  if (!process.uid && process.user.empty()) {
    return {};
  }
  return {{"id", value_or_null(process.uid)}, {"name", text_or_null(process.user)}};
}

Json json(const Ancestor& ancestor) {
  return {{"pid", ancestor.pid},
          {"executable", text_or_null(ancestor.executable)},
          {"command_line", text_or_null(ancestor.command_line)}};
}

Json json(const AlertProcess& process) {
  return {{"pid", process.pid},
          {"start_time", process.start_time ? Json(timestamp(*process.start_time)) : Json()},
          {"executable", text_or_null(process.executable)},
          {"command_line", text_or_null(process.command_line)},
          {"user", user(process)},
          {"cwd", text_or_null(process.cwd)},
          {"container_id", text_or_null(process.container_id)},
          {"ancestors", array(process.ancestors, [](const Ancestor& ancestor) { return json(ancestor); })},
          {"server", text_or_null(process.server)}};
}

Json json(const AlertServer& server) {
  return {{"name", text(server.name)},
          {"client", text_or_null(server.client)},
          {"pid", server.pid},
          {"evidence", array(server.evidence, text)}};
}

Json json(const AlertNetwork& network) {
  return {{"protocol", text(network.protocol)},
          {"address", text_or_null(network.address)},
          {"port", value_or_null(network.port)},
          {"hostname", text_or_null(network.hostname)}};
}

Json json(const AlertHost& host) {
  return {{"name", text_or_null(host.name)},
          {"machine_id", text_or_null(host.machine_id)},
          {"boot_id", text_or_null(host.boot_id)}};
}

Json json(const AlertRule& rule) {
  return {{"id", text(rule.id)},
          {"title", text(rule.title)},
          {"level", name(rule.level)},
          {"tags", array(rule.tags, text)},
          {"digest", text_or_null(rule.digest)}};
}

template <typename T>
Json json_or_null(const std::optional<T>& value) {
  return value ? json(*value) : Json();
}

Json json(const AlertEvidence& event) {
  return {{"time", timestamp(event.time)},        {"behavior", name(event.behavior)},
          {"actor", json_or_null(event.actor)},   {"target", json_or_null(event.target)},
          {"opener", json_or_null(event.opener)}, {"network", json_or_null(event.network)}};
}

Json json(const Alert& alert) {
  Json result = {{"schema", "vedette.alert/1"},
                 {"id", text(alert.id)},
                 {"time", timestamp(alert.time)},
                 {"host", json(alert.host)},
                 {"rule", json(alert.rule)},
                 {"behavior", name(alert.behavior)},
                 {"outcome", name(alert.outcome)},
                 {"actor", json_or_null(alert.actor)},
                 {"target", json_or_null(alert.target)},
                 {"opener", json_or_null(alert.opener)},
                 {"server", json_or_null(alert.server)},
                 {"network", json_or_null(alert.network)},
                 {"count", alert.count},
                 {"first_seen", timestamp(alert.first_seen)},
                 {"last_seen", timestamp(alert.last_seen)},
                 {"lost_before", alert.lost_before},
                 {"events", array(alert.events, [](const AlertEvidence& event) { return json(event); })},
                 {"message", text(alert.message.empty() ? message_for(alert) : alert.message)}};
  if (!alert.object.empty()) {
    result["object"] = text(alert.object);
  }
  return result;
}

}  // namespace

std::string to_json(const Alert& alert) { return json(alert).dump(); }

}  // namespace vedette::output
