// SPDX-License-Identifier: Apache-2.0
// The `correlation` of a rule, parsed but not yet linked to the rules it refers to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/reference.h"
#include "rules/threshold.h"
#include "rules/yaml.h"

namespace vedette::rules {

// Rules one correlation refers to at most.
inline constexpr size_t kMaxCorrelatedRules = 16;
// Distinct values one group tells apart at most; thresholds of value_count are below.
inline constexpr size_t kMaxDistinct = 4096;

enum class CorrelationType : uint8_t {
  kEventCount,
  kValueCount,
  kTemporal,
  kTemporalOrdered,
  kValueSum,
  kValueAvg,
  kValuePercentile,
};

struct Alias {
  Reference name;
  struct Target {
    Reference rule;
    Reference field;
  };
  std::vector<Target> targets;
};

struct CorrelationBody {
  CorrelationType type = CorrelationType::kTemporal;
  std::vector<Reference> rules;
  std::vector<Reference> group_by;
  std::vector<Alias> aliases;
  uint64_t timespan_ns = 0;
  Threshold threshold;  // without criteria: all rules of a temporal correlation
  std::vector<Reference> fields;
  std::optional<double> percentile;
  bool generate = false;

  [[nodiscard]] bool temporal() const {
    return type == CorrelationType::kTemporal || type == CorrelationType::kTemporalOrdered;
  }
  [[nodiscard]] bool counts() const {
    return temporal() || type == CorrelationType::kEventCount || type == CorrelationType::kValueCount;
  }
};

// `node` is the document, `body` its 'correlation'. nullopt after reporting every mistake.
std::optional<CorrelationBody> parse_correlation(const YamlNode& node, const YamlNode& body, const Report& report);

}  // namespace vedette::rules
