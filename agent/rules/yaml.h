// SPDX-License-Identifier: Apache-2.0
// YAML as a plain tree with positions. Refuses what a rule never needs: files over 1 MiB, nesting over 64, more than
// 20000 nodes counting every use of an alias.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace vedette::rules {

struct YamlNode {
  enum class Kind : uint8_t { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  bool quoted = false;
  int line = 0;  // from 1
  int column = 0;
  std::string text;  // of a scalar
  std::string key;   // of a map's child
  int key_line = 0;
  int key_column = 0;
  std::vector<YamlNode> children;

  [[nodiscard]] bool is_null() const { return kind == Kind::kNull; }
  [[nodiscard]] bool is_scalar() const { return kind == Kind::kScalar; }
  [[nodiscard]] bool is_list() const { return kind == Kind::kList; }
  [[nodiscard]] bool is_map() const { return kind == Kind::kMap; }
  // The child of a map with that key, or null.
  [[nodiscard]] const YamlNode* find(std::string_view wanted) const;
};

// "a list", "text 'abc'", ...: what was found, for messages.
std::string describe(const YamlNode& node);

// Collects the mistakes of one file.
class Report {
 public:
  Report(std::string file, Diagnostics& sink) : file_(std::move(file)), sink_(&sink) {}

  void at(int line, int column, std::string message) const {
    sink_->push_back({file_, line, column, std::move(message)});
  }
  void at(const YamlNode& node, std::string message) const { at(node.line, node.column, std::move(message)); }
  void at_key(const YamlNode& node, std::string message) const {
    at(node.key_line, node.key_column, std::move(message));
  }
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  std::string file_;
  Diagnostics* sink_;
};

// "; did you mean 'x'?", or "" when nothing is near.
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates);

// "a, b, c"
std::string join(const std::vector<std::string>& words);

// The documents of the text, without empty ones; up to the first syntax error.
std::vector<YamlNode> parse_yaml(const std::string& text, const Report& report);

}  // namespace vedette::rules
