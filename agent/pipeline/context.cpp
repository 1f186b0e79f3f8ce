// SPDX-License-Identifier: Apache-2.0
#include "pipeline/context.h"

#include <nlohmann/json.hpp>

#include "servers/json.h"

namespace vedette {
namespace {

using Json = nlohmann::json;

Json json_of(const servers::Declared& declared) {
  return {{"name", declared.name},
          {"executable", declared.match.executable},
          {"command_line", declared.match.command_line},
          {"user", declared.match.user},
          {"parent", declared.match.parent},
          {"egress", declared.egress}};
}

servers::Declared declared_from(const Json& json) {
  return {.name = json.at("name"),
          .match = {.executable = json.at("executable"),
                    .command_line = json.at("command_line"),
                    .user = json.at("user"),
                    .parent = json.at("parent")},
          .egress = json.at("egress")};
}

Context context_from(const Json& json) {
  Context context;
  context.host = {.name = json.at("host").at("name"),
                  .machine_id = json.at("host").at("machine_id"),
                  .boot_id = json.at("host").at("boot_id")};
  context.monitor_pid = json.value("monitor_pid", 0U);  // recordings of before have none
  context.clock_offset_ns = json.at("clock_offset_ns");
  context.fold_window_ns = json.at("fold_window_ns");
  for (const auto& [uid, name] : json.at("users").items()) {
    context.users[static_cast<uint32_t>(std::stoul(uid))] = name.get<std::string>();
  }
  context.resolvers = json.at("resolvers");
  context.egress_allow = json.at("egress_allow");
  for (const auto& declared : json.at("declared")) {
    context.declared.push_back(declared_from(declared));
  }
  if (auto entries = servers::entries_from_json(json.at("entries"))) {
    context.entries = std::move(*entries);
  }
  return context;
}

}  // namespace

std::string to_json(const Context& context) {
  Json json = {
      {"host",
       {{"name", context.host.name}, {"machine_id", context.host.machine_id}, {"boot_id", context.host.boot_id}}},
      {"clock_offset_ns", context.clock_offset_ns},
      {"fold_window_ns", context.fold_window_ns},
      {"users", Json::object()},
      {"resolvers", context.resolvers},
      {"egress_allow", context.egress_allow},
      {"declared", Json::array()},
      {"entries", servers::to_json(context.entries)}};
  if (context.monitor_pid != 0) {
    json["monitor_pid"] = context.monitor_pid;
  }
  for (const auto& [uid, name] : context.users) {
    json["users"][std::to_string(uid)] = name;
  }
  for (const auto& declared : context.declared) {
    json["declared"].push_back(json_of(declared));
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Context> context_from_json(const std::string& json) {
  try {
    return context_from(Json::parse(json));
  } catch (const std::exception& error) {
    return fail("context record: " + std::string(error.what()));
  }
}

}  // namespace vedette
