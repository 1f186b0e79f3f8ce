// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace vedette::config {

// "64MiB", "1GiB", "500KiB", "0": bytes, at most 1024 GiB.
Result<uint64_t> parse_size(std::string_view text);

}  // namespace vedette::config
