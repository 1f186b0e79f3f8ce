// SPDX-License-Identifier: Apache-2.0
// The rules matched together against the same rules read one by one.
#include "rules/evaluation.h"

#include <gmock/gmock.h>

#include <random>

#include "rules/rule_set.h"
#include "support.h"

namespace vedette::rules::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<uint32_t> matched(const RuleSet& rules, const Record& event) {
  Evaluation evaluation(rules.plans[static_cast<size_t>(event.category)]);
  auto found = evaluation.match(RecordView(event));
  return {found.begin(), found.end()};
}

std::vector<uint32_t> expected(const RuleSet& rules, const Record& event) {
  std::vector<uint32_t> result;
  RecordView view(event);
  for (uint32_t i = 0; i < rules.detections.size(); ++i) {
    if (rules.detections[i].matches(view)) {
      result.push_back(i);
    }
  }
  return result;
}

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}

  size_t below(size_t bound) { return random_() % bound; }
  bool one_in(size_t n) { return below(n) == 0; }
  const std::string& of(const std::vector<std::string>& words) { return words[below(words.size())]; }
  // One to `most` of what make() makes, with commas between.
  template <typename Make>
  std::string list(size_t most, const Make& make) {
    std::string text;
    for (size_t n = 1 + below(most); n > 0; --n) {
      text += (text.empty() ? "" : ", ") + make();
    }
    return text;
  }

 private:
  std::mt19937 random_;
};

const std::vector<std::string> kFields = {"Image", "CommandLine", "ParentImage", "User", "ProcessId"};
const std::vector<std::string> kTexts = {"/",  "/bin/", "sh", "/bin/sh", "SH",   "curl", "url http",  "a",    "Aa",
                                         "-c", "http:", "10", "9",       "root", "ä",    "curl http", "bash", ""};
const std::vector<std::string> kGlobs = {"*sh*", "*c?r*", "/*/sh", "*", "?", "*a*a*", "sh*", "*bin*sh", "cu*http*"};
const std::vector<std::string> kRegexes = {"sh$", "^/bin", "cu(rl|tl)", "[ab]+", "http.*c", "curl|wget", "."};
const std::vector<std::string> kModifiers = {"contains", "startswith", "endswith",    "contains|cased",
                                             "cased",    "neq",        "contains|neq"};

std::string quoted(const std::string& text) { return "'" + text + "'"; }

std::string random_item(Dice& dice) {
  const std::string& field = dice.of(kFields);
  switch (dice.below(8)) {
    case 0:
      return field + "|re: [" + dice.list(2, [&] { return quoted(dice.of(kRegexes)); }) + "]";
    case 1:
      return field + ": [" + dice.list(2, [&] { return quoted(dice.of(kGlobs)); }) + "]";
    case 2:
      return field + "|exists: " + (dice.one_in(2) ? "true" : "false");
    case 3:
      return field + ": null";
    case 4:
      return "ProcessId|gte: 10";
    case 5:
      return field + "|contains|all: ['" + dice.of(kTexts) + "', '" + dice.of(kTexts) + "']";
    default:
      break;
  }
  return field + "|" + dice.of(kModifiers) + ": [" + dice.list(3, [&] { return quoted(dice.of(kTexts)); }) + "]";
}

std::string random_selection(Dice& dice) {
  if (dice.one_in(6)) {
    return "[" + dice.list(2, [&] { return quoted(dice.of(kTexts)); }) + "]";
  }
  if (dice.one_in(4)) {
    return "[" + dice.list(3, [&] { return "{" + random_item(dice) + "}"; }) + "]";
  }
  return "{" + random_item(dice) + (dice.one_in(3) ? ", UserId|exists: false" : "") + "}";
}

const std::vector<std::string> kConditions = {
    "s1",      "s1 and s2", "s1 or s2",    "s1 and not s2",        "not s1",
    "1 of s*", "2 of s*",   "all of them", "not (s1 or s2) or s3", "s1 and (s2 or not s3)"};

std::string random_rule(Dice& dice, int number) {
  std::string text = "title: R" + std::to_string(number) + "\nid: 11111111-1111-4111-8111-" +
                     std::to_string(100000000000 + number) +
                     "\nlevel: low\nlogsource: {category: process_creation, product: linux}\ndetection:\n";
  for (const char* name : {"s1", "s2", "s3"}) {
    text += std::string("  ") + name + ": " + random_selection(dice) + "\n";
  }
  return text + "  condition: " + dice.of(kConditions) + "\n---\n";
}

