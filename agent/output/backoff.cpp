// SPDX-License-Identifier: Apache-2.0
#include "output/backoff.h"

#include <algorithm>

namespace vedette::output {

std::chrono::milliseconds Backoff::next() {
  std::uniform_int_distribution<std::chrono::milliseconds::rep> within(longest_.count() / 2, longest_.count());
  longest_ = std::min(longest_ * 2, kLast);
  return std::chrono::milliseconds(within(random_));
}

}  // namespace vedette::output
