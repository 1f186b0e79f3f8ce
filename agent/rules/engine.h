// SPDX-License-Identifier: Apache-2.0
// Sigma rules (specification 2.1): files → parsed → compiled, or diagnostics; then events → matches.
// Pure: no I/O after loading, no clock of its own; time comes with the events.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "event/alert.h"
#include "rules/fields.h"
#include "rules/placeholders.h"

namespace vedette::rules {

// Which processes the rules of a directory over process_creation and process_termination are for.
enum class Scope : uint8_t {
  kServers,  // those of server trees
  kHost,     // every process of the host
};

struct RuleInfo {
  std::string id;
  std::string title;
  Level level = Level::kMedium;
  std::vector<std::string> tags;
  std::string file;
  Scope scope = Scope::kServers;
  bool correlation = false;
  std::string dead;                // not empty: why no event can ever satisfy it
  std::vector<std::string> notes;  // what of it does nothing, no event can satisfy, or is not as Sigma writes it
  std::string digest;              // of what the rule says, of a detection with its filters: SHA-256, hexadecimal
};

// The text of one rule file, as read from a rule directory.
struct RuleSource {
  std::string file;
  std::string text;
  Scope scope = Scope::kServers;
  std::string unreadable;  // why there is no text; "" there is

  bool operator==(const RuleSource&) const = default;
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
  std::shared_ptr<const RuleSet> rules;  // never null from compile(): of the documents without a mistake
  std::vector<RuleInfo> infos;           // every rule of the set, in file order; filters are no rules
  int filters = 0;
  // Mistakes, and what is left out because it refers to a document that has some.
  Diagnostics errors;
  std::vector<IdleFilter> idle_filters;
};

// All *.yml below the directories, sorted by path. Recognition data (servers/), *.test.yml and what has a hidden name
// is not a rule.
Result<std::vector<RuleSource>> read_rules(const std::vector<std::string>& directories);

Compiled compile(const std::vector<RuleSource>& sources, const CompileOptions& options = {});

// Events come up to this much out of order without any difference to windows that are judged when they close.
inline constexpr uint64_t kLatenessNs = 1'000'000'000;

// What the whole set is known by, and whether some live rule of it has scope host and is for starts or ends of
// processes.
std::string digest_of(const RuleSet& rules);
bool is_for_every_process(const RuleSet& rules);

struct Match {
  const RuleInfo* rule = nullptr;  // lives as long as the RuleSet
  // A correlation: the ids of the events behind it, oldest first, of many the oldest and the newest; else empty.
  std::vector<uint64_t> event_ids;
  uint64_t count = 1;  // events it stands for
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
  // not referred to, or if the correlation says `generate: true`. Of windows that closed more than kLatenessNs before
  // the record the correlations come too, as from advance.
  std::vector<Match> match(const Record& record, uint64_t event_id);

  // Time has passed without an event (same clock as Record::time_ns): correlations over windows that closed more than
  // kLatenessNs before. The last of a match's event_ids is never missing.
  std::vector<Match> advance(uint64_t now_ns);

  // Other rules from now on. A correlation remembers what it had begun if neither its text nor that of the rules it
  // builds on changed.
  void replace(std::shared_ptr<const RuleSet> rules);

  // Ids of events still held by correlation state: the caller may forget all others.
  [[nodiscard]] bool holds(uint64_t event_id) const;
  // Groups evicted because a correlation's state was full.
  [[nodiscard]] uint64_t evicted() const;
  // Events that came too late for what correlations are to judge.
  [[nodiscard]] uint64_t late() const;
  // Events without a number where a correlation needs one.
  [[nodiscard]] uint64_t not_numeric() const;
  // Events whose own time or value correlations gave up for lack of room; they still count.
  [[nodiscard]] uint64_t thinned() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vedette::rules
