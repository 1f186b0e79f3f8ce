// SPDX-License-Identifier: Apache-2.0
// Correlations as compiled, and what their states have in common.
//
// Time is the events' time. A window is any stretch of the timespan, its ends included; it belongs to one group: the
// events that have the same values in the fields of group-by. An event without one of them belongs to no group.
//
// Conditions that only grow truer with more events (gt, gte of counts and sums; temporal without upper bound) hold or
// do not hold of the stretch that ends with an event (SlidingState): the match is told at once and the group starts
// afresh after that event. All others are judged of the window that began with the group's first event, once it closed
// (WindowState); the next event begins the next window.
//
// Events come in any order within kLatenessNs of the newest. Judged windows come out as if they had come in order. What
// is told at once comes out as often, for the same groups; the events named are those known when it is told. Only what
// is told at once and builds on what is told at once may depend on the order of arrival. An event later than that
// counts where it still fits, or is dropped and counted.
//
// A folded record stands for its count of events.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "rules/correlation_document.h"
#include "rules/fields.h"
#include "rules/held_events.h"

namespace vedette::rules {

// Groups one correlation remembers at most; the one untouched for longest gives way.
inline constexpr size_t kMaxGroups = 4096;
// Entries (events, distinct values) of one group, and of all groups of a correlation. A group that is full is thinned:
// see Measure::thin. A correlation that is full loses its oldest group.
inline constexpr size_t kMaxGroupEntries = 8192;
inline constexpr size_t kMaxEntries = 65536;
// Of a match's events this many are named at most: the oldest and the newest, half of each.
inline constexpr size_t kMaxNamedEvents = 32;
// Correlations that build on each other.
inline constexpr size_t kMaxChain = 8;

// A place of a rule in a correlation.
struct Use {
  size_t correlation;
  size_t stage;
};

// Where a value comes from: a field of a detection's event, or what a correlation's match carries by that name.
struct ValueSource {
  Field field = Field::kCount;
  std::string name;
};

// Values a match carries for the correlations above, by the name these use.
using Carried = std::map<std::string, std::string>;

struct Correlation {
  CorrelationType type = CorrelationType::kTemporal;
  size_t info = 0;
  uint64_t timespan_ns = 0;
  Threshold threshold;
  std::optional<double> percentile;
  bool reported = true;
  std::string digest;  // of its text and those of all it refers to
  struct Stage {
    std::vector<ValueSource> keys;
    std::vector<ValueSource> values;  // of `field`
    std::map<std::string, ValueSource> carried;
  };
  std::vector<Stage> stages;
  std::vector<Use> uses;  // of its matches

  // Told as soon as it holds, not when the window closes.
  [[nodiscard]] bool immediate() const;
};

// One event of a group, or several that are kept as one.
struct Entry {
  uint64_t time_ns = 0;
  uint64_t event = 0;  // id of the newest
  size_t stage = 0;
  uint64_t count = 1;
  double number = 0;                // value_sum, value_avg, value_percentile: of one event
  std::optional<std::string> text;  // value_count, value_percentile: its value
  Carried carried;
  Holding events;

  // Of one event that is several stages the last comes first: one event is one step of a chain.
  [[nodiscard]] auto order() const { return std::tuple(time_ns, event, ~stage); }
};

struct Found {
  uint64_t time_ns = 0;
  std::vector<EventRef> events;  // oldest first
  uint64_t count = 0;            // events it stands for
  Carried carried;
};

// What it lost.
struct Losses {
  uint64_t evicted = 0;      // groups
  uint64_t late = 0;         // events
  uint64_t not_numeric = 0;  // events without a number where one is needed
  uint64_t thinned = 0;      // events whose own time or value was given up
};

// What one correlation remembers.
class CorrelationState {
 public:
  explicit CorrelationState(const Correlation& correlation) : correlation_(&correlation) {}
  virtual ~CorrelationState() = default;
  CorrelationState(const CorrelationState&) = delete;
  CorrelationState& operator=(const CorrelationState&) = delete;

  virtual void add(const std::string& group, Entry entry, std::vector<Found>& found) = 0;
  // No event before that time is to come, but for late ones.
  virtual void settle(uint64_t before_ns, std::vector<Found>& found) = 0;
  // The same correlation in other rules.
  void rebind(const Correlation& correlation) { correlation_ = &correlation; }
  [[nodiscard]] const Losses& losses() const { return losses_; }
  void skip() { ++losses_.not_numeric; }

 protected:
  [[nodiscard]] const Correlation& correlation() const { return *correlation_; }
  // Whether the timespan that began at one time is over at the other.
  [[nodiscard]] bool over(uint64_t begin_ns, uint64_t now_ns) const {
    return now_ns > begin_ns && now_ns - begin_ns > correlation_->timespan_ns;
  }
  Losses losses_;

 private:
  const Correlation* correlation_;
};

std::unique_ptr<CorrelationState> make_state(const Correlation& correlation);

}  // namespace vedette::rules
