// SPDX-License-Identifier: Apache-2.0
#include "rules/explain_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "rules/document.h"

namespace vedette::rules {
namespace {

using Json = nlohmann::ordered_json;

std::string kind_of(const Document& document) {
  return std::holds_alternative<CorrelationRule>(document) ? "correlation" : "filter";
}

// Of such a rule the detection is not read.
bool is_unsupported(const DetectionRule& rule) { return rule.detection.selections().empty(); }

void check(const DetectionRule& rule, const Report& report) {
  if (is_unsupported(rule)) {
    report.at(rule.head.line, rule.head.column, "its status is 'unsupported', so the rule never matches");
  }
  if (std::string name = rule.detection.undefined(); !name.empty()) {
    report.at(rule.head.line, rule.head.column, why_undefined(name) + ", so the rule never matches");
  }
}

ExplainedRule explain_rule(const DetectionRule& rule, const EventView& event) {
  return {rule.head.id.text, rule.head.title, rule.head.file, rule.head.line, explain(rule.detection, event)};
}

Json json_of(const ExplainedRule& rule) {
  return {{"id", rule.id},
          {"title", rule.title},
          {"file", rule.file},
          {"line", rule.line},
          {"matches", rule.condition.held},
          {"condition", Json::parse(to_json(rule.condition))}};
}

}  // namespace

ExplainedFile explain(const RuleSource& source, const EventView& event) {
  ExplainedFile result;
  Report report(source.file, result.errors);
  std::string other;
  for (const YamlNode& node : parse_yaml(source.text, report)) {
    auto document = parse_document(node, report, {}, Expressions::kOfAll);
    const auto* rule = document ? std::get_if<DetectionRule>(&*document) : nullptr;
    if (rule != nullptr) {
      check(*rule, report);
      if (!is_unsupported(*rule)) {
        result.rules.push_back(explain_rule(*rule, event));
      }
    } else if (document) {
      other = ", only a " + kind_of(*document);
    }
  }
  if (result.rules.empty() && result.errors.empty()) {
    report.at(1, 1, "expected a detection rule, found none" + other);
  }
  return result;
}

bool any_matches(const std::vector<ExplainedRule>& rules) {
  return std::ranges::any_of(rules, [](const ExplainedRule& rule) { return rule.condition.held; });
}

std::string to_text(const ExplainedRule& rule, const Marks& marks) {
  return rule.file + ":" + std::to_string(rule.line) + ": \"" + rule.title + "\" " +
         (rule.condition.held ? "matches" : "does not match") + "\n" + to_text(rule.condition, marks, 1);
}

std::string to_json(const std::vector<ExplainedRule>& rules) {
  Json json = {{"matches", any_matches(rules)}, {"rules", Json::array()}};
  for (const ExplainedRule& rule : rules) {
    json["rules"].push_back(json_of(rule));
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace vedette::rules
