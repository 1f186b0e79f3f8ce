// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "event/event.h"

namespace vedette {

// A process as last seen. Strings are redacted.
struct Process {
  ProcessId id;
  ProcessId parent;  // pid 0: none known
  uint32_t uid = 0;
  uint32_t exec_id = 0;  // which image this is of it, counted up by each exec; 0: not known
  uint64_t pid_namespace = 0;
  uint32_t namespace_pid = 0;
  std::string executable;
  std::vector<std::string> args;
  std::string cwd;
  std::string container_id;  // "" when in none
  bool exited = false;
  uint64_t exit_ns = 0;
};

// Arguments joined with spaces.
std::string command_line(const Process& process);
void append_command_line(const Process& process, std::string& into);

}  // namespace vedette
