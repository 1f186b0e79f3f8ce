// SPDX-License-Identifier: Apache-2.0
#include "rules/tally.h"

#include <algorithm>

namespace vedette::rules {

uint64_t MeasureTally::add(Entry entry) {
  measure_->add(entry);
  evidence_.add(std::move(entry));
  return 0;
}

std::vector<Found> MeasureTally::judge(const Threshold& threshold) const {
  return threshold.holds(measure_->value(0)) ? std::vector<Found>{evidence_.found()} : std::vector<Found>();
}

uint64_t ShareTally::add(Entry entry) {
  count_ += entry.count;
  if (!entry.text) {
    return 0;
  }
  if (shares_.size() == kMaxDistinct && !shares_.contains(*entry.text)) {
    return entry.count;
  }
  auto [known, fresh] = shares_.try_emplace(*entry.text);
  Share& share = known->second;
  share.first = fresh ? EventRef{entry.time_ns, entry.event} : share.first;
  share.count += entry.count;
  size_ -= share.evidence.size();
  share.evidence.add(std::move(entry));
  size_ += share.evidence.size() + (fresh ? 1 : 0);
  return 0;
}

std::vector<Found> ShareTally::judge(const Threshold& threshold) const {
  std::vector<const Share*> some;
  for (const auto& [value, share] : shares_) {
    if (threshold.holds(100 * static_cast<double>(share.count) / static_cast<double>(count_))) {
      some.push_back(&share);
    }
  }
  std::ranges::sort(some, {}, [](const Share* share) { return share->first; });
  std::vector<Found> found;
  found.reserve(some.size());
  for (const Share* share : some) {
    found.push_back(share->evidence.found());
  }
  return found;
}

std::unique_ptr<Tally> make_tally(const Correlation& correlation) {
  if (correlation.type == CorrelationType::kValuePercentile && !correlation.percentile) {
    return std::make_unique<ShareTally>();
  }
  return std::make_unique<MeasureTally>(make_measure(correlation));
}

}  // namespace vedette::rules
