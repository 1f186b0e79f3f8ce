// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace vedette::state {

// Renames a database that cannot be used, with its -wal and -shm, to FILE.set-aside-YYYYMMDDTHHMMSS.nnnnnnnnnZ, and
// returns that name. Of those the newest three are kept.
Result<std::string> set_aside(const std::string& path);

}  // namespace vedette::state
