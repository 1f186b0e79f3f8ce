// SPDX-License-Identifier: Apache-2.0
#include "servers/client_files.h"

#include <algorithm>
#include <optional>

#include "event/redact.h"

namespace vedette::servers {
namespace {

using Json = nlohmann::json;

constexpr size_t kServersLimit = 512;   // in one file
constexpr size_t kArgsLimit = 512;      // of one server
constexpr size_t kProjectsLimit = 256;  // of one user
constexpr size_t kTextLimit = 4096;     // bytes of a name, command or argument

constexpr ClientFile kHomeFiles[] = {
    {"claude-desktop", ".config/Claude/claude_desktop_config.json", true},
    {"claude-code", ".claude.json", false},
    {"claude-code", ".mcp.json", true},
    {"cursor", ".cursor/mcp.json", true},
    {"vscode", ".config/Code/User/mcp.json", true},
    {"vscode", ".config/Code/User/settings.json", false},
    {"vscode", ".config/Code - Insiders/User/mcp.json", true},
    {"vscode", ".config/Code - Insiders/User/settings.json", false},
    {"vscode", ".vscode-server/data/User/mcp.json", true},
    {"vscode", ".vscode-server/data/Machine/settings.json", false},
    {"vscode", ".vscode-server-insiders/data/User/mcp.json", true},
    {"vscode", ".config/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json", true},
    {"vscode", ".config/Code/User/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json", true},
    {"windsurf", ".codeium/windsurf/mcp_config.json", true},
    {"windsurf", ".codeium/mcp_config.json", true},
    {"zed", ".config/zed/settings.json", false},
    {"gemini", ".gemini/settings.json", false},
    {"lmstudio", ".lmstudio/mcp.json", true},
    {"opencode", ".config/opencode/opencode.json", false},
    {"opencode", ".config/opencode/opencode.jsonc", false},
    {"amazonq", ".aws/amazonq/mcp.json", true},
    {"amazonq", ".aws/amazonq/default.json", false},
    {"kiro", ".kiro/settings/mcp.json", true},
    {"junie", ".junie/mcp/mcp.json", true},
    {"amp", ".config/amp/settings.json", false},
};

constexpr ClientFile kProjectFiles[] = {
    {"claude-code", ".mcp.json", true},        {"cursor", ".cursor/mcp.json", true},
    {"vscode", ".vscode/mcp.json", true},      {"vscode", ".vscode/settings.json", false},
    {"kiro", ".kiro/settings/mcp.json", true},
};

constexpr ClientFile kSystemFiles[] = {
    {"claude-code", "etc/claude-code/managed-mcp.json", true},
    {"opencode", "etc/opencode/opencode.json", false},
};

// Where servers stand, in the order they are looked for.
constexpr const char* kPlaces[] = {"/mcpServers",
                                   "/servers",
                                   "/context_servers",
                                   "/mcp/servers",
                                   "/mcp.servers",
                                   "/amp.mcpServers",
                                   "/mcp",
                                   "/customizations/vscode/mcp/servers"};

const Json* find(const Json& json, const char* pointer) {
  Json::json_pointer place(pointer);
  const Json* found = json.contains(place) ? &json.at(place) : nullptr;
  return found != nullptr && found->is_object() ? found : nullptr;
}

std::optional<std::string> text_of(const Json& json) {
  std::string text;
  if (json.is_string()) {
    text = json.get_ref<const std::string&>();
  } else if (json.is_number() || json.is_boolean()) {
    text = json.dump();
  } else {
    return std::nullopt;
  }
  return text.size() <= kTextLimit && text.find('\0') == std::string::npos ? std::optional(text) : std::nullopt;
}

// "${VAR:-default}" and "${input:id}" as "${VAR}" and "${input}": what stands behind the colon may be a secret, and
// is not needed to know that the place is open.
std::string without_defaults(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    size_t open = text.find("${");
    size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) {
      return result.append(text);
    }
    size_t name_end = std::min(close, text.find(':', open));
    result.append(text.substr(0, name_end)).append("}");
    text.remove_prefix(close + 1);
  }
  return result;
}

// Appends the texts of a list; false when one is none.
bool append(const Json& list, std::vector<std::string>& words) {
  if (!list.is_array() || list.size() > kArgsLimit) {
    return false;
  }
  for (const auto& element : list) {
    auto text = text_of(element);
    if (!text) {
      return false;
    }
    words.push_back(without_defaults(*text));
  }
  return true;
}

// Command and arguments; empty when the server is not started by the client (a URL) or makes no sense.
std::vector<std::string> words_of(const Json& server) {
  std::vector<std::string> words;
  if (!server.is_object() || !server.contains("command")) {
    return {};
  }
  const Json& command = server["command"];
  const Json& args_holder = command.is_object() ? command : server;
  const Json& program = command.is_object() && command.contains("path") ? command["path"] : command;
  if (program.is_string()) {
    words.push_back(without_defaults(text_of(program).value_or("")));
  } else if (!append(program, words)) {
    return {};
  }
  bool good = !args_holder.contains("args") || args_holder["args"].is_null() || append(args_holder["args"], words);
  return good && !words.empty() && !words[0].empty() ? words : std::vector<std::string>();
}

void append_servers(const Json& servers, const char* client, std::vector<ConfigEntry>& entries) {
  for (const auto& [name, server] : servers.items()) {
    auto words = redact(words_of(server));
    if (words.empty() || name.size() > kTextLimit || entries.size() >= kServersLimit) {
      continue;
    }
    entries.push_back({client, name, words[0], {words.begin() + 1, words.end()}, "", 0});
  }
}

const Json* servers_in(const Json& json, bool flat) {
  for (const auto* place : kPlaces) {
    if (const auto* servers = find(json, place)) {
      return servers;
    }
  }
  return flat ? &json : nullptr;
}

}  // namespace

std::span<const ClientFile> home_files() { return kHomeFiles; }
std::span<const ClientFile> project_files() { return kProjectFiles; }
std::span<const ClientFile> system_files() { return kSystemFiles; }

std::vector<ConfigEntry> entries_of(const nlohmann::json& json, const ClientFile& file) {
  std::vector<ConfigEntry> entries;
  if (!json.is_object()) {
    return entries;
  }
  if (const auto* servers = servers_in(json, file.servers_only)) {
    append_servers(*servers, file.client, entries);
  }
  if (const auto* projects = find(json, "/projects")) {
    for (const auto& project : *projects) {
      if (const auto* servers = find(project, "/mcpServers")) {
        append_servers(*servers, file.client, entries);
      }
    }
  }
  return entries;
}

std::vector<std::string> projects_of(const nlohmann::json& json) {
  std::vector<std::string> result;
  const auto* projects = json.is_object() ? find(json, "/projects") : nullptr;
  if (projects == nullptr) {
    return result;
  }
  for (const auto& [directory, project] : projects->items()) {
    bool good = directory.starts_with('/') && directory.size() > 1 && directory.size() <= kTextLimit &&
                directory.find('\0') == std::string::npos;
    if (good && result.size() < kProjectsLimit) {
      result.push_back(directory);
    }
  }
  return result;
}

}  // namespace vedette::servers
