// SPDX-License-Identifier: Apache-2.0
#include "rules/correlation_link.h"

#include <algorithm>
#include <set>

#include "rules/digest.h"

namespace vedette::rules {
namespace {

// What a message calls a rule.
std::string label(const Head& head) { return "'" + (head.name.text.empty() ? head.title : head.name.text) + "'"; }

std::vector<std::string> names_of(const CorrelationRule& rule) {
  std::vector<std::string> names = field_names();
  std::ranges::transform(rule.body.aliases, std::back_inserter(names), [](const Alias& one) { return one.name.text; });
  return names;
}

}  // namespace

void CorrelationLinker::mistake(const CorrelationRule& rule, const Reference& at, std::string message) {
  bool known = std::ranges::any_of(errors_, [&](const Diagnostic& error) {
    return error.file == rule.head.file && error.line == at.line && error.column == at.column;
  });
  if (!known) {
    Report(rule.head.file, errors_).at(at.line, at.column, std::move(message));
  }
}

std::string CorrelationLinker::label_of(const Target& target) const {
  return label(head_of(linked_.documents[target.document]));
}

void CorrelationLinker::link() {
  for (size_t i = 0; i < linked_.documents.size(); ++i) {
    if (const auto* rule = std::get_if<CorrelationRule>(&linked_.documents[i])) {
      link(i, *rule);
    }
  }
  for (Correlation& correlation : rules_.correlations) {
    const Usage& usage = usage_[correlation.info];
    correlation.reported = !usage.correlated || usage.generated;
  }
}

const CorrelationLinker::Linked& CorrelationLinker::link(size_t document, const CorrelationRule& rule) {
  auto known = done_.find(document);
  if (known != done_.end()) {
    return known->second;
  }
  underway_.push_back(document);
  Linked linked;
  size_t errors = errors_.size();
  RuleInfo& about = rules_.infos[linked_.infos.at(document)];
  auto found = targets(rule, linked);
  check_aliases(rule, found);
  inherit_level(rule, about, found);
  judge(rule, about, found);
  Correlation correlation{.type = rule.body.type,
                          .info = linked_.infos.at(document),
                          .timespan_ns = rule.body.timespan_ns,
                          .threshold = rule.body.threshold,
                          .percentile = rule.body.percentile};
  for (const auto& one : found) {
    correlation.stages.push_back(one ? stage(rule, about, *one) : Correlation::Stage());
  }
  linked.good = errors == errors_.size();
  if (linked.good && about.dead.empty()) {
    linked.correlation = rules_.correlations.size();
    add(rule, std::move(correlation), found);
  }
  underway_.pop_back();
  return done_.emplace(document, linked).first->second;
}

std::vector<std::optional<CorrelationLinker::Target>> CorrelationLinker::targets(const CorrelationRule& rule,
                                                                                 Linked& linked) {
  std::vector<std::optional<Target>> found;
  std::set<size_t> seen;
  for (const Reference& reference : rule.body.rules) {
    auto one = target(rule, reference);
    found.push_back(one);
    if (!one) {
      continue;
    }
    if (!seen.insert(one->document).second) {
      mistake(rule, reference, "correlation.rules: the rule '" + reference.text + "' is there twice; keep one");
    }
    mark_used(rule, *one);
    linked.depth = std::max(linked.depth, one->depth + 1);
    if (linked.depth > kMaxChain) {
      mistake(rule, reference,
              "correlation.rules: expected at most " + std::to_string(kMaxChain) +
                  " correlations that build on each other, found " + std::to_string(linked.depth));
    }
  }
  return found;
}

std::optional<CorrelationLinker::Target> CorrelationLinker::target(const CorrelationRule& rule,
                                                                   const Reference& reference) {
  auto document = linked_.resolve(rule.head, reference);
  if (!document) {
    return std::nullopt;
  }
  if (auto detection = linked_.detections.find(*document); detection != linked_.detections.end()) {
    return Target{*document, linked_.infos.at(*document), detection->second, std::nullopt, 0};
  }
  const auto* other = std::get_if<CorrelationRule>(&linked_.documents[*document]);
  if (other == nullptr) {
    mistake(rule, reference,
            "correlation.rules: expected the id or name of a detection or correlation rule, found the filter '" +
                reference.text + "'");
    return std::nullopt;
  }
  if (std::ranges::find(underway_, *document) != underway_.end()) {
    report_cycle(rule, reference, *document);
    return std::nullopt;
  }
  const Linked& linked = link(*document, *other);
  return linked.good ? std::optional(Target{*document, linked_.infos.at(*document), std::nullopt, linked.correlation,
                                            linked.depth})
                     : std::nullopt;
}

void CorrelationLinker::report_cycle(const CorrelationRule& rule, const Reference& reference, size_t document) {
  std::string way;
  for (auto it = std::ranges::find(underway_, document); it != underway_.end(); ++it) {
    way += label(head_of(linked_.documents[*it])) + " refers to ";
  }
  mistake(rule, reference,
          "correlation.rules: expected a rule that does not build on this one, found a cycle: " + way +
              label(head_of(linked_.documents[document])));
}

void CorrelationLinker::mark_used(const CorrelationRule& rule, const Target& target) {
  if (target.detection) {
    Standing& standing = linked_.standings[*target.detection];
    standing.correlated = true;
    standing.generated = standing.generated || rule.body.generate;
    return;
  }
  Usage& usage = usage_[target.info];
  usage = {true, usage.generated || rule.body.generate};
}

void CorrelationLinker::inherit_level(const CorrelationRule& rule, RuleInfo& about,
                                      const std::vector<std::optional<Target>>& targets) {
  about.level = rule.head.level.value_or(Level::kInformational);
  for (const auto& one : targets) {
    about.level = one ? std::max(about.level, rules_.infos[one->info].level) : about.level;
  }
}

// All of its rules are needed where all must match; else one that lives is enough.
void CorrelationLinker::judge(const CorrelationRule& rule, RuleInfo& about,
                              const std::vector<std::optional<Target>>& targets) {
  about.dead = rule.dead;
  std::vector<std::string> dead;
  for (size_t i = 0; i < targets.size(); ++i) {
    const auto& one = targets[i];
    if (one && !alive(*one)) {
      dead.push_back("its rule '" + rule.body.rules[i].text + "' is dead: " + rules_.infos[one->info].dead);
    }
  }
  bool all_needed = rule.body.temporal() && rule.body.threshold.criteria.empty();
  bool killed = !dead.empty() && (all_needed || dead.size() == targets.size());
  if (killed && about.dead.empty()) {
    about.dead = dead.front();
  } else if (!killed) {
    about.notes = dead;
  }
}

Correlation::Stage CorrelationLinker::stage(const CorrelationRule& rule, RuleInfo& about, const Target& target) {
  Correlation::Stage stage;
  stage.keys = sources({rule, "correlation.group-by", about, target}, rule.body.group_by);
  stage.values = sources({rule, "correlation.condition.field", about, target}, rule.body.fields);
  return stage;
}

std::vector<ValueSource> CorrelationLinker::sources(const Wanted& wanted, const std::vector<Reference>& names) {
  std::vector<ValueSource> found;
  for (const Reference& name : names) {
    if (auto one = source(wanted, name)) {
      found.push_back(std::move(*one));
    }
  }
  return found;
}

// The field an alias stands for in events of that rule; the name itself when it is no alias.
std::optional<Reference> CorrelationLinker::unaliased(const CorrelationRule& rule, const Reference& name,
                                                      const Target& target) const {
  auto alias = std::ranges::find(rule.body.aliases, name.text, [](const Alias& one) { return one.name.text; });
  if (alias == rule.body.aliases.end()) {
    return name;
  }
  const Head& head = head_of(linked_.documents[target.document]);
  auto of_rule = std::ranges::find_if(alias->targets, [&](const Alias::Target& one) {
    return !one.rule.text.empty() && (one.rule.text == head.id.text || one.rule.text == head.name.text);
  });
  return of_rule != alias->targets.end() ? std::optional(of_rule->field) : std::nullopt;
}

std::optional<ValueSource> CorrelationLinker::source(const Wanted& wanted, const Reference& name) {
  auto written = unaliased(wanted.rule, name, wanted.target);
  if (!written) {
    mistake(wanted.rule, name,
            wanted.path + ": the alias '" + name.text + "' names no field of the rule " + label_of(wanted.target) +
                "; add one under 'correlation.aliases." + name.text + "'");
    return std::nullopt;
  }
  auto found = alive(wanted.target) ? find(wanted.target, written->text) : std::nullopt;
  if (!found) {
    unknown(wanted, *written);
  }
  return found;
}

std::optional<ValueSource> CorrelationLinker::find(const Target& target, const std::string& name) {
  if (target.correlation) {
    return carries(*target.correlation, name) ? std::optional(ValueSource{Field::kCount, name}) : std::nullopt;
  }
  auto field = field_by_name(name);
  auto category = target.detection ? linked_.standings[*target.detection].category : std::nullopt;
  bool has = field && category && has_field(*category, *field);
  return has ? std::optional(ValueSource{*field, name}) : std::nullopt;
}

// Whether matches of the correlation carry the value: of the newest of their events that has it. From now on they do.
bool CorrelationLinker::carries(size_t correlation, const std::string& name) {
  bool found = false;
  const CorrelationRule& rule = *rule_of_[correlation];
  for (size_t i = 0; i < below_[correlation].size(); ++i) {
    const auto& target = below_[correlation][i];
    if (!target || !alive(*target)) {
      continue;
    }
    auto written = unaliased(rule, {name, 0, 0}, *target);
    auto source = written ? find(*target, written->text) : std::nullopt;
    if (source) {
      rules_.correlations[correlation].stages[i].carried[name] = std::move(*source);
      found = true;
    }
  }
  return found;
}

// A field nobody has: a slip, or a rule for other events, which is dead. Of a dead rule nothing is said: its own kind
// of log may have it.
void CorrelationLinker::unknown(const Wanted& wanted, const Reference& name) {
  if (!alive(wanted.target)) {
    return;
  }
  bool exists = field_by_name(name.text).has_value();
  std::string near = exists ? "" : suggestion(name.text, names_of(wanted.rule));
  if (!exists && (!near.empty() || name.text.starts_with("Mcp"))) {
    mistake(wanted.rule, name, wanted.path + ": expected a field or an alias, found '" + name.text + "'" + near);
  } else if (!exists && !wanted.target.correlation) {
    wanted.about.dead = wanted.about.dead.empty() ? "no event has a field '" + name.text + "'" : wanted.about.dead;
  } else {
    mistake(wanted.rule, name,
            wanted.path + (wanted.target.correlation ? ": matches of the rule " : ": events of the rule ") +
                label_of(wanted.target) + " have no field '" + name.text +
                "'; define an alias under 'correlation.aliases'");
  }
}

void CorrelationLinker::check_aliases(const CorrelationRule& rule, const std::vector<std::optional<Target>>& targets) {
  for (const Alias& alias : rule.body.aliases) {
    for (const Alias::Target& one : alias.targets) {
      auto document = linked_.resolve(rule.head, one.rule);
      bool referred = !document || std::ranges::any_of(targets, [&](const auto& target) {
        return !target || target->document == *document;
      });
      if (!referred) {
        std::vector<std::string> known;
        std::ranges::transform(rule.body.rules, std::back_inserter(known), &Reference::text);
        mistake(rule, one.rule,
                "correlation.aliases." + alias.name.text + ": expected one of 'correlation.rules' (" + join(known) +
                    "), found '" + one.rule.text + "'" + suggestion(one.rule.text, known));
      }
    }
  }
}

void CorrelationLinker::add(const CorrelationRule& rule, Correlation correlation,
                            const std::vector<std::optional<Target>>& targets) {
  size_t index = rules_.correlations.size();
  if (rule.body.temporal() && correlation.threshold.criteria.empty()) {
    correlation.threshold.criteria = {{Bound::kGte, static_cast<double>(correlation.stages.size())}};
  }
  for (size_t i = 0; i < targets.size(); ++i) {
    const auto& one = targets[i];
    if (one && one->detection) {
      rules_.detections[*one->detection].uses.push_back({index, i});
    } else if (one && one->correlation) {
      rules_.correlations[*one->correlation].uses.push_back({index, i});
    }
  }
  rules_.correlations.push_back(std::move(correlation));
  rule_of_.push_back(&rule);
  below_.push_back(targets);
}

std::string CorrelationLinker::lineage(const Target& target) const {
  return target.correlation ? rules_.correlations[*target.correlation].digest : rules_.infos[target.info].digest;
}

void CorrelationLinker::finish() {
  for (size_t i = 0; i < rules_.correlations.size(); ++i) {
    std::vector<std::string> parts = {rules_.infos[rules_.correlations[i].info].digest};
    for (const auto& target : below_[i]) {
      parts.push_back(target ? lineage(*target) : "");
    }
    rules_.correlations[i].digest = digest(parts);
  }
}

}  // namespace vedette::rules
