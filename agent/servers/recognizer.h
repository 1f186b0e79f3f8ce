// SPDX-License-Identifier: Apache-2.0
// Is this process an MCP server, whose, and how do we know? Pure: all knowledge is given.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "process/process.h"

namespace vedette::servers {

// A pattern set as in `servers:` of the configuration. Empty text: not asked. Sigma wildcards (* ? and \), case
// as written matters not.
struct Pattern {
  std::string executable;
  std::string command_line;
  std::string user;
  std::string parent;  // the parent's executable or command line
};

// A server the user declared.
struct Declared {
  std::string name;
  Pattern match;
  std::vector<std::string> egress;  // "host:port", "cidr:port", "host", "cidr"
};

// An entry of a client's configuration file.
struct ConfigEntry {
  std::string client;  // "claude-code", "claude-desktop", "cursor", "vscode", …
  std::string name;    // its key
  std::string command;
  std::vector<std::string> args;  // redacted as event/redact.h does it
  std::string file;
  uint32_t uid = 0;  // owner of the home it was found in
};

// What rules/servers/*.yml say; see signatures.h.
struct Signatures;

// A ConfigEntry made ready to compare; see entry_match.h.
struct EntryCommand {
  std::vector<std::string> words;     // command and arguments
  std::vector<std::string> patterns;  // of each word, "" where it is to be equal
  std::string title;                  // pattern of the title npm gives itself, "" none
  bool generic = false;               // says too little without the client as parent
};

struct Recognition {
  std::string name;
  std::string client;                 // "" unknown
  std::vector<std::string> evidence;  // of: declared, config, signature, parent; never empty
};

class Recognizer {
 public:
  Recognizer(std::vector<Declared> declared, std::vector<ConfigEntry> entries,
             std::shared_ptr<const Signatures> signatures);

  // `ancestors`: nearest first. `user`: the name of the process's user, "" unknown. nullopt: not a server.
  [[nodiscard]] std::optional<Recognition> judge(const Process& process, std::span<const Process* const> ancestors,
                                                 const std::string& user) const;

  // The client a process is, e.g. "claude-code"; "" when it is none known.
  [[nodiscard]] std::string client_of(const Process& process) const;

  // A client's configuration changed on disk.
  void set_entries(std::vector<ConfigEntry> entries);

 private:
  using Ancestors = std::span<const Process* const>;

  [[nodiscard]] const Declared* find_declared(const Process& process, Ancestors ancestors,
                                              const std::string& user) const;
  [[nodiscard]] const ConfigEntry* find_entry(const Process& process, Ancestors ancestors) const;
  [[nodiscard]] bool is_descendant_of(Ancestors ancestors, const std::string& client) const;
  [[nodiscard]] std::string nearest_client(Ancestors ancestors) const;

  std::vector<Declared> declared_;
  std::vector<ConfigEntry> entries_;
  std::vector<EntryCommand> commands_;            // of entries_, same order; empty words: never matches
  std::shared_ptr<const Signatures> signatures_;  // never null
};

}  // namespace vedette::servers
