// SPDX-License-Identifier: Apache-2.0
#include "servers/json.h"

namespace vedette::servers {

using Json = nlohmann::json;

nlohmann::json to_json(const ConfigEntry& entry) {
  return {{"client", entry.client}, {"name", entry.name}, {"command", entry.command},
          {"args", entry.args},     {"file", entry.file}, {"uid", entry.uid}};
}

nlohmann::json to_json(const std::vector<ConfigEntry>& entries) {
  Json list = Json::array();
  for (const auto& entry : entries) {
    list.push_back(to_json(entry));
  }
  return list;
}

Result<ConfigEntry> from_json(const nlohmann::json& json) {
  try {
    return ConfigEntry{json.value("client", ""),  json.value("name", ""),
                       json.value("command", ""), json.value("args", std::vector<std::string>()),
                       json.value("file", ""),    json.value("uid", 0U)};
  } catch (const Json::exception& e) {
    return fail(std::string("not a configuration entry: ") + e.what());
  }
}

Result<std::vector<ConfigEntry>> entries_from_json(const nlohmann::json& json) {
  if (!json.is_array()) {
    return fail("configuration entries must be a list");
  }
  std::vector<ConfigEntry> entries;
  for (const auto& element : json) {
    auto entry = from_json(element);
    if (!entry) {
      return fail(entry.error());
    }
    entries.push_back(*std::move(entry));
  }
  return entries;
}

}  // namespace vedette::servers
