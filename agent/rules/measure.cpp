// SPDX-License-Identifier: Apache-2.0
#include "rules/measure.h"

#include <numeric>

#include "rules/distinct_measure.h"
#include "rules/number_measures.h"
#include "rules/order_measure.h"

namespace vedette::rules {

std::vector<size_t> Measure::named(const Entries& /*entries*/, size_t begin, size_t end) const {
  std::vector<size_t> all(end - begin + 1);
  std::iota(all.begin(), all.end(), begin);
  return all;
}

std::unique_ptr<Measure> make_measure(const Correlation& correlation) {
  switch (correlation.type) {
    case CorrelationType::kEventCount:
      return std::make_unique<TotalMeasure>(false);
    case CorrelationType::kValueSum:
      return std::make_unique<TotalMeasure>(true);
    case CorrelationType::kValueAvg:
      return std::make_unique<MeanMeasure>();
    case CorrelationType::kValuePercentile:
      return std::make_unique<PercentileMeasure>(correlation.percentile.value_or(50));
    case CorrelationType::kTemporalOrdered:
      return std::make_unique<OrderMeasure>(correlation.stages.size());
    case CorrelationType::kValueCount:
      return std::make_unique<DistinctMeasure>([](const Entry& entry) { return entry.text.value_or(""); });
    case CorrelationType::kTemporal:
      break;
  }
  return std::make_unique<DistinctMeasure>([](const Entry& entry) { return std::to_string(entry.stage); });
}

}  // namespace vedette::rules
