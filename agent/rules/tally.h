// SPDX-License-Identifier: Apache-2.0
// What the events of one window come to.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rules/correlation.h"
#include "rules/evidence.h"
#include "rules/measure.h"

namespace vedette::rules {

class Tally {
 public:
  Tally() = default;
  virtual ~Tally() = default;
  Tally(const Tally&) = delete;
  Tally& operator=(const Tally&) = delete;

  // Returns the number of events it could not tell apart from others.
  virtual uint64_t add(Entry entry) = 0;
  // The matches, without their time.
  [[nodiscard]] virtual std::vector<Found> judge(const Threshold& threshold) const = 0;
  // What it remembers: values and named events.
  [[nodiscard]] virtual size_t size() const = 0;
};

// One number of all events.
class MeasureTally : public Tally {
 public:
  explicit MeasureTally(std::unique_ptr<Measure> measure) : measure_(std::move(measure)) {}

  uint64_t add(Entry entry) override;
  [[nodiscard]] std::vector<Found> judge(const Threshold& threshold) const override;
  [[nodiscard]] size_t size() const override { return measure_->size() + evidence_.size(); }

 private:
  std::unique_ptr<Measure> measure_;
  Evidence evidence_;
};

// value_percentile without a percentile: of each value the percentage of the window's events that carry it.
class ShareTally : public Tally {
 public:
  uint64_t add(Entry entry) override;
  // In the order of the values' first events.
  [[nodiscard]] std::vector<Found> judge(const Threshold& threshold) const override;
  [[nodiscard]] size_t size() const override { return size_; }

 private:
  struct Share {
    EventRef first;
    uint64_t count = 0;
    Evidence evidence;
  };
  std::map<std::string, Share> shares_;
  uint64_t count_ = 0;
  size_t size_ = 1;
};

std::unique_ptr<Tally> make_tally(const Correlation& correlation);

}  // namespace vedette::rules
