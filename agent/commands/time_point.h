// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace vedette::commands {

// A time as the command line gives it: a duration before `now` ("90m"), or "2026-11-21", "2026-11-21T02:03:04", the
// last with fractions and "Z" or not, always UTC. Nanoseconds since the epoch.
Result<uint64_t> parse_time(const std::string& text, uint64_t now);

}  // namespace vedette::commands