std::string random_filter(Dice& dice) {
  return "title: F\nlogsource: {category: process_creation}\nfilter:\n  rules: any\n  s1: " + random_selection(dice) +
         "\n  condition: " + (dice.one_in(2) ? "s1" : "not s1") + "\n---\n";
}

Record random_record(Dice& dice) {
  Record event = record(Category::kProcessCreation, {});
  for (Field field : {Field::kImage, Field::kCommandLine, Field::kParentImage, Field::kUser, Field::kProcessId}) {
    if (!dice.one_in(4)) {
      event.set(field, dice.of(kTexts) + (dice.one_in(2) ? dice.of(kTexts) : "") + (dice.one_in(2) ? " curl" : ""));
    }
  }
  return event;
}

TEST(Evaluation, FindsWhatReadingRuleByRuleFinds) {
  size_t found = 0;
  for (unsigned seed = 1; seed <= 30; ++seed) {
    Dice dice(seed);
    std::string text = dice.one_in(2) ? random_filter(dice) : "";
    for (int i = 0; i < 60; ++i) {
      text += random_rule(dice, i);
    }
    Compiled compiled = compile_text(text);
    ASSERT_TRUE(compiled.rules) << compiled.errors.front().text();
    for (int i = 0; i < 100; ++i) {
      Record event = random_record(dice);
      auto wanted = expected(*compiled.rules, event);
      EXPECT_EQ(matched(*compiled.rules, event), wanted) << "seed " << seed << ", event " << i << "\n" << text;
      found += wanted.size();
    }
  }
  EXPECT_GT(found, 10000U);
}

TEST(Evaluation, OneEventLeavesNothingForTheNext) {
  Compiled compiled =
      compile_text(rule_text("  s: {Image|endswith: /sh, CommandLine|contains: curl}\n  condition: s\n"));
  ASSERT_TRUE(compiled.rules);
  Evaluation evaluation(compiled.rules->plans[static_cast<size_t>(Category::kProcessCreation)]);
  Record both = record(Category::kProcessCreation, {{Field::kImage, "/bin/sh"}, {Field::kCommandLine, "curl x"}});
  Record first = record(Category::kProcessCreation, {{Field::kImage, "/bin/sh"}});
  Record second = record(Category::kProcessCreation, {{Field::kCommandLine, "curl x"}});
  RecordView view(both);
  EXPECT_THAT(evaluation.match(view), ElementsAre(0));
  for (const Record* event : {&first, &second, &first}) {
    view.show(*event);
    EXPECT_THAT(evaluation.match(view), IsEmpty());
  }
  view.show(both);
  EXPECT_THAT(evaluation.match(view), ElementsAre(0));
}

// Names the rules that are evaluated although nothing of theirs was found.
TEST(Evaluation, SleepsWhereSomethingIsNeeded) {
  auto always = [](const std::string& detection) {
    Compiled compiled = compile_text(rule_text(detection + "  condition: s and not f\n"));
    return !compiled.rules->plans[static_cast<size_t>(Category::kProcessCreation)].awake().empty();
  };
  std::string filter = "  f: {User: root}\n";
  EXPECT_FALSE(always(filter + "  s: {Image|endswith: /sh}\n"));
  EXPECT_FALSE(always(filter + "  s: {Image: /*/sh}\n"));
  EXPECT_FALSE(always(filter + "  s: {CommandLine|re: 'curl.+http'}\n"));
  EXPECT_FALSE(always(filter + "  s: ['keyword']\n"));
  EXPECT_FALSE(always(filter + "  s: {Image|exists: true, CommandLine|contains: [a, b]}\n"));
  EXPECT_TRUE(always(filter + "  s: {CommandLine|re: '[a-z]+'}\n"));
  EXPECT_TRUE(always(filter + "  s: {Image|exists: true}\n"));
  EXPECT_TRUE(always(filter + "  s: [{Image|endswith: /sh}, {Image: null}]\n"));
}

}  // namespace
}  // namespace vedette::rules::testing
