// SPDX-License-Identifier: Apache-2.0
// That no shipped rule or filter goes untested; the tests themselves are run by `vedette test rules`.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "rule_tests/case_file.h"
#include "rule_tests/find.h"
#include "rules/document.h"

namespace vedette::rule_tests {
namespace {

class ShippedTests : public ::testing::Test {
 protected:
  ShippedTests() {
    const std::string directory = VEDETTE_SOURCE_DIR "/rules";
    auto sources = rules::read_rules({directory});
    auto tests = read_tests({directory});
    EXPECT_TRUE(sources && tests);
    if (!sources || !tests) {
      return;
    }
    sources_ = *sources;
    compiled_ = rules::compile(sources_);
    Catalog catalog(sources_, compiled_);
    Diagnostics errors;
    for (const rules::RuleSource& source : *tests) {
      for (Case& one : parse_cases(source, catalog, errors)) {
        cases_.push_back(std::move(one));
      }
    }
    for (const Diagnostic& error : errors) {
      ADD_FAILURE() << error.text();
    }
  }

  [[nodiscard]] static bool expects(const Case& one, size_t rule) {
    return std::ranges::any_of(one.expect, [&](const Expected& expected) { return expected.rule == rule; });
  }
  [[nodiscard]] static bool tests(const Case& one, size_t rule) {
    return std::ranges::find(one.rules, rule) != one.rules.end();
  }

  std::vector<rules::RuleSource> sources_;
  rules::Compiled compiled_;
  std::vector<Case> cases_;
};

TEST_F(ShippedTests, EveryRuleIsExpectedSomewhereAndNotExpectedSomewhere) {
  ASSERT_FALSE(compiled_.infos.empty());
  for (size_t rule = 0; rule < compiled_.infos.size(); ++rule) {
    bool positive = false;
    bool negative = false;
    for (const Case& one : cases_) {
      positive = positive || expects(one, rule);
      negative = negative || (tests(one, rule) && !expects(one, rule));
    }
    const rules::RuleInfo& info = compiled_.infos[rule];
    EXPECT_TRUE(positive) << info.id << " " << info.title << ": no test expects it";
    EXPECT_TRUE(negative) << info.id << " " << info.title << ": no test expects that it keeps silent";
  }
}

TEST_F(ShippedTests, EveryFilterHasACaseItExceptsAndANearMiss) {
  std::map<std::string, std::set<bool>> silent;  // by test file: whether a case expects nothing
  for (const Case& one : cases_) {
    silent[one.file].insert(one.expect.empty());
  }
  size_t filters = 0;
  for (const rules::RuleSource& source : sources_) {
    if (source.text.find("\nfilter:") != std::string::npos) {
      std::string test = source.file.substr(0, source.file.size() - std::string(".yml").size()) + ".test.yml";
      EXPECT_EQ(silent[test].size(), 2U) << test << ": one of the two is missing";
      ++filters;
    }
  }
  EXPECT_EQ(filters, static_cast<size_t>(compiled_.filters));
}

}  // namespace
}  // namespace vedette::rule_tests
