// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "servers/launch.h"
#include "servers/signatures.h"

namespace vedette::servers {

// The short name of the server that is launched, nullopt when it is none that the signatures know.
std::optional<std::string> server_name(const Launch& launch, const Signatures& signatures);

// The client that is launched, "" none known.
std::string client_name(const Launch& launch, const std::string& executable, const Signatures& signatures);

// "@modelcontextprotocol/server-git", "mcp_server_git", "ghcr.io/a/git-mcp-server" → "git"; "@a/mcp" → "a".
std::string short_name(std::string_view name);

}  // namespace vedette::servers
