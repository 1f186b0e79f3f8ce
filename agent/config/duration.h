// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>

#include "base/result.h"

namespace vedette::config {

// "500ms", "60s", "2m", "1h", "1d"; at most 365 days.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace vedette::config
