// SPDX-License-Identifier: Apache-2.0
#include "servers/naming.h"

#include <algorithm>

#include "base/text.h"

namespace vedette::servers {
namespace {

using std::string_view;
using Kind = Subject::Kind;

bool matches_any(const std::vector<std::string>& patterns, string_view name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const auto& pattern) { return wildcard_match(pattern, name); });
}

const std::vector<NamePattern>& patterns_for(Kind kind, const Signatures& signatures) {
  switch (kind) {
    case Kind::kNpm:
      return signatures.npm;
    case Kind::kPython:
      return signatures.python;
    case Kind::kImage:
      return signatures.images;
    case Kind::kProgram:
      break;
  }
  return signatures.programs;
}

std::optional<std::string> subject_name(const Subject& subject, const Signatures& signatures) {
  for (const auto& [pattern, name] : patterns_for(subject.kind, signatures)) {
    if (wildcard_match(pattern, subject.name)) {
      return name.empty() ? short_name(subject.name) : name;
    }
  }
  return std::nullopt;
}

bool starts_with(const Words& words, const Words& start) {
  return words.size() >= start.size() && std::equal(start.begin(), start.end(), words.begin());
}

bool is_client(const Client& client, const Launch& launch, const std::string& executable) {
  auto runs = [&](const Subject& subject) {
    return matches_any(subject.kind == Kind::kNpm ? client.packages : client.programs, subject.name);
  };
  return std::any_of(launch.subjects.begin(), launch.subjects.end(), runs) || matches_any(client.paths, executable) ||
         matches_any(client.paths, launch.script);
}

bool strip_start(std::string& name, string_view start) {
  bool strips = name.size() > start.size() && name.starts_with(start);
  name.erase(0, strips ? start.size() : 0);
  return strips;
}

bool strip_end(std::string& name, string_view end) {
  bool strips = name.size() > end.size() && name.ends_with(end);
  name.erase(name.size() - (strips ? end.size() : 0));
  return strips;
}

}  // namespace

std::string short_name(std::string_view name) {
  std::string result = lower(base_name(name));
  std::replace(result.begin(), result.end(), '_', '-');
  for (string_view start : {"mcp-server-", "server-", "mcp-"}) {
    if (strip_start(result, start)) {
      break;
    }
  }
  for (string_view end : {"-mcp-server", "-server-mcp", "-mcp"}) {
    if (strip_end(result, end)) {
      break;
    }
  }
  bool says_nothing = result == "mcp" || result == "server" || result == "mcp-server";
  size_t scope = name.rfind('/');
  if (!says_nothing || scope == string_view::npos) {
    return result;
  }
  string_view above = base_name(name.substr(0, scope));
  return lower(above.starts_with('@') ? above.substr(1) : above);
}

std::optional<std::string> server_name(const Launch& launch, const Signatures& signatures) {
  auto excluded = [&](const Subject& subject) { return matches_any(signatures.not_servers, subject.name); };
  if (std::any_of(launch.subjects.begin(), launch.subjects.end(), excluded)) {
    return std::nullopt;
  }
  for (const auto& command : signatures.commands) {
    if (starts_with(launch.command, command.words)) {
      return command.name;
    }
  }
  for (const auto& subject : launch.subjects) {
    if (auto name = subject_name(subject, signatures)) {
      return name;
    }
  }
  return std::nullopt;
}

std::string client_name(const Launch& launch, const std::string& executable, const Signatures& signatures) {
  auto found = std::find_if(signatures.clients.begin(), signatures.clients.end(),
                            [&](const auto& client) { return is_client(client, launch, executable); });
  return found == signatures.clients.end() ? "" : found->name;
}

}  // namespace vedette::servers
