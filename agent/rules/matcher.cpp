// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>

#include "rules/correlator.h"
#include "rules/engine.h"
#include "rules/evaluation.h"
#include "rules/rule_set.h"

namespace vedette::rules {
namespace {

bool in_scope(const RuleInfo& rule, const Record& record) { return record.of_server || rule.scope == Scope::kHost; }

}  // namespace

struct Matcher::State {
  explicit State(std::shared_ptr<const RuleSet> set) : rules(std::move(set)), correlator(rules->correlations) {
    evaluate(*rules);
  }

  void evaluate(const RuleSet& set) {
    evaluations.clear();
    for (const Plan& plan : set.plans) {
      evaluations.emplace_back(plan);
    }
  }

  void detect(const Record& record, std::vector<Match>& found) {
    view.show(record);
    for (uint32_t index : evaluations[static_cast<size_t>(record.category)].match(view)) {
      const LiveDetection& rule = rules->detections[index];
      if (!in_scope(rules->infos[rule.info], record)) {
        continue;
      }
      if (rule.reported) {
        found.push_back({&rules->infos[rule.info], {}});
      }
      uses.insert(uses.end(), rule.uses.begin(), rule.uses.end());
    }
  }

  void correlate(std::vector<Correlator::Told> told, std::vector<Match>& found) const {
    for (Correlator::Told& one : told) {
      Match match{&rules->infos[rules->correlations[one.correlation].info], {}, one.found.count};
      std::ranges::transform(one.found.events, std::back_inserter(match.event_ids), &EventRef::id);
      found.push_back(std::move(match));
    }
  }

  std::shared_ptr<const RuleSet> rules;
  RecordView view;
  std::vector<Evaluation> evaluations;  // by category
  Correlator correlator;
  std::vector<Use> uses;  // of the rules the record at hand matches
};

Matcher::Matcher(std::shared_ptr<const RuleSet> rules) : state_(std::make_unique<State>(std::move(rules))) {}
Matcher::~Matcher() = default;
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher& Matcher::operator=(Matcher&&) noexcept = default;

std::vector<Match> Matcher::match(const Record& record, uint64_t event_id) {
  std::vector<Match> found;
  state_->uses.clear();
  state_->detect(record, found);
  state_->correlate(state_->correlator.see(record, event_id, state_->uses), found);
  return found;
}

std::vector<Match> Matcher::advance(uint64_t now_ns) {
  std::vector<Match> found;
  state_->correlate(state_->correlator.advance(now_ns), found);
  return found;
}

void Matcher::replace(std::shared_ptr<const RuleSet> rules) {
  state_->correlator.replace(rules->correlations);
  state_->evaluate(*rules);
  state_->rules = std::move(rules);
}

bool Matcher::holds(uint64_t event_id) const { return state_->correlator.holds(event_id); }

uint64_t Matcher::evicted() const { return state_->correlator.losses().evicted; }

uint64_t Matcher::late() const { return state_->correlator.losses().late; }

uint64_t Matcher::not_numeric() const { return state_->correlator.losses().not_numeric; }

uint64_t Matcher::thinned() const { return state_->correlator.losses().thinned; }

}  // namespace vedette::rules
