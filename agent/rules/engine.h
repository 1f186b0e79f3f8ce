// SPDX-License-Identifier: Apache-2.0
// Sigma rules (specification 2.1): files → parsed → compiled, or diagnostics; then events → matches.
// Pure: no I/O after loading, no clock of its own; time comes with the events.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "event/alert.h"
#include "rules/fields.h"
#include "rules/placeholders.h"

namespace vedette::rules {

struct RuleInfo {
  std::string id;
  std::string title;
  Level level = Level::kMedium;
  std::vector<std::string> tags;
  std::string file;
  bool correlation = false;
  std::string dead;                // not empty: why no event can ever satisfy it
  std::vector<std::string> notes;  // what of it does nothing, no event can satisfy, or is not as Sigma writes it
};

// The text of one rule file, as read from a rule directory.
struct RuleSource {
  std::string file;
  std::string text;
};

class RuleSet;  // compiled, immutable

// What keeps a filter from doing anything: all of it, or for one of the rules it names.
struct IdleFilter {
  std::string title;
  std::string file;
  int line = 0;  // from 1
  std::string reason;
};

struct CompileOptions {
  Placeholders placeholders;  // what %name% stands for in a value with the modifier 'expand'
};

struct Compiled {
  std::shared_ptr<const RuleSet> rules;  // null when there are errors
  std::vector<RuleInfo> infos;           // every detection and correlation rule, in file order; filters are no rules
  int filters = 0;
  Diagnostics errors;
  std::vector<IdleFilter> idle_filters;
};

// All *.yml below the directories, sorted by path. Recognition data (servers/, *.test.yml) is not a rule.
Result<std::vector<RuleSource>> read_rules(const std::vector<std::string>& directories);

Compiled compile(const std::vector<RuleSource>& sources, const CompileOptions& options = {});

struct Match {
  const RuleInfo* rule = nullptr;   // lives as long as the RuleSet
  std::vector<uint64_t> event_ids;  // a correlation: the ids of the events behind it, oldest first; else empty
};

// Matches one stream of events. Not thread-safe.
class Matcher {
 public:
  explicit Matcher(std::shared_ptr<const RuleSet> rules);
  ~Matcher();
  Matcher(Matcher&&) noexcept;
  Matcher& operator=(Matcher&&) noexcept;

  // event_id is the caller's name for this event, given back in Match::event_ids. Matches come in rule order, a
  // correlation after the rules it builds on. A rule that a correlation refers to is reported itself only if it is
  // not referred to, or if the correlation says `generate: true`.
  std::vector<Match> match(const Record& record, uint64_t event_id);

  // Ids of events still held by correlation state: the caller may forget all others.
  [[nodiscard]] bool holds(uint64_t event_id) const;
  // Groups evicted because a correlation's state was full.
  [[nodiscard]] uint64_t evicted() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vedette::rules
