// SPDX-License-Identifier: Apache-2.0
// Configuration entries as JSON, for recordings.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "base/result.h"
#include "servers/recognizer.h"

namespace vedette::servers {

nlohmann::json to_json(const ConfigEntry& entry);
nlohmann::json to_json(const std::vector<ConfigEntry>& entries);

// Keys that are missing have their defaults; of the wrong type are errors.
Result<ConfigEntry> from_json(const nlohmann::json& json);
Result<std::vector<ConfigEntry>> entries_from_json(const nlohmann::json& json);

}  // namespace vedette::servers
