// SPDX-License-Identifier: Apache-2.0
#include "support.h"

#include <gtest/gtest.h>

namespace vedette::rules::testing {

Record record(Category category, const Values& values, uint64_t seconds) {
  Record result;
  result.category = category;
  result.time_ns = seconds * kSecond;
  for (const auto& [field, value] : values) {
    result.set(field, value);
  }
  return result;
}

std::string rule_text(const std::string& detection) {
  return std::string("title: T\nid: ") + kId +
         "\nlevel: low\nlogsource: {category: process_creation, product: linux}\ndetection:\n" + detection;
}

Compiled compile_text(const std::string& text) { return compile({{"r.yml", text}}); }

std::vector<std::string> mistakes(const std::string& text) {
  std::vector<std::string> result;
  for (const Diagnostic& error : compile_text(text).errors) {
    EXPECT_EQ(error.file, "r.yml");
    result.push_back(std::to_string(error.line) + ":" + std::to_string(error.column) + ": " + error.message);
  }
  return result;
}

std::string only_mistake(const std::string& text) {
  auto all = mistakes(text);
  EXPECT_EQ(all.size(), 1U) << (all.size() > 1 ? all[1] : "");
  return all.empty() ? "" : all[0];
}

bool matches(const std::string& detection, const Values& values) {
  Compiled compiled = compile_text(rule_text(detection));
  for (const Diagnostic& error : compiled.errors) {
    ADD_FAILURE() << error.text();
  }
  if (!compiled.rules) {
    return false;
  }
  EXPECT_EQ(compiled.infos[0].dead, "");
  return !Matcher(compiled.rules).match(record(Category::kProcessCreation, values), 1).empty();
}

std::vector<std::string> titles(const std::vector<Match>& matches) {
  std::vector<std::string> result;
  for (const Match& match : matches) {
    result.push_back(match.rule->title);
  }
  return result;
}

}  // namespace vedette::rules::testing
