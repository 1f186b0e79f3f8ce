// SPDX-License-Identifier: Apache-2.0
// Brings parsed documents together: references become indices, filters become exceptions of rules.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "rules/filter_link.h"
#include "rules/linked_rules.h"
#include "rules/rule_set.h"

namespace vedette::rules {

// Where a document begins: file, line, column.
using DocumentStart = std::tuple<std::string, int, int>;

struct Parsed {
  std::vector<Document> documents;
  std::set<std::string> broken;   // ids and names of documents with mistakes
  std::set<std::string> awaited;  // what broken correlations build on and would not have told of by itself
};

class Linker {
 public:
  // Mistakes are added to `errors`, which holds those of parsing.
  Linker(Parsed parsed, Diagnostics& errors)
      : parsed_(std::move(parsed)), errors_(errors), parsed_errors_(errors.size()) {}

  std::shared_ptr<RuleSet> link();

  // After link().
  [[nodiscard]] int filters() const { return filters_; }
  [[nodiscard]] const std::vector<IdleFilter>& idle_filters() const { return idle_; }
  // Documents in which linking found a mistake: of each file the last that begins before it.
  [[nodiscard]] std::set<DocumentStart> broken() const;

 private:
  template <typename Kind, typename Do>
  void each(const Do& action);
  void mistake(const Head& head, const Reference& at, std::string message);
  void index();
  void index_by(const Head& head, const Reference& key, const std::string& what, size_t document);
  // The document a reference means; nullopt after reporting.
  std::optional<size_t> resolve(const Head& head, const Reference& reference);
  LinkedRules linked();
  void add_detection(size_t document, DetectionRule& rule);
  void keep_awaited_quiet();
  void finish_detection(size_t document);
  // Once no detection moves any more.
  void plan();
  [[nodiscard]] std::string digest_of_all() const;

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

}  // namespace vedette::rules
