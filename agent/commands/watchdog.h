// SPDX-License-Identifier: Apache-2.0
// systemd's watchdog (WatchdogSec= of the unit): a monitor whose loop stands still is restarted.
#pragma once

#include <cstdint>

namespace vedette::commands {

class Watchdog {
 public:
  // As sd_watchdog_enabled(3) finds it in the environment; without one, alive() does nothing.
  Watchdog();
  // Tells systemd WATCHDOG=1, twice in its time limit however often it is called. now_ns: CLOCK_BOOTTIME.
  void alive(uint64_t now_ns);

 private:
  uint64_t interval_ns_ = 0;  // 0: nobody watches
  uint64_t next_ns_ = 0;
};

}  // namespace vedette::commands
