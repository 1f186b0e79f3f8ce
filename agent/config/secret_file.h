// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace vedette::config {

// A regular file that can be read, and not by everyone.
Status check_secret_file(const std::string& path);

}  // namespace vedette::config
