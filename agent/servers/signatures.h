// SPDX-License-Identifier: Apache-2.0
// What is known of MCP servers and clients by their command lines: the data of rules/servers/*.yml.
// A pattern has Sigma wildcards (base/text.h) and must match the whole word.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace vedette::servers {

struct NamePattern {
  std::string pattern;
  std::string name;  // of the server; "" to derive it from the matched word
};

// An application that starts servers.
struct Client {
  std::string name;
  std::vector<std::string> programs;  // names of executables and scripts, without directories
  std::vector<std::string> packages;  // npm
  std::vector<std::string> paths;     // of executables and scripts
};

// Which flags take the next word as their value.
struct Flags {
  std::vector<std::string> values;
  std::vector<std::string> switches;
  bool value_unless_switch = false;
};

// A program that runs a script file: node, python, java.
struct Interpreter {
  std::vector<std::string> names;
  Flags flags;
  std::vector<std::string> code;     // flags whose value is a program text
  std::vector<std::string> modules;  // flags whose value is a module (python -m)
  std::vector<std::string> scripts;  // flags whose value is a script (java -jar)
  bool titles = false;               // its programs write a title over their arguments (npm: "npm exec X")
};

// A program that fetches and runs what its first plain argument names: npx, uvx, docker run.
struct Runner {
  enum class Kind { kNpm, kPython, kImage, kScript, kCommand };
  std::vector<std::vector<std::string>> commands;  // each: the program's name, then subcommands
  Kind kind = Kind::kNpm;
  std::string same_as;  // a shorter spelling ("npx" of "npm exec"); "" none
  Flags flags;
  std::vector<std::string> packages;  // flags whose value is a package (npx -p, uvx --from)
};

// A program that is a server when it is given these words first.
struct Command {
  std::vector<std::string> words;
  std::string name;
};

struct Signatures {
  std::vector<Client> clients;
  std::vector<Interpreter> interpreters;
  std::vector<Runner> runners;
  std::vector<Command> commands;
  std::vector<NamePattern> npm;
  std::vector<NamePattern> python;  // compared with '-' for '_'
  std::vector<NamePattern> images;  // without registry of Docker Hub, tag and digest
  std::vector<NamePattern> programs;
  std::vector<std::string> not_servers;  // names of any kind
};

struct LoadedSignatures {
  std::shared_ptr<const Signatures> signatures;  // never null; to be used only when there are no errors
  Diagnostics errors;
};

struct SignatureSource {
  std::string file;
  std::string text;
};

// All DIR/servers/*.yml of the directories, in order. A directory without `servers` adds nothing.
LoadedSignatures load_signatures(const std::vector<std::string>& rule_directories);
LoadedSignatures parse_signatures(const std::vector<SignatureSource>& sources);

}  // namespace vedette::servers
