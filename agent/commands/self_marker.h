// SPDX-License-Identifier: Apache-2.0
// A file that is there while the monitor runs. Found at a start, it tells that the run before did not end by itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

namespace vedette::commands {

struct MarkedRun {
  std::string boot_id;
  uint32_t pid = 0;

  bool operator==(const MarkedRun&) const = default;
};

// The run that left its marker; nullopt: the last one took its own away, or there was none.
std::optional<MarkedRun> unfinished_run(const std::string& file);
// Writes the marker, mode 0600.
Status mark_run(const std::string& file, const MarkedRun& run);
void unmark_run(const std::string& file);

}  // namespace vedette::commands
