// SPDX-License-Identifier: Apache-2.0
// Which files clients keep their servers in, and what is in them.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "servers/recognizer.h"

namespace vedette::servers {

struct ClientFile {
  const char* client;
  const char* path;   // below the home, the project or the root
  bool servers_only;  // nothing but servers: they may stand there without a key around them
};

std::span<const ClientFile> home_files();
std::span<const ClientFile> project_files();
std::span<const ClientFile> system_files();

// The servers of one file; file and uid are left to the caller. Never throws, whatever the JSON holds.
std::vector<ConfigEntry> entries_of(const nlohmann::json& json, const ClientFile& file);

// Absolute directories of the `projects` of ~/.claude.json.
std::vector<std::string> projects_of(const nlohmann::json& json);

}  // namespace vedette::servers
