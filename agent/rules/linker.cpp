// SPDX-License-Identifier: Apache-2.0
#include "rules/linker.h"

#include <algorithm>
#include <iterator>

#include "rules/correlation_link.h"
#include "rules/digest.h"

namespace vedette::rules {
namespace {

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

}  // namespace

template <typename Kind, typename Do>
void Linker::each(const Do& action) {
  for (size_t i = 0; i < parsed_.documents.size(); ++i) {
    if (auto* rule = std::get_if<Kind>(&parsed_.documents[i])) {
      action(i, *rule);
    }
  }
}

std::shared_ptr<RuleSet> Linker::link() {
  index();
  each<DetectionRule>([this](size_t i, DetectionRule& rule) { add_detection(i, rule); });
  CorrelationLinker correlations(linked(), *rules_, errors_);
  correlations.link();
  FilterLinker filters(linked(), *rules_);
  each<FilterRule>([&](size_t, FilterRule& rule) { filters.add(rule); });
  filters_ = filters.count();
  idle_ = filters.idle_filters();
  keep_awaited_quiet();
  each<DetectionRule>([this](size_t i, DetectionRule&) { finish_detection(i); });
  plan();
  correlations.finish();
  rules_->digest = digest_of_all();
  return rules_;
}

std::set<DocumentStart> Linker::broken() const {
  std::set<DocumentStart> result;
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

void Linker::mistake(const Head& head, const Reference& at, std::string message) {
  Report(head.file, errors_).at(at.line, at.column, std::move(message));
}

void Linker::keep_awaited_quiet() {
  for (const std::string& key : parsed_.awaited) {
    auto found = by_key_.find(key);
    if (found != by_key_.end() && detection_.contains(found->second)) {
      standings_[detection_[found->second]].correlated = true;
    }
  }
}

void Linker::index() {
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

void Linker::index_by(const Head& head, const Reference& key, const std::string& what, size_t document) {
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

std::optional<size_t> Linker::resolve(const Head& head, const Reference& reference) {
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

LinkedRules Linker::linked() {
  auto meant = [this](const Head& head, const Reference& reference) { return resolve(head, reference); };
  return {parsed_.documents, by_key_, parsed_.broken, info_, detection_, standings_, meant};
}

std::string Linker::digest_of_all() const {
  std::vector<std::string> digests;
  std::ranges::transform(rules_->infos, std::back_inserter(digests), &RuleInfo::digest);
  return digest(digests);
}

void Linker::add_detection(size_t document, DetectionRule& rule) {
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

void Linker::finish_detection(size_t document) {
  size_t index = detection_[document];
  LiveDetection& live = rules_->detections[index];
  const Standing& about = standings_[index];
  live.reported = !about.correlated || about.generated;
}

void Linker::plan() {
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

}  // namespace vedette::rules
