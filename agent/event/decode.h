// SPDX-License-Identifier: Apache-2.0
// Bytes of the wire contract (bpf/events.h) → Event. Every size is checked; hostile bytes give an error, never a crash.
#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"
#include "event/event.h"

namespace vedette {

using Bytes = std::span<const std::byte>;

// The strings of an ExecEvent come out redacted.
Result<Event> decode(Bytes record);

// header.time_ns of a record, 0 when it is too short to have one.
uint64_t time_of_record(Bytes record);

}  // namespace vedette
