// SPDX-License-Identifier: Apache-2.0
// Whether others than root may change what the monitor goes by: a file, a directory, or any directory on the way to it.
// Trusted are root, the user it runs as, and under sudo the user who called it, who can have the monitor do anything.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace vedette::commands {

// What is wrong with the way to a file or directory and with itself, and how to mend it. In a directory with the sticky
// bit, such as /tmp, others cannot take away what is not theirs: on the way it is no trouble. Symbolic links are
// followed. What is not there is no trouble.
Diagnostics untrusted(const std::string& path);

// The same of everything below a directory.
Diagnostics untrusted_tree(const std::string& directory);

}  // namespace vedette::commands
