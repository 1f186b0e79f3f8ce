// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "rules/correlation_link.h"
#include "rules/digest.h"
#include "rules/document.h"
#include "rules/engine.h"
#include "rules/rule_set.h"
#include "rules/yaml.h"

namespace vedette::rules {
namespace {

// Where a document begins: file, line, column.
using Start = std::tuple<std::string, int, int>;

struct Sources {
  const std::vector<RuleSource>& files;
  const CompileOptions& options;
  std::set<Start> left_out;  // documents in which linking found a mistake
};

struct Parsed {
  std::vector<Document> documents;
  std::set<std::string> broken;   // ids and names of documents with mistakes
  std::set<std::string> awaited;  // what broken correlations build on and would not have told of by itself
};

const YamlNode* child(const YamlNode* node, std::string_view key) {
  return node != nullptr && node->is_map() ? node->find(key) : nullptr;
}

void remember_broken(const YamlNode& node, Parsed& parsed) {
  for (const char* key : {"id", "name"}) {
    const YamlNode* found = child(&node, key);
    if (found != nullptr) {
      parsed.broken.insert(found->text);
    }
  }
  const YamlNode* correlation = child(&node, "correlation");
  const YamlNode* rules = child(correlation, "rules");
  const YamlNode* generate = child(correlation, "generate");
  if (rules != nullptr && (generate == nullptr || generate->text != "true")) {
    std::ranges::for_each(rules->children, [&](const YamlNode& rule) { parsed.awaited.insert(rule.text); });
  }
}

void parse_file(const RuleSource& source, const Sources& all, Diagnostics& errors, Parsed& parsed) {
  Report report(source.file, errors, source.text);
  if (!source.unreadable.empty()) {
    report.at(0, 0, source.unreadable);
  }
  std::vector<YamlNode> nodes = parse_yaml(source.text, report);
  bool refused = refuse_collection(nodes, report);
  for (const YamlNode& node : nodes) {
    bool out = refused || all.left_out.contains({source.file, node.line, node.column});
    auto document = out ? std::nullopt : parse_document(node, report, all.options.placeholders);
    if (document) {
      parsed.documents.push_back(std::move(*document));
    } else {
      remember_broken(node, parsed);
    }
  }
}

Parsed parse_all(const Sources& all, Diagnostics& errors) {
  Parsed parsed;
  for (const RuleSource& source : all.files) {
    parse_file(source, all, errors, parsed);
  }
  return parsed;
}

const Head& head_of(const Document& document) {
  return std::visit([](const auto& kind) -> const Head& { return kind.head; }, document);
}

RuleInfo info_of(const Head& head, bool correlation) {
  RuleInfo info;
  info.id = head.id.text;
  info.title = head.title;
  info.level = head.level.value_or(correlation ? Level::kInformational : Level::kMedium);
  info.tags = head.tags;
  info.notes = head.notes;
  info.file = head.file;
  info.correlation = correlation;
  info.digest = head.digest;
  return info;
}

void append(std::vector<std::string>& to, const std::vector<std::string>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

// Brings parsed documents together: references become indices, filters become exceptions of rules.
class Linker {
 public:
  Linker(Parsed parsed, Diagnostics& errors)
      : parsed_(std::move(parsed)), errors_(errors), parsed_errors_(errors.size()) {}

  std::shared_ptr<RuleSet> link() {
    index();
    each<DetectionRule>([this](size_t i, DetectionRule& rule) { add_detection(i, rule); });
    CorrelationLinker correlations(linked(), *rules_, errors_);
    correlations.link();
    each<FilterRule>([this](size_t, FilterRule& rule) { add_filter(rule); });
    keep_awaited_quiet();
    each<DetectionRule>([this](size_t i, DetectionRule&) { finish_detection(i); });
    plan();
    correlations.finish();
    rules_->digest = digest_of_all();
    return rules_;
  }

  [[nodiscard]] int filters() const { return filters_; }
  [[nodiscard]] const std::vector<IdleFilter>& idle_filters() const { return idle_; }

  // Documents in which linking found a mistake: of each file the last that begins before it.
  [[nodiscard]] std::set<Start> broken() const {
    std::set<Start> result;
    for (auto error = errors_.begin() + static_cast<std::ptrdiff_t>(parsed_errors_); error != errors_.end(); ++error) {
      const Head* found = nullptr;
      for (const Document& document : parsed_.documents) {
        const Head& head = head_of(document);
        bool before = head.file == error->file && head.line <= error->line;
        found = before && (found == nullptr || head.line > found->line) ? &head : found;
      }
      if (found != nullptr) {
        result.insert({found->file, found->line, found->column});
      }
    }
    return result;
  }

 private:
  template <typename Kind, typename Do>
  void each(const Do& action) {
    for (size_t i = 0; i < parsed_.documents.size(); ++i) {
      if (auto* rule = std::get_if<Kind>(&parsed_.documents[i])) {
        action(i, *rule);
      }
    }
  }

  void mistake(const Head& head, const Reference& at, std::string message) {
    Report(head.file, errors_).at(at.line, at.column, std::move(message));
  }

  void keep_awaited_quiet() {
    for (const std::string& key : parsed_.awaited) {
      auto found = by_key_.find(key);
      if (found != by_key_.end() && detection_.contains(found->second)) {
        standings_[detection_[found->second]].correlated = true;
      }
    }
  }

  void index() {
    for (size_t i = 0; i < parsed_.documents.size(); ++i) {
      const Document& document = parsed_.documents[i];
      const Head& head = head_of(document);
      index_by(head, head.id, "id", i);
      index_by(head, head.name, "name", i);
      if (!std::holds_alternative<FilterRule>(document)) {
        info_[i] = rules_->infos.size();
        rules_->infos.push_back(info_of(head, std::holds_alternative<CorrelationRule>(document)));
      }
    }
  }

  void index_by(const Head& head, const Reference& key, const std::string& what, size_t document) {
    if (key.text.empty()) {
      return;
    }
    auto [found, fresh] = by_key_.emplace(key.text, document);
    if (!fresh && found->second != document) {
      const Head& first = head_of(parsed_.documents[found->second]);
      mistake(head, key,
              "the " + what + " '" + key.text + "' is taken by '" + first.title + "' in " + first.file + ":" +
                  std::to_string(first.line) + "; give each rule its own");
    }
  }

  // The document a reference means; nullopt after reporting.
  std::optional<size_t> resolve(const Head& head, const Reference& reference) {
    auto found = by_key_.find(reference.text);
    if (found != by_key_.end()) {
      return found->second;
    }
    if (parsed_.broken.contains(reference.text)) {
      mistake(head, reference,
              "left out, since the rule '" + reference.text + "' that it builds on has a mistake; mend that one");
    } else {
      std::vector<std::string> known;
      std::transform(by_key_.begin(), by_key_.end(), std::back_inserter(known), [](const auto& e) { return e.first; });
      mistake(head, reference,
              "expected the id or name of a rule, found '" + reference.text + "', which no rule has" +
                  suggestion(reference.text, known));
    }
    return std::nullopt;
  }

  LinkedRules linked() {
    auto meant = [this](const Head& head, const Reference& reference) { return resolve(head, reference); };
    return {parsed_.documents, info_, detection_, standings_, meant};
  }

  [[nodiscard]] std::string digest_of_all() const {
    std::vector<std::string> digests;
    std::ranges::transform(rules_->infos, std::back_inserter(digests), &RuleInfo::digest);
    return digest(digests);
  }

  RuleInfo& info(size_t detection) { return rules_->infos[rules_->detections[detection].info]; }

  void add_detection(size_t document, DetectionRule& rule) {
    RuleInfo& about = rules_->infos[info_[document]];
    about.dead = rule.source.dead;
    append(about.notes, rule.detection.notes());
    if (auto category = rule.source.category; category && about.dead.empty()) {
      about.dead = rule.detection.why_dead(*category);
      append(about.notes, about.dead.empty() ? rule.detection.impossible(*category) : std::vector<std::string>());
    }
    detection_[document] = rules_->detections.size();
    LiveDetection live;
    live.info = info_[document];
    live.detection = std::move(rule.detection);
    rules_->detections.push_back(std::move(live));
    standings_.push_back({about.dead.empty() ? rule.source.category : std::nullopt});
  }

  void idle(const Head& filter, int line, std::string reason) {
    idle_.push_back({filter.title, filter.file, line, std::move(reason)});
  }

  static std::string why_idle(const FilterRule& rule) {
    std::string undefined = rule.detection.undefined();
    return undefined.empty() || !rule.source.dead.empty() ? rule.source.dead : why_undefined(undefined);
  }

  void add_filter(FilterRule& rule) {
    ++filters_;
    if (std::string reason = why_idle(rule); !reason.empty()) {
      idle(rule.head, rule.head.line, std::move(reason));
      return;
    }
    Exception exception;
    exception.says_what_stays = rule.detection.holds_by_default();
    exception.detection = std::make_shared<const Detection>(std::move(rule.detection));
    if (rule.any_rule) {
      except_all(rule, exception);
    } else {
      std::ranges::for_each(rule.rules, [&](const Reference& reference) { except(rule, reference, exception); });
    }
  }

  void except_all(const FilterRule& rule, const Exception& exception) {
    bool some = false;
    for (size_t i = 0; i < rules_->detections.size(); ++i) {
      auto found = standings_[i].category;
      if (found && (!rule.source.category || found == rule.source.category)) {
        apply(rule, i, exception);
        some = true;
      }
    }
    if (!some) {
      idle(rule.head, rule.head.line, "no live rule has its log source");
    }
  }

  void except(const FilterRule& rule, const Reference& reference, const Exception& exception) {
    auto found = by_key_.find(reference.text);
    auto detection = found == by_key_.end() ? detection_.end() : detection_.find(found->second);
    if (detection != detection_.end()) {
      except_one(rule, reference, detection->second, exception);
    } else if (found != by_key_.end()) {
      idle(rule.head, reference.line,
           "'" + reference.text + "' is no detection rule; name the rules behind it, filters are for those");
    } else if (!parsed_.broken.contains(reference.text)) {
      idle(rule.head, reference.line,
           "no rule has the id or name '" + reference.text + "'" + suggestion(reference.text, detection_keys()));
    }
  }

  void except_one(const FilterRule& rule, const Reference& reference, size_t detection, const Exception& exception) {
    auto wanted = rule.source.category;
    auto found = standings_[detection].category;
    std::string title = "the rule '" + info(detection).title + "' is ";
    if (!found) {
      idle(rule.head, reference.line, title + "dead: " + info(detection).dead);
    } else if (wanted && *wanted != *found) {
      idle(rule.head, reference.line,
           title + "for " + std::string(name(*found)) + ", the filter for " + std::string(name(*wanted)));
    } else {
      apply(rule, detection, exception);
    }
  }

  void apply(const FilterRule& rule, size_t detection, const Exception& exception) {
    rules_->detections[detection].exceptions.push_back(exception);
    info(detection).digest = digest({info(detection).digest, rule.head.digest});
  }

  [[nodiscard]] std::vector<std::string> detection_keys() const {
    std::vector<std::string> keys;
    for (const auto& [key, document] : by_key_) {
      if (detection_.contains(document)) {
        keys.push_back(key);
      }
    }
    return keys;
  }

  void finish_detection(size_t document) {
    size_t index = detection_[document];
    LiveDetection& live = rules_->detections[index];
    const Standing& about = standings_[index];
    live.reported = !about.correlated || about.generated;
  }

  // Once no detection moves any more.
  void plan() {
    for (int i = 0; i < kCategoryCount; ++i) {
      rules_->plans.emplace_back(static_cast<Category>(i));
    }
    for (size_t i = 0; i < rules_->detections.size(); ++i) {
      if (auto category = standings_[i].category) {
        Plan& plan = rules_->plans[static_cast<size_t>(*category)];
        plan.add(static_cast<uint32_t>(i), formula_of(rules_->detections[i], plan));
      }
    }
    std::ranges::for_each(rules_->plans, &Plan::build);
  }

  Parsed parsed_;
  Diagnostics& errors_;
  size_t parsed_errors_;  // of the parser, before linking
  std::shared_ptr<RuleSet> rules_ = std::make_shared<RuleSet>();
  std::map<std::string, size_t> by_key_;  // id or name → document
  std::map<size_t, size_t> info_;         // document → info
  std::map<size_t, size_t> detection_;    // document → detection
  std::vector<Standing> standings_;       // of each detection
  int filters_ = 0;
  std::vector<IdleFilter> idle_;
};

void sort_by_place(const std::vector<RuleSource>& sources, Diagnostics& errors) {
  std::map<std::string, size_t> order;
  for (size_t i = 0; i < sources.size(); ++i) {
    order.emplace(sources[i].file, i);
  }
  std::stable_sort(errors.begin(), errors.end(), [&](const Diagnostic& a, const Diagnostic& b) {
    return std::tuple(order[a.file], a.line, a.column) < std::tuple(order[b.file], b.line, b.column);
  });
}

// Without those told of before.
void add_new(Diagnostics& to, const Diagnostics& from, std::set<std::string>& told) {
  std::ranges::copy_if(from, std::back_inserter(to), [&](const Diagnostic& e) { return told.insert(e.text()).second; });
}

void name_scopes(const std::vector<RuleSource>& sources, RuleSet& rules) {
  std::map<std::string, Scope> by_file;
  for (const RuleSource& source : sources) {
    by_file.emplace(source.file, source.scope);
  }
  for (RuleInfo& info : rules.infos) {
    info.scope = by_file.at(info.file);
  }
}

bool has_live_host_rule(const RuleSet& rules) {
  auto concerns_all = [&](Category category) {
    const Plan& plan = rules.plans[static_cast<size_t>(category)];
    for (uint32_t i = 0; i < plan.size(); ++i) {
      if (rules.infos[rules.detections[plan.rule(i)].info].scope == Scope::kHost) {
        return true;
      }
    }
    return false;
  };
  return concerns_all(Category::kProcessCreation) || concerns_all(Category::kProcessTermination);
}

}  // namespace

std::string digest_of(const RuleSet& rules) { return rules.digest; }

bool is_for_every_process(const RuleSet& rules) { return rules.every_process; }

// A document with a mistake is left out, and with it what builds on it: the rest is linked again without them.
Compiled compile(const std::vector<RuleSource>& files, const CompileOptions& options) {
  Compiled compiled;
  Sources sources{files, options, {}};
  std::set<std::string> told;
  std::shared_ptr<RuleSet> rules;
  for (bool whole = false; !whole;) {
    Diagnostics errors;
    Linker linker(parse_all(sources, errors), errors);
    rules = linker.link();
    compiled.filters = linker.filters();
    compiled.idle_filters = linker.idle_filters();
    add_new(compiled.errors, errors, told);
    auto broken = linker.broken();
    whole = broken.empty();
    sources.left_out.merge(broken);
  }
  name_scopes(files, *rules);
  rules->every_process = has_live_host_rule(*rules);
  compiled.infos = rules->infos;
  compiled.rules = std::move(rules);
  sort_by_place(files, compiled.errors);
  return compiled;
}

}  // namespace vedette::rules
