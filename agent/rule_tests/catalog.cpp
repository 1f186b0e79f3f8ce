// SPDX-License-Identifier: Apache-2.0
#include "rule_tests/catalog.h"

#include <algorithm>
#include <filesystem>
#include <numeric>

namespace vedette::rule_tests {
namespace {

std::string canonical(const std::string& file) {
  std::error_code error;
  auto path = std::filesystem::weakly_canonical(file, error);
  return error ? file : path.string();
}

std::vector<rules::Document> documents_of(const rules::RuleSource& source) {
  Diagnostics ignored;
  rules::Report report(source.file, ignored);
  std::vector<rules::Document> result;
  for (const rules::YamlNode& node : rules::parse_yaml(source.text, report)) {
    if (auto document = rules::parse_document(node, report, {})) {
      result.push_back(std::move(*document));
    }
  }
  return result;
}

void add_once(std::vector<size_t>& list, size_t rule) {
  if (std::ranges::find(list, rule) == list.end()) {
    list.push_back(rule);
  }
}

}  // namespace

Catalog::Catalog(const std::vector<rules::RuleSource>& sources, const rules::Compiled& compiled)
    : infos_(compiled.infos) {
  for (size_t i = 0; i < infos_.size(); ++i) {
    by_key_.emplace(infos_[i].id, i);
  }
  for (size_t i = 0; i < infos_.size(); ++i) {
    if (!by_key_.emplace(infos_[i].title, i).second) {
      ambiguous_.insert(infos_[i].title);
    }
  }
  add_references(sources);
}

void Catalog::add_references(const std::vector<rules::RuleSource>& sources) {
  std::vector<std::pair<std::string, rules::Document>> documents;
  for (const rules::RuleSource& source : sources) {
    by_file_[canonical(source.file)];
    for (rules::Document& document : documents_of(source)) {
      documents.emplace_back(canonical(source.file), std::move(document));
    }
  }
  for (const auto& [file, document] : documents) {
    add_rule(file, document);
  }
  for (const auto& [file, document] : documents) {
    if (const auto* filter = std::get_if<rules::FilterRule>(&document)) {
      add_filter(file, *filter);
    } else if (const auto* correlation = std::get_if<rules::CorrelationRule>(&document)) {
      add_correlation(*correlation);
    }
  }
}

void Catalog::add_rule(const std::string& file, const rules::Document& document) {
  const auto& head = std::visit([](const auto& kind) -> const rules::Head& { return kind.head; }, document);
  auto rule = find(head.id.text);
  if (rule && !std::holds_alternative<rules::FilterRule>(document)) {
    by_key_.emplace(head.name.text, *rule);
    by_file_[file].push_back(*rule);
  }
}

void Catalog::add_correlation(const rules::CorrelationRule& correlation) {
  if (auto rule = find(correlation.head.id.text)) {
    add_resolved(correlation.body.rules, parts_[*rule]);
  }
}

void Catalog::add_filter(const std::string& file, const rules::FilterRule& filter) {
  add_resolved(filter.rules, by_file_[file]);
  for (size_t rule : filter.any_rule ? all() : std::vector<size_t>()) {
    add_once(by_file_[file], rule);
  }
}

void Catalog::add_resolved(const std::vector<rules::Reference>& references, std::vector<size_t>& list) const {
  for (const rules::Reference& reference : references) {
    if (auto rule = find(reference.text)) {
      add_once(list, *rule);
    }
  }
}

std::optional<size_t> Catalog::find(const std::string& text) const {
  auto found = by_key_.find(text);
  return found == by_key_.end() || text.empty() || ambiguous(text) ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> Catalog::titles() const {
  std::vector<std::string> result;
  std::ranges::transform(infos_, std::back_inserter(result), &rules::RuleInfo::title);
  return result;
}

std::vector<size_t> Catalog::all() const {
  std::vector<size_t> result(infos_.size());
  std::iota(result.begin(), result.end(), size_t{0});
  return result;
}

std::optional<std::vector<size_t>> Catalog::of_file(const std::string& file) const {
  auto found = by_file_.find(canonical(file));
  return found == by_file_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<size_t> Catalog::parts_of(size_t rule) const {
  auto found = parts_.find(rule);
  return found == parts_.end() ? std::vector<size_t>() : found->second;
}

}  // namespace vedette::rule_tests
