// SPDX-License-Identifier: Apache-2.0
#include "rule_tests/run.h"

#include <algorithm>
#include <map>

#include "rules/explain.h"
#include "rules/rule_set.h"

namespace vedette::rule_tests {
namespace {

using rules::LiveDetection;
using rules::Record;
using rules::RecordView;
using rules::RuleInfo;

constexpr size_t kExplainedEvents = 3;

struct Alerted {
  size_t rule = 0;
  size_t event = 0;  // from 1; 0 of a recording
};

std::string quoted(const RuleInfo& info) { return "\"" + info.title + "\""; }

class Runner {
 public:
  Runner(const Case& test, const Catalog& catalog, const rules::RuleSet& rules)
      : test_(test), catalog_(catalog), rules_(rules) {
    for (size_t category = 0; category < rules_.plans.size(); ++category) {
      for (uint32_t i = 0; i < rules_.plans[category].size(); ++i) {
        uint32_t index = rules_.plans[category].rule(i);
        detections_[rules_.detections[index].info] = {&rules_.detections[index],
                                                      static_cast<rules::Category>(category)};
      }
    }
  }

  std::vector<Alerted> run_events(rules::Matcher matcher) const {
    std::vector<Alerted> alerts;
    for (size_t i = 0; i < test_.events.size(); ++i) {
      const Record& record = test_.events[i].record;
      add_building_blocks(record, i + 1, alerts);
      for (const rules::Match& match : matcher.match(record, i + 1)) {
        add(match.rule->id, i + 1, alerts);
      }
    }
    return alerts;
  }

  void add(const std::string& id, size_t event, std::vector<Alerted>& alerts) const {
    auto rule = catalog_.find(id);
    if (rule && std::ranges::find(test_.rules, *rule) != test_.rules.end()) {
      alerts.push_back({*rule, event});
    }
  }

  // What is wrong with the alerts, "" when they are the expected ones.
  [[nodiscard]] std::string difference(const std::vector<Alerted>& alerts) const {
    std::map<Key, size_t> missing;
    for (const Expected& expected : test_.expect) {
      missing[{expected.rule, expected.level}] += expected.count;
    }
    std::map<Key, std::vector<size_t>> surplus;
    for (const Alerted& alert : alerts) {
      Key key{alert.rule, catalog_.infos()[alert.rule].level};
      auto found = missing.find(key);
      if (found == missing.end() || found->second == 0) {
        surplus[key].push_back(alert.event);
      } else {
        --found->second;
      }
    }
    std::erase_if(missing, [](const auto& entry) { return entry.second == 0; });
    return describe(missing, surplus);
  }

 private:
  using Key = std::pair<size_t, Level>;
  struct Place {
    const LiveDetection* detection = nullptr;
    rules::Category category = rules::Category::kProcessAccess;
  };

  void add_building_blocks(const Record& record, size_t event, std::vector<Alerted>& alerts) const {
    RecordView view(record);
    for (size_t rule : test_.rules) {
      auto found = detections_.find(rule);
      if (found != detections_.end() && found->second.category == record.category &&
          !found->second.detection->reported && found->second.detection->matches(view)) {
        alerts.push_back({rule, event});
      }
    }
  }

  [[nodiscard]] std::string describe(const std::map<Key, size_t>& missing,
                                     const std::map<Key, std::vector<size_t>>& surplus) const {
    std::string text;
    for (const auto& [key, count] : missing) {
      text += "  expected, did not come: " + alert_text(key, count) + "\n";
    }
    for (const auto& [key, events] : surplus) {
      text += "  came, not expected:     " + alert_text(key, events.size()) + events_text(events) + "\n";
    }
    for (const auto& [key, count] : missing) {
      text += surplus_of(key.first, surplus) ? "" : why_missing(key.first);
    }
    return text;
  }

  static bool surplus_of(size_t rule, const std::map<Key, std::vector<size_t>>& surplus) {
    return std::ranges::any_of(surplus, [&](const auto& entry) { return entry.first.first == rule; });
  }

