// SPDX-License-Identifier: Apache-2.0
#include "commands/loss_log.h"

namespace vedette::commands {

uint64_t LossLog::due(const std::string& output, const std::string& reason, uint64_t count, Clock::time_point now) {
  std::scoped_lock lock(mutex_);
  Untold& untold = untold_[{output, reason}];
  untold.count += count;
  if (now < untold.next) {
    return 0;
  }
  untold.next = now + kInterval;
  return std::exchange(untold.count, 0);
}

}  // namespace vedette::commands
