// SPDX-License-Identifier: Apache-2.0
// Records of older event schemas.
//   1 → 2: access_event got `opener` after `target`.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "event/decode.h"
#include "event/encode.h"

namespace vedette::commands {

inline constexpr uint32_t kOldestSchema = 1;

// The record as one of this program's schema. What the older one did not tell is not known.
Result<Buffer> converted(Bytes record, uint32_t schema);

}  // namespace vedette::commands
