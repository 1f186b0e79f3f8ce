// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vedette::rules {

enum class TimePart : uint8_t { kMinute, kHour, kDay, kWeek, kMonth, kYear };

// The number of a date such as "2026-01-15", "2026-01-15T08:30Z" or "2026-01-15 08:30:00.125", as written: no time
// zone is converted. The week is that of ISO 8601. nullopt: no such date, or it has no such part.
std::optional<int> time_part(TimePart part, std::string_view date);

struct TimeRange {
  int least;
  int most;
};

TimeRange range_of(TimePart part);

}  // namespace vedette::rules
