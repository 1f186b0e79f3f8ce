// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace vedette::output {

// Who is told what became of alerts. Called on the threads of the outputs, one call at a time, and never after
// Outputs::stop() has returned; must not block or call back.
struct Observer {
  std::function<void(const std::string& output, uint64_t alerts)> delivered;
  std::function<void(const std::string& output, const std::string& why)> failed;
  // `reason`: rejected (by the receiver), retention, memory_full, state_corrupt, unreadable
  std::function<void(const std::string& output, const std::string& reason, uint64_t alerts)> lost;
  // `operation`: open, write, read, trim, set_aside, or removed (by others)
  std::function<void(const std::string& operation, const std::string& why)> state_failed;
};

}  // namespace vedette::output
