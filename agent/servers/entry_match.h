// SPDX-License-Identifier: Apache-2.0
// Does a process run what an entry of a client's configuration says? The kernel shows a script as interpreter, path,
// arguments; tools rename themselves; ${VAR} and ${env:VAR} are replaced by the client before it starts the server.
#pragma once

#include "servers/launch.h"
#include "servers/recognizer.h"

namespace vedette::servers {

EntryCommand entry_command(const ConfigEntry& entry, const Signatures& signatures);

// The ways to read what a process runs, most literal first.
struct ProcessCommand {
  std::vector<Words> readings;
  std::string executable;
  std::string title;  // joined words when the process renamed itself, "" otherwise
};

ProcessCommand process_command(const Process& process, const Signatures& signatures);

bool runs_entry(const ProcessCommand& process, const EntryCommand& entry);

}  // namespace vedette::servers
