// SPDX-License-Identifier: Apache-2.0
// YAML as a plain tree with positions. Refuses what a rule never needs: files over 1 MiB, lines over 128 KiB, texts
// over 65535 characters, nesting over 64, more than 20000 nodes counting every use of an alias, merge keys, text that
// is not UTF-8.
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
  // `text`, where it is at hand, is what positions inside of values are found in; it must outlive the report.
  Report(std::string file, Diagnostics& sink, std::string_view text = "")
      : file_(std::move(file)), sink_(&sink), text_(text) {}

  void at(int line, int column, std::string message) const {
    sink_->push_back({file_, line, column, std::move(message)});
  }
  void at(const YamlNode& node, std::string message) const { at(node.line, node.column, std::move(message)); }
  void at_key(const YamlNode& node, std::string message) const {
    at(node.key_line, node.key_column, std::move(message));
  }
  // At a byte of a scalar's text, wherever folding and escapes have put it.
  void inside(const YamlNode& node, size_t offset, std::string message) const;
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  std::string file_;
  Diagnostics* sink_;
  std::string_view text_;
};

// "; did you mean 'x'?", or "" when nothing is near.
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates);

// "a, b, c"
std::string join(const std::vector<std::string>& words);

// The documents of the text, without empty ones and without those that are not YAML: after one, the next is read.
std::vector<YamlNode> parse_yaml(const std::string& text, const Report& report);

}  // namespace vedette::rules