  [[nodiscard]] std::string alert_text(const Key& key, size_t count) const {
    return std::to_string(count) + " × " + quoted(catalog_.infos()[key.first]) + " [" + std::string(name(key.second)) +
           "]";
  }

  [[nodiscard]] std::string events_text(const std::vector<size_t>& events) const {
    std::string text;
    for (size_t i = 0; i < std::min(events.size(), kExplainedEvents) && events[i] != 0; ++i) {
      text += (i == 0 ? ", by " : ", ") + event_name(events[i] - 1);
    }
    return text + (text.empty() || events.size() <= kExplainedEvents ? "" : ", …");
  }

  [[nodiscard]] std::string event_name(size_t index) const {
    return "event " + std::to_string(index + 1) + " (line " + std::to_string(test_.events[index].line) + ")";
  }

  [[nodiscard]] std::string why_missing(size_t rule) const {
    const RuleInfo& info = catalog_.infos()[rule];
    if (!info.dead.empty()) {
      return "  " + quoted(info) + " can never fire: " + info.dead + "\n";
    }
    if (test_.events.empty()) {
      return "";
    }
    if (!info.correlation) {
      return why_unmatched(rule);
    }
    std::string text;
    for (size_t part : catalog_.parts_of(rule)) {
      text += why_unmatched(part);
    }
    return text;
  }

  [[nodiscard]] std::string why_unmatched(size_t rule) const {
    auto found = detections_.find(rule);
    if (found == detections_.end()) {
      return "";
    }
    const auto& [detection, category] = found->second;
    auto matched = matched_by(*detection, category);
    const RuleInfo& info = catalog_.infos()[rule];
    if (!matched.empty()) {
      return "  " + quoted(info) + " matches" + events_text(matched).substr(std::string(", by").size()) + "\n";
    }
    std::string why = explanations(*detection, category);
    return "  " + quoted(info) + " matches no event" +
           (why.empty() ? ": none is of " + std::string(name(category)) + "\n" : ":\n" + why);
  }

  [[nodiscard]] std::vector<size_t> matched_by(const LiveDetection& detection, rules::Category category) const {
    std::vector<size_t> events;
    for (size_t i = 0; i < test_.events.size(); ++i) {
      const Record& record = test_.events[i].record;
      if (record.category == category && detection.matches(RecordView(record))) {
        events.push_back(i + 1);
      }
    }
    return events;
  }

  // Of the first events of the category, none of which matches.
  [[nodiscard]] std::string explanations(const LiveDetection& detection, rules::Category category) const {
    std::string text;
    size_t explained = 0;
    for (size_t i = 0; i < test_.events.size() && explained < kExplainedEvents; ++i) {
      if (test_.events[i].record.category == category) {
        text += "    " + event_name(i) + why_not(detection, RecordView(test_.events[i].record));
        ++explained;
      }
    }
    return text;
  }

  static std::string why_not(const LiveDetection& detection, const RecordView& event) {
    rules::Explanation explanation = explain(detection.detection, event);
    return explanation.held ? ": its condition holds, but a filter excepts the event\n"
                            : ":\n" + failing_text(explanation, 3);
  }

  const Case& test_;
  const Catalog& catalog_;
  const rules::RuleSet& rules_;
  std::map<size_t, Place> detections_;  // by rule
};

}  // namespace

CaseResult run(const Case& test, const Catalog& catalog, const std::shared_ptr<const rules::RuleSet>& rules,
               const Replay& replay) {
  CaseResult result{test.name, test.file, test.line, test.column, false, ""};
  Runner runner(test, catalog, *rules);
  std::vector<Alerted> alerts;
  if (test.recording.empty()) {
    alerts = runner.run_events(rules::Matcher(rules));
  } else {
    auto ids = replay(test.recording);
    if (!ids) {
      result.detail = "  " + ids.error().message + "\n";
      return result;
    }
    std::ranges::for_each(*ids, [&](const std::string& id) { runner.add(id, 0, alerts); });
  }
  result.detail = runner.difference(alerts);
  result.passed = result.detail.empty();
  return result;
}

}  // namespace vedette::rule_tests
