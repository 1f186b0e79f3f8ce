// SPDX-License-Identifier: Apache-2.0
// The rules that tests can name.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rules/document.h"
#include "rules/engine.h"

namespace vedette::rule_tests {

class Catalog {
 public:
  // `compiled` is of the sources and without errors.
  Catalog(const std::vector<rules::RuleSource>& sources, const rules::Compiled& compiled);

  [[nodiscard]] const std::vector<rules::RuleInfo>& infos() const { return infos_; }
  // The rule of that id, name or title; nullopt: none has it, or several have that title.
  [[nodiscard]] std::optional<size_t> find(const std::string& text) const;
  [[nodiscard]] bool ambiguous(const std::string& title) const { return ambiguous_.contains(title); }
  [[nodiscard]] std::vector<std::string> titles() const;
  [[nodiscard]] std::vector<size_t> all() const;
  // The rules a rule file is about: those in it, and those its filters except events from. nullopt: no such file.
  [[nodiscard]] std::optional<std::vector<size_t>> of_file(const std::string& file) const;
  // The rules a correlation builds on; none of another rule.
  [[nodiscard]] std::vector<size_t> parts_of(size_t rule) const;

 private:
  void add_references(const std::vector<rules::RuleSource>& sources);
  void add_rule(const std::string& file, const rules::Document& document);
  void add_correlation(const rules::CorrelationRule& correlation);
  void add_filter(const std::string& file, const rules::FilterRule& filter);
  void add_resolved(const std::vector<rules::Reference>& references, std::vector<size_t>& list) const;

  std::vector<rules::RuleInfo> infos_;
  std::map<std::string, size_t> by_key_;
  std::set<std::string> ambiguous_;
  std::map<std::string, std::vector<size_t>> by_file_;  // canonical path
  std::map<size_t, std::vector<size_t>> parts_;
};

}  // namespace vedette::rule_tests
