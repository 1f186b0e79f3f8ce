// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "harness/process.h"

namespace vedette::scenario {

using nlohmann::json;

fs::path actor_program();
fs::path actor32_program();
bool has_32_bit_actor();  // not every machine runs one

// Runs the actor to its end. What it printed, one value a line; throws when it printed nothing.
std::vector<json> act_all(const fs::path& program, const Arguments& args, Duration limit = 60s);
// The last line of it.
json act(const Arguments& args, Duration limit = 60s);
json act32(const Arguments& args, Duration limit = 60s);

// A stand-in for an MCP server: a copy of the actor under a path of its own, so that a configuration can name exactly
// it.
class ServerProcess {
 public:
  ServerProcess(const Scratch& scratch, const std::string& name, const fs::path& program = actor_program());

  [[nodiscard]] pid_t pid() const { return process_.pid(); }
  [[nodiscard]] std::string pid_text() const { return std::to_string(pid()); }
  [[nodiscard]] const fs::path& executable() const { return executable_; }
  // Has the server do it (see sleeper.c); what was printed for it.
  std::vector<json> obey(const std::string& line, Duration limit = 20s);
  void kill();

  static fs::path install(const Scratch& scratch, const std::string& name, const fs::path& program = actor_program());

 private:
  fs::path executable_;
  Process process_;
  size_t read_ = 0;
};

// Another network, reached over a veth pair, with an actor that takes in what is sent to it.
class Namespace {
 public:
  Namespace();
  ~Namespace();
  Namespace(const Namespace&) = delete;
  Namespace& operator=(const Namespace&) = delete;

  [[nodiscard]] std::string v4() const;
  [[nodiscard]] std::string v6() const;
  [[nodiscard]] std::string port() const { return "4433"; }

 private:
  void connect();

  std::string name_;
  int number_;
  std::optional<Process> sink_;
};

}  // namespace vedette::scenario
