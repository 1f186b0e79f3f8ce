// SPDX-License-Identifier: Apache-2.0
#include "commands/watchdog.h"

#include <systemd/sd-daemon.h>

namespace vedette::commands {
namespace {

constexpr uint64_t kNanosecondsPerMicrosecond = 1000;

}  // namespace

Watchdog::Watchdog() {
  uint64_t limit_us = 0;
  if (::sd_watchdog_enabled(0, &limit_us) > 0) {
    interval_ns_ = limit_us * kNanosecondsPerMicrosecond / 2;
  }
}

void Watchdog::alive(uint64_t now_ns) {
  if (interval_ns_ == 0 || now_ns < next_ns_) {
    return;
  }
  ::sd_notify(0, "WATCHDOG=1");
  next_ns_ = now_ns + interval_ns_;
}

}  // namespace vedette::commands
