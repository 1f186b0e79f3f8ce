// SPDX-License-Identifier: Apache-2.0
#include "rules/correlation.h"

#include "rules/sliding_state.h"
#include "rules/window_state.h"

namespace vedette::rules {

bool Correlation::immediate() const {
  bool grows = type != CorrelationType::kValueAvg && type != CorrelationType::kValuePercentile;
  return grows && threshold.growing();
}

std::unique_ptr<CorrelationState> make_state(const Correlation& correlation) {
  if (correlation.immediate()) {
    return std::make_unique<SlidingState>(correlation);
  }
  return std::make_unique<WindowState>(correlation);
}

}  // namespace vedette::rules
