// SPDX-License-Identifier: Apache-2.0
// Ways to a server's secret: one command of the actor each.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "harness/actors.h"

namespace vedette::scenario {

struct Way {
  std::string command;  // PID stands for the server
  std::string behavior;
  unsigned uid = 0;
  bool bits32 = false;
  std::string limit = {};  // words of doctor where system-call tracepoints do not see it
  std::string part = {};   // what doctor calls that which shows it, where some kernels lack it
};

// As the table of coverage has it.
std::string technique(const Way& way);
void PrintTo(const Way& way, std::ostream* out);
Arguments words_of(const Way& way, const ServerProcess& server);
// What acts, and what stands in for the server: the memory of a 64-bit process is out of a 32-bit one's reach.
fs::path program_of(const Way& way);

std::vector<Way> environ_ways();
std::vector<Way> memory_ways();
std::vector<Way> tracing_ways();
std::vector<Way> instrument_ways();
std::vector<Way> ways_of_32_bits();

}  // namespace vedette::scenario
