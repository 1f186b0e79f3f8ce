// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <vector>

namespace vedette::metrics {

// The process_* metrics every exporter has, read from proc(5) at each scrape. What cannot be read is left out.
class ProcessCollector final : public prometheus::Collectable {
 public:
  ProcessCollector();
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  double start_time_;  // seconds since the epoch, 0: unknown
};

}  // namespace vedette::metrics
