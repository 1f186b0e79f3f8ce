// SPDX-License-Identifier: Apache-2.0
// Finds the detections of a plan that hold for one event after the other, without allocating.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "rules/plan.h"

namespace vedette::rules {

class Evaluation {
 public:
  // The plan must outlive this.
  explicit Evaluation(const Plan& plan);

  // The rules that hold, ascending; until the next call.
  std::span<const uint32_t> match(const EventView& event);

 private:
  // What is known of a predicate or a formula, for the event of that number.
  class Marks {
   public:
    explicit Marks(size_t size) : marks_(size) {}
    // False: it was set before.
    bool set(size_t index, uint64_t event, bool value) {
      bool fresh = marks_[index] >> 1U != event;
      marks_[index] = event << 1U | (value ? 1U : 0U);
      return fresh;
    }
    [[nodiscard]] bool known(size_t index, uint64_t event) const { return marks_[index] >> 1U == event; }
    [[nodiscard]] bool value(size_t index) const { return (marks_[index] & 1U) != 0; }

   private:
    std::vector<uint64_t> marks_;
  };

  void wake(const EventView& event);
  void call(uint32_t index);
  bool holds(Predicates::Id id, const EventView& event);
  [[nodiscard]] bool may_hold(Predicates::Id id) const;

  const Plan* plan_;
  uint64_t event_ = 0;
  Marks predicates_;
  Marks called_;
  std::vector<uint32_t> candidates_;
  std::vector<uint32_t> found_;
};

}  // namespace vedette::rules
