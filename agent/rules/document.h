// SPDX-License-Identifier: Apache-2.0
// The three kinds of Sigma document, parsed but not yet linked to each other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "event/alert.h"
#include "rules/correlation_document.h"
#include "rules/detection.h"
#include "rules/reference.h"
#include "rules/yaml.h"

namespace vedette::rules {

struct Head {
  Reference id;
  Reference name;
  std::string title;
  std::string status;
  std::optional<Level> level;
  std::vector<std::string> tags;
  std::vector<std::string> notes;  // what is not as Sigma writes it, but changes nothing
  std::string file;
  int line = 0;
  int column = 0;
  std::string digest;  // of the whole document
};

struct LogSource {
  std::optional<Category> category;
  std::string dead;  // not empty: why we never have such events
};

struct DetectionRule {
  Head head;
  LogSource source;
  Detection detection;
};

struct FilterRule {
  Head head;
  LogSource source;
  bool any_rule = false;
  std::vector<Reference> rules;
  Detection detection;
};

struct CorrelationRule {
  Head head;
  CorrelationBody body;
  std::string dead;  // not empty: why it can never match
};

using Document = std::variant<DetectionRule, CorrelationRule, FilterRule>;

inline const Head& head_of(const Document& document) {
  return std::visit([](const auto& kind) -> const Head& { return kind.head; }, document);
}

// Of which rules a regular expression that RE2 cannot match is a mistake.
enum class Expressions : uint8_t { kOfLiveRules, kOfAll };

// nullopt after reporting every mistake of the document.
std::optional<Document> parse_document(const YamlNode& node, const Report& report, const Placeholders& placeholders,
                                       Expressions expressions = Expressions::kOfLiveRules);

// Whether a file's documents are a collection of old Sigma (`action: global`), where each lacks what others say;
// reports that they are.
bool refuse_collection(const std::vector<YamlNode>& documents, const Report& report);

}  // namespace vedette::rules
