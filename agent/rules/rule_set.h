// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "rules/correlation.h"
#include "rules/detection.h"
#include "rules/engine.h"
#include "rules/plan.h"

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
  std::vector<Use> uses;

  // Whether it matches and no filter excepts the event.
  [[nodiscard]] bool matches(const EventView& event) const {
    return detection.matches(event) &&
           std::ranges::none_of(exceptions, [&](const Exception& exception) { return exception.suppresses(event); });
  }
};

// The detection and not what its filters except.
Condition formula_of(const LiveDetection& rule, Plan& plan);

class RuleSet {
 public:
  std::vector<RuleInfo> infos;
  std::vector<LiveDetection> detections;
  std::vector<Correlation> correlations;  // each after those it refers to
  std::vector<Plan> plans;                // by category, of detections by their indices
  std::string digest;                     // of all rules, in their order
  bool every_process = false;             // some live rule is for starts or ends of processes of no server
};

}  // namespace vedette::rules
