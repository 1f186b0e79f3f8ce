// SPDX-License-Identifier: Apache-2.0
#include "rules/correlator.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "rules/digest.h"
#include "rules/engine.h"

namespace vedette::rules {
namespace {

// What an event says, be it a record or a match of a correlation below.
struct RecordValues {
  const Record& record;
  [[nodiscard]] const std::string* get(const ValueSource& source) const {
    bool known = source.field != Field::kCount && record.get(source.field);
    return known ? &*record.get(source.field) : nullptr;
  }
};

struct FoundValues {
  const Found& found;
  [[nodiscard]] const std::string* get(const ValueSource& source) const {
    auto value = found.carried.find(source.name);
    return value != found.carried.end() ? &value->second : nullptr;
  }
};

// What values are compared by: long ones by their digest, so that state stays small.
std::string compact(const std::string& value) {
  constexpr size_t kLong = 256;
  return value.size() > kLong ? sha256(value) : value;
}

// nullopt when a value is missing: nothing unknown is the same as another.
template <typename Source>
std::optional<std::string> joined(const std::vector<ValueSource>& sources, const Source& source) {
  std::string text;
  for (const ValueSource& one : sources) {
    const std::string* value = source.get(one);
    if (value == nullptr) {
      return std::nullopt;
    }
    std::string part = compact(*value);
    text += std::to_string(part.size()) + ":" + part;
  }
  return text;
}

void sum_up(Losses& sum, const Losses& more) {
  sum.evicted += more.evicted;
  sum.late += more.late;
  sum.not_numeric += more.not_numeric;
  sum.thinned += more.thinned;
}

void sort_by_correlation(std::vector<Correlator::Told>& told) {
  std::ranges::stable_sort(told, {}, &Correlator::Told::correlation);
}

}  // namespace

Correlator::Correlator(const std::vector<Correlation>& correlations) : correlations_(&correlations) {
  for (const Correlation& correlation : correlations) {
    states_.push_back(make_state(correlation));
  }
}

std::vector<Correlator::Told> Correlator::see(const Record& record, uint64_t event, std::vector<Use> uses) {
  std::vector<Told> told;
  settle(record.time_ns, told);
  std::ranges::sort(uses, [](const Use& a, const Use& b) {
    return std::tuple(a.correlation, ~a.stage) < std::tuple(b.correlation, ~b.stage);
  });
  std::set<std::pair<size_t, std::string>> counted;
  for (const Use& use : uses) {
    Entry entry{.time_ns = record.time_ns, .event = event, .stage = use.stage, .count = std::max(record.count, 1U)};
    std::string group;
    if (!complete(use, RecordValues{record}, group, entry)) {
      continue;
    }
    CorrelationType type = (*correlations_)[use.correlation].type;
    bool by_stage = type == CorrelationType::kTemporal || type == CorrelationType::kTemporalOrdered;
    if (by_stage || counted.emplace(use.correlation, group).second) {
      entry.events = Holding(held_, {{record.time_ns, event}});
      add(use, group, std::move(entry), told);
    }
  }
  sort_by_correlation(told);
  return told;
}

std::vector<Correlator::Told> Correlator::advance(uint64_t now_ns) {
  std::vector<Told> told;
  settle(now_ns, told);
  sort_by_correlation(told);
  return told;
}

void Correlator::replace(const std::vector<Correlation>& correlations) {
  States states;
  for (const Correlation& correlation : correlations) {
    auto same = std::ranges::find_if(states_, [&](const auto& state) {
      return state != nullptr &&
             (*correlations_)[static_cast<size_t>(&state - states_.data())].digest == correlation.digest;
    });
    if (same == states_.end()) {
      states.push_back(make_state(correlation));
      continue;
    }
    (*same)->rebind(correlation);
    states.push_back(std::move(*same));
  }
  for (const auto& state : states_) {
    sum_up(lost_before_, state != nullptr ? state->losses() : Losses());
  }
  correlations_ = &correlations;
  states_ = std::move(states);
}

Losses Correlator::losses() const {
  Losses sum = lost_before_;
  for (const auto& state : states_) {
    sum_up(sum, state->losses());
  }
  return sum;
}

void Correlator::settle(uint64_t now_ns, std::vector<Told>& told) {
  if (now_ns <= newest_ns_) {
    return;
  }
  newest_ns_ = now_ns;
  uint64_t before_ns = now_ns > kLatenessNs ? now_ns - kLatenessNs : 0;
  for (size_t i = 0; i < states_.size(); ++i) {
    std::vector<Found> found;
    states_[i]->settle(before_ns, found);
    tell(i, std::move(found), told);
  }
}

void Correlator::add(const Use& use, const std::string& group, Entry entry, std::vector<Told>& told) {
  std::vector<Found> found;
  states_[use.correlation]->add(group, std::move(entry), found);
  tell(use.correlation, std::move(found), told);
}

void Correlator::tell(size_t correlation, std::vector<Found> found, std::vector<Told>& told) {
  const Correlation& about = (*correlations_)[correlation];
  for (Found& one : found) {
    for (auto use = about.uses.rbegin(); use != about.uses.rend(); ++use) {
      pass_on(*use, one, told);
    }
    if (about.reported) {
      told.push_back({correlation, std::move(one)});
    }
  }
}

void Correlator::pass_on(const Use& use, const Found& found, std::vector<Told>& told) {
  Entry entry{.time_ns = found.time_ns, .event = found.events.empty() ? 0 : found.events.back().id, .stage = use.stage};
  std::string group;
  if (complete(use, FoundValues{found}, group, entry)) {
    entry.events = Holding(held_, found.events);
    add(use, group, std::move(entry), told);
  }
}

template <typename Source>
bool Correlator::complete(const Use& use, const Source& source, std::string& group, Entry& entry) {
  const Correlation& correlation = (*correlations_)[use.correlation];
  const Correlation::Stage& stage = correlation.stages[use.stage];
  auto key = joined(stage.keys, source);
  if (!key) {
    return false;
  }
  group = std::move(*key);
  for (const auto& [name, from] : stage.carried) {
    if (const std::string* value = source.get(from)) {
      entry.carried[name] = compact(*value);
    }
  }
  entry.text = stage.values.empty() ? std::nullopt : joined(stage.values, source);
  switch (correlation.type) {
    case CorrelationType::kValueCount:
      return entry.text.has_value();
    case CorrelationType::kValuePercentile:
      return !correlation.percentile || set_number(use, entry, source.get(stage.values[0]));
    case CorrelationType::kValueSum:
    case CorrelationType::kValueAvg:
      return set_number(use, entry, source.get(stage.values[0]));
    default:
      return true;
  }
}

bool Correlator::set_number(const Use& use, Entry& entry, const std::string* text) {
  entry.text.reset();
  const char* begin = text != nullptr ? text->data() : nullptr;
  const char* end = text != nullptr ? begin + text->size() : nullptr;
  auto [stop, error] = begin != end ? std::from_chars(begin, end, entry.number)
                                    : std::from_chars_result{begin, std::errc::invalid_argument};
  if (error == std::errc() && stop == end && std::isfinite(entry.number)) {
    return true;
  }
  states_[use.correlation]->skip();
  return false;
}

}  // namespace vedette::rules
