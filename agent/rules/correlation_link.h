// SPDX-License-Identifier: Apache-2.0
// Links correlations to the rules they refer to, of whatever file, correlations among them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rules/linked_rules.h"
#include "rules/rule_set.h"

namespace vedette::rules {

class CorrelationLinker {
 public:
  CorrelationLinker(LinkedRules linked, RuleSet& rules, Diagnostics& errors)
      : linked_(std::move(linked)), rules_(rules), errors_(errors) {}

  // Adds every correlation that can match to the rule set, each after those it refers to.
  void link();
  // Once filters are merged into the digests of detections: those of correlations, transitively.
  void finish();

 private:
  struct Target {
    size_t document;
    size_t info;
    std::optional<size_t> detection;
    std::optional<size_t> correlation;  // of one that can match
    size_t depth;
  };
  // Where names of fields are written, and of whose events.
  struct Wanted {
    const CorrelationRule& rule;
    std::string path;
    RuleInfo& about;
    const Target& target;
  };
  struct Usage {
    bool correlated = false;
    bool generated = false;
  };
  struct Linked {
    std::optional<size_t> correlation;
    size_t depth = 1;
    bool good = true;
  };

  const Linked& link(size_t document, const CorrelationRule& rule);
  std::optional<Target> target(const CorrelationRule& rule, const Reference& reference);
  void report_cycle(const CorrelationRule& rule, const Reference& reference, size_t document);
  std::vector<std::optional<Target>> targets(const CorrelationRule& rule, Linked& linked);
  void mark_used(const CorrelationRule& rule, const Target& target);
  void judge(const CorrelationRule& rule, RuleInfo& about, const std::vector<std::optional<Target>>& targets);
  void inherit_level(const CorrelationRule& rule, RuleInfo& about, const std::vector<std::optional<Target>>& targets);
  Correlation::Stage stage(const CorrelationRule& rule, RuleInfo& about, const Target& target);
  std::vector<ValueSource> sources(const Wanted& wanted, const std::vector<Reference>& names);
  [[nodiscard]] std::optional<Reference> unaliased(const CorrelationRule& rule, const Reference& name,
                                                   const Target& target) const;
  std::optional<ValueSource> source(const Wanted& wanted, const Reference& name);
  std::optional<ValueSource> find(const Target& target, const std::string& name);
  bool carries(size_t correlation, const std::string& name);
  void unknown(const Wanted& wanted, const Reference& name);
  void check_aliases(const CorrelationRule& rule, const std::vector<std::optional<Target>>& targets);
  void add(const CorrelationRule& rule, Correlation correlation, const std::vector<std::optional<Target>>& targets);
  [[nodiscard]] std::string label_of(const Target& target) const;
  [[nodiscard]] std::string lineage(const Target& target) const;

  void mistake(const CorrelationRule& rule, const Reference& at, std::string message);
  [[nodiscard]] bool alive(const Target& target) const { return rules_.infos[target.info].dead.empty(); }

  LinkedRules linked_;
  RuleSet& rules_;
  Diagnostics& errors_;
  std::map<size_t, Linked> done_;                          // by document
  std::vector<size_t> underway_;                           // documents, each referred to by the one before
  std::vector<const CorrelationRule*> rule_of_;            // of each correlation of the rule set
  std::vector<std::vector<std::optional<Target>>> below_;  // likewise, one a stage
  std::map<size_t, Usage> usage_;                          // of correlations, by info
};

}  // namespace vedette::rules
