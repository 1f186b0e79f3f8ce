// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/fd.h"
#include "base/result.h"

namespace vedette::sensor {

// libbpf finds tracepoints in tracefs. Where it is not mounted, it is mounted in a mount namespace of our own, which
// still follows the host's. Must run while the process has one thread.
Status ensure_tracefs();

// The root of the unified cgroup hierarchy; where it is mounted nowhere, a mount of it that no one else sees.
Result<Fd> cgroup_root();

}  // namespace vedette::sensor
