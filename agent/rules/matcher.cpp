// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "rules/correlation.h"
#include "rules/engine.h"
#include "rules/evaluation.h"
#include "rules/rule_set.h"

namespace vedette::rules {
struct Matcher::State {
  explicit State(std::shared_ptr<const RuleSet> set) : rules(std::move(set)) {
    for (const Correlation& correlation : rules->correlations) {
      correlations.emplace_back(correlation, held);
    }
    for (const Plan& plan : rules->plans) {
      evaluations.emplace_back(plan);
    }
  }

  void detect(const Record& record, std::vector<Match>& found) {
    view.show(record);
    for (uint32_t index : evaluations[static_cast<size_t>(record.category)].match(view)) {
      const LiveDetection& rule = rules->detections[index];
      if (rule.reported) {
        found.push_back({&rules->infos[rule.info], {}});
      }
      for (const auto& use : rule.uses) {
        stages[use.correlation].push_back(use.stage);
      }
    }
  }

  void correlate(const Record& record, uint64_t event, std::vector<Match>& found) {
    for (auto& [index, matched] : stages) {
      std::sort(matched.begin(), matched.end());
      std::vector<uint64_t> events = correlations[index].add(matched, record, event);
      if (!events.empty()) {
        found.push_back({&rules->infos[rules->correlations[index].info], std::move(events)});
      }
    }
    stages.clear();
  }

  std::shared_ptr<const RuleSet> rules;
  RecordView view;
  std::vector<Evaluation> evaluations;  // by category
  HeldEvents held;
  std::vector<CorrelationState> correlations;
  std::map<size_t, std::vector<size_t>> stages;  // by correlation, those the record at hand matches
};

Matcher::Matcher(std::shared_ptr<const RuleSet> rules) : state_(std::make_unique<State>(std::move(rules))) {}
Matcher::~Matcher() = default;
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher& Matcher::operator=(Matcher&&) noexcept = default;

std::vector<Match> Matcher::match(const Record& record, uint64_t event_id) {
  std::vector<Match> found;
  for (CorrelationState& correlation : state_->correlations) {
    correlation.expire(record.time_ns);
  }
  state_->detect(record, found);
  state_->correlate(record, event_id, found);
  return found;
}

bool Matcher::holds(uint64_t event_id) const { return state_->held.holds(event_id); }

uint64_t Matcher::evicted() const {
  uint64_t sum = 0;
  for (const CorrelationState& correlation : state_->correlations) {
    sum += correlation.evicted();
  }
  return sum;
}

}  // namespace vedette::rules
