// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "rules/correlation.h"
#include "rules/detection.h"
#include "rules/engine.h"

namespace vedette::rules {

// A filter as a rule sees it.
struct Exception {
  std::shared_ptr<const Detection> detection;
  // A filter leaves alone what none of its selections describes. So a condition that holds for such an event says
  // what stays ("not selection"), any other says what goes ("selection"); the specification shows both.
  bool says_what_stays = false;

  [[nodiscard]] bool suppresses(const EventView& event) const { return detection->matches(event) != says_what_stays; }
};

struct LiveDetection {
  size_t info = 0;
  Detection detection;
  std::vector<Exception> exceptions;
  bool reported = true;
  struct Use {
    size_t correlation;
    size_t stage;
  };
  std::vector<Use> uses;
};

class RuleSet {
 public:
  std::vector<RuleInfo> infos;
  std::vector<LiveDetection> detections;
  std::vector<Correlation> correlations;
  std::array<std::vector<size_t>, kCategoryCount> by_category;  // indices of detections
};

}  // namespace vedette::rules
