// SPDX-License-Identifier: Apache-2.0
#include "event/event.h"

#include "event/alert.h"

namespace vedette {

std::string_view name(Behavior behavior) {
  static constexpr std::array<std::string_view, kBehaviorCount> kNames = {"",
                                                                          "environ_read",
                                                                          "memory_read",
                                                                          "memory_write",
                                                                          "ptrace_attach",
                                                                          "fd_steal",
                                                                          "core_dump",
                                                                          "egress",
                                                                          "raw_socket",
                                                                          "listen",
                                                                          "process_start",
                                                                          "process_exit",
                                                                          "signal",
                                                                          "state_tamper",
                                                                          "configuration_removed",
                                                                          "probe_detached",
                                                                          "monitor_killed"};
  return kNames[static_cast<size_t>(behavior)];
}

std::string_view name(Outcome outcome) {
  static constexpr std::array<std::string_view, 3> kNames = {"allowed", "denied", "blocked"};
  return kNames[static_cast<size_t>(outcome)];
}

std::string_view name(Level level) {
  static constexpr std::array<std::string_view, 5> kNames = {"informational", "low", "medium", "high", "critical"};
  return kNames[static_cast<size_t>(level)];
}

uint64_t time_of(const Event& event) {
  return std::visit([](const auto& e) { return e.time_ns; }, event);
}

}  // namespace vedette
