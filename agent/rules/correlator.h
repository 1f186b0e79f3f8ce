// SPDX-License-Identifier: Apache-2.0
// Runs all correlations of a rule set: records that rules matched → matches of correlations, which are themselves
// events of the correlations above.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rules/correlation.h"
#include "rules/held_events.h"

namespace vedette::rules {

class Correlator {
 public:
  // `correlations`: each after those it refers to. They outlive this, or are replaced first.
  explicit Correlator(const std::vector<Correlation>& correlations);
  ~Correlator() = default;
  Correlator(const Correlator&) = delete;
  Correlator& operator=(const Correlator&) = delete;

  struct Told {
    size_t correlation;
    Found found;
  };
  // In the order of correlations.
  std::vector<Told> see(const Record& record, uint64_t event, std::vector<Use> uses);
  std::vector<Told> advance(uint64_t now_ns);
  // Other correlations from now on; those that are the same by their digest keep what they remember.
  void replace(const std::vector<Correlation>& correlations);

  [[nodiscard]] bool holds(uint64_t event) const { return held_.holds(event); }
  [[nodiscard]] size_t held() const { return held_.size(); }
  [[nodiscard]] Losses losses() const;

 private:
  using States = std::vector<std::unique_ptr<CorrelationState>>;

  void settle(uint64_t now_ns, std::vector<Told>& told);
  void add(const Use& use, const std::string& group, Entry entry, std::vector<Told>& told);
  void tell(size_t correlation, std::vector<Found> found, std::vector<Told>& told);
  void pass_on(const Use& use, const Found& found, std::vector<Told>& told);
  // Fills in group and value; false: not an event of the correlation.
  template <typename Source>
  bool complete(const Use& use, const Source& source, std::string& group, Entry& entry);
  bool set_number(const Use& use, Entry& entry, const std::string* text);

  HeldEvents held_;
  const std::vector<Correlation>* correlations_;
  States states_;
  Losses lost_before_;  // by correlations that are gone
  uint64_t newest_ns_ = 0;
};

}  // namespace vedette::rules
