// SPDX-License-Identifier: Apache-2.0
// The tables of the state file and how older files become of the present form.
#pragma once

#include "state/database.h"

namespace vedette::state {

inline constexpr int kSchemaVersion = 1;  // PRAGMA user_version

// Brings the file to kSchemaVersion, all or nothing. An error for a file of a newer version.
Status migrate(Database& database);

}  // namespace vedette::state
