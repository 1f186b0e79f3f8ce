// SPDX-License-Identifier: Apache-2.0
// What the pipeline must know and the kernel does not tell. It travels in the event stream, so that a recording holds
// all that its replay needs.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "event/alert.h"
#include "servers/recognizer.h"

namespace vedette {

struct Context {
  AlertHost host;
  uint32_t monitor_pid = 0;     // of the monitor whose events these are; 0: not known
  int64_t clock_offset_ns = 0;  // CLOCK_REALTIME minus CLOCK_BOOTTIME
  uint64_t fold_window_ns = 0;
  std::map<uint32_t, std::string> users;
  std::vector<std::string> resolvers;     // addresses in /etc/resolv.conf
  std::vector<std::string> egress_allow;  // as in the configuration
  std::vector<servers::Declared> declared;
  std::vector<servers::ConfigEntry> entries;
};

std::string to_json(const Context& context);
Result<Context> context_from_json(const std::string& json);

}  // namespace vedette
