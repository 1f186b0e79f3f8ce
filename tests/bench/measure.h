// SPDX-License-Identifier: Apache-2.0
// Costs of things this process does, in nanoseconds each.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace vedette::bench {

double bare_call();      // getppid
double open_close();     // of a regular file
double connect_close();  // socket, connect to a listener on loopback, close

int64_t now_ns();  // CLOCK_MONOTONIC

// Of another process.
double resident_mib(pid_t pid);
double cpu_seconds(pid_t pid);

}  // namespace vedette::bench
