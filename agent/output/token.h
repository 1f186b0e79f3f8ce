// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace vedette::output {

// The text of `file`, or of the systemd credential of that name, without white space at its ends; "" when neither is
// named. An error when there is none, or it cannot be part of a header. Errors never show it.
Result<std::string> bearer_token(const std::string& file, const std::string& credential);

}  // namespace vedette::output
