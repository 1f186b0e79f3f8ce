// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace vedette {

// The whole of a file a user named; more than 2 MiB is an error.
Result<std::string> read_text(const std::string& file);

}  // namespace vedette
