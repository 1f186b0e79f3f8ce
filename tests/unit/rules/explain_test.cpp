// SPDX-License-Identifier: Apache-2.0
#include "rules/explain.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "rules/document.h"
#include "rules/explain_file.h"
#include "rules/json_view.h"
#include "support.h"

namespace vedette::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A Windows rule: field names need not be ours.
std::string windows_rule(const std::string& detection) {
  return std::string("title: W\nid: ") + testing::kId +
         "\nlogsource: {category: process_creation, product: windows}\ndetection:\n" + detection;
}

ExplainedFile explained(const std::string& text, const FlatEvent& event) {
  return explain({"r.yml", text}, JsonView(event));
}

std::string text_of(const std::string& detection, const FlatEvent& event) {
  auto file = explained(windows_rule(detection), event);
  for (const Diagnostic& error : file.errors) {
    ADD_FAILURE() << error.text();
  }
  return file.rules.empty() ? "" : to_text(file.rules[0].condition, kTickMarks, 0);
}

const char* const kDetection =
    "  selection:\n"
    "    Image|endswith:\n"
    "      - '\\rundll32.exe'\n"
    "      - '\\regsvr32.exe'\n"
    "    IntegrityLevel: High\n"
    "  filter_main:\n"
    "    User: SYSTEM\n"
    "  condition: selection and not 1 of filter_*\n";

TEST(Explain, ShowsTheConditionAsATree) {
  EXPECT_EQ(text_of(kDetection, {{"Image", "C:\\Windows\\RegSvr32.exe"}, {"User", "bob"}}),
            "✗ all of\n"
            "  ✗ selection\n"
            "    ✓ Image|endswith, the event has 'C:\\Windows\\RegSvr32.exe'\n"
            "      ✗ '\\rundll32.exe'\n"
            "      ✓ '\\regsvr32.exe'\n"
            "    ✗ IntegrityLevel: 'High', the event has no IntegrityLevel\n"
            "  ✓ not\n"
            "    ✗ filter_main\n"
            "      ✗ User: 'SYSTEM', the event has 'bob'\n");
}

TEST(Explain, ShowsAlternativesAndQuantities) {
  EXPECT_EQ(text_of("  a:\n    - Image: x\n    - User: y\n  b: {User: z}\n  c: {User: y}\n  condition: 2 of them\n",
                    {{"User", "y"}}),
            "✓ at least 2 of\n"
            "  ✓ a\n"
            "    ✗ either\n"
            "      ✗ Image: 'x', the event has no Image\n"
            "    ✓ either\n"
            "      ✓ User: 'y', the event has 'y'\n"
            "  ✗ b\n"
            "    ✗ User: 'z', the event has 'y'\n"
            "  ✓ c\n"
            "    ✓ User: 'y', the event has 'y'\n");
}

TEST(Explain, LooksForKeywordsInEveryField) {
  EXPECT_EQ(text_of("  k:\n    - mimikatz\n    - '*hash*'\n  condition: k\n", {{"Message", "ran Mimikatz"}}),
            "✓ k\n"
            "  ✓ either\n"
            "    ✓ keyword: 'mimikatz'\n"
            "  ✗ either\n"
            "    ✗ keyword: '*hash*', found in no field\n");
}

TEST(Explain, SpellsOutWhatWouldBreakTheLine) {
  EXPECT_THAT(text_of("  s: {CommandLine: x}\n  condition: s\n", {{"CommandLine", "a\nb\x1b[0m"}}),
              HasSubstr("the event has 'a\\x0ab\\x1b[0m'"));
}

TEST(Explain, FailingTextLeavesOutWhatIsAsItShouldBe) {
  auto file = explained(windows_rule(kDetection),
                        {{"Image", "C:\\rundll32.exe"}, {"IntegrityLevel", "High"}, {"User", "SYSTEM"}});
  ASSERT_EQ(file.rules.size(), 1U);
  EXPECT_EQ(failing_text(file.rules[0].condition, 1),
            "  no  all of\n"
            "    no  not\n"
            "      yes filter_main\n"
            "        yes User: 'SYSTEM', the event has 'SYSTEM'\n");
}

TEST(Explain, AsJsonHasStableKeys) {
  auto file =
      explained(windows_rule("  s: {'Image|endswith': x, User: null}\n  condition: not s\n"), {{"Image", "yx"}});
  ASSERT_EQ(file.rules.size(), 1U);
  auto json = nlohmann::json::parse(to_json(file.rules));
  auto expected = nlohmann::json::parse(R"({"matches": false, "rules": [{"id": "11111111-1111-4111-8111-111111111111",
    "title": "W", "file": "r.yml", "line": 1, "matches": false, "condition":
      {"kind": "not", "held": false, "selection": null, "at_least": null, "alternatives": [], "parts": [
        {"kind": "selection", "held": true, "selection": "s", "at_least": null, "parts": [], "alternatives": [
          {"held": true, "items": [
            {"key": "Image|endswith", "field": "Image", "line": 5, "held": true, "found": "yx",
             "values": [{"value": "x", "held": true}]},
            {"key": "User", "field": "User", "line": 5, "held": true, "found": null,
             "values": [{"value": "null", "held": true}]}]}]}]}}]})");
  EXPECT_EQ(json, expected) << json.dump(2);
}

TEST(Explain, SaysWhatAFileHasInsteadOfADetectionRule) {
  auto filter = explained(
      "title: F\nlogsource: {category: process_access}\nfilter:\n  rules: any\n  s: {SourceUser: x}\n  condition: s\n",
      {});
  ASSERT_EQ(filter.errors.size(), 1U);
  EXPECT_EQ(filter.errors[0].text(), "r.yml:1:1: expected a detection rule, found none, only a filter");
  auto nothing = explained("", {});
  ASSERT_EQ(nothing.errors.size(), 1U);
  EXPECT_EQ(nothing.errors[0].text(), "r.yml:1:1: expected a detection rule, found none");
}

TEST(Explain, TakesEveryDetectionRuleOfAFile) {
  std::string two =
      windows_rule("  s: {User: a}\n  condition: s\n") + "---\n" + windows_rule("  s: {User: b}\n  condition: s\n");
  auto file = explained(two, {{"User", "b"}});
  ASSERT_EQ(file.rules.size(), 2U);
  EXPECT_FALSE(file.rules[0].condition.held);
  EXPECT_TRUE(file.rules[1].condition.held);
  EXPECT_TRUE(any_matches(file.rules));
  EXPECT_THAT(to_text(file.rules[1], kWordMarks), ::testing::StartsWith("r.yml:8: \"W\" matches\n  yes s\n"));
}

TEST(Explain, ReportsMistakesOfTheRule) {
  auto file = explained(windows_rule("  s: {'User|endwith': a}\n  condition: s\n"), {});
  ASSERT_EQ(file.errors.size(), 1U);
  EXPECT_THAT(file.errors[0].text(), ::testing::StartsWith("r.yml:5:7: "));
}

const std::vector<const char*> kConditions = {
    "a",         "not a",     "a and b",     "a or b",     "a and not b",        "not (a or b)",
    "1 of them", "2 of them", "all of them", "not 2 of *", "a and (b or not c)", "not not c"};

const std::vector<const char*> kSelections = {
    "  a: {Image: x}\n  b: {User: null}\n  c: {'Port|gt': 80}\n",
    "  a: {'Image|contains|all': [x, y]}\n  b: {'Image|neq': [x, z]}\n  c: {'Image|exists': false}\n",
    "  a: [x, y]\n  b:\n    - Image: x\n      User: u\n    - Port: 443\n  c: {'Ip|cidr': 10.0.0.0/8}\n",
    "  a: {'Image|re': '^x'}\n  b: {'Image|startswith|cased': X}\n  c: {'|all': [x, y]}\n"};

std::vector<FlatEvent> events() {
  std::vector<FlatEvent> result = {{}};
  for (const char* image : {"x", "X", "xy", "z", "a*"}) {
    for (const char* port : {"80", "443", "none"}) {
      result.push_back({{"Image", image}});
      result.push_back({{"Image", image}, {"Port", port}, {"User", "u"}});
      result.push_back({{"Image", image}, {"Port", port}, {"Ip", "10.1.2.3"}});
    }
  }
  return result;
}

// The whole, every node and every selection are what the engine says of the same event.
void expect_agreement(const Detection& detection, const EventView& event, const std::string& what) {
  Explanation explanation = explain(detection, event);
  EXPECT_EQ(explanation.held, detection.matches(event)) << what << to_text(explanation, kTickMarks, 1);
}

void expect_sound(const Explanation& node) {
  size_t held = 0;
  for (const Explanation& part : node.parts) {
    expect_sound(part);
    held += part.held ? 1 : 0;
  }
  using Kind = Condition::Kind;
  bool expected = node.kind == Kind::kNot   ? held == 0
                  : node.kind == Kind::kAnd ? held == node.parts.size()
                  : node.kind == Kind::kOr  ? held > 0
                                            : held >= node.at_least;
  if (node.kind == Kind::kSelection) {
    expected = std::ranges::any_of(node.alternatives, &ExplainedItems::held);
  }
  EXPECT_EQ(node.held, expected) << to_text(node, kTickMarks, 1);
  EXPECT_EQ(failing_text(node, 0).empty(), node.held) << to_text(node, kTickMarks, 1);
}

TEST(Explain, RefusesWhatItCannotTell) {
  auto only_error = [](const std::string& text) {
    auto file = explained(text, {});
    return file.errors.size() == 1 ? file.errors[0].message : std::to_string(file.errors.size()) + " errors";
  };
  EXPECT_THAT(only_error(windows_rule("  s: {CommandLine|re: '^(?!x)a'}\n  condition: s\n")), HasSubstr("lookahead"));
  EXPECT_THAT(only_error("status: unsupported\n" + windows_rule("  s: {Image: a}\n  condition: s\n")),
              HasSubstr("its status is 'unsupported'"));
}

TEST(Explain, AgreesWithTheEngine) {
  size_t matched = 0;
  size_t pairs = 0;
  for (const char* selections : kSelections) {
    for (const char* condition : kConditions) {
      std::string text = windows_rule(std::string(selections) + "  condition: " + condition + "\n");
      Diagnostics errors;
      Report report("r.yml", errors);
      auto document = parse_document(parse_yaml(text, report).at(0), report, {});
      ASSERT_TRUE(document) << text << errors.at(0).text();
      const Detection& detection = std::get<DetectionRule>(*document).detection;
      for (const FlatEvent& event : events()) {
        JsonView view(event);
        expect_agreement(detection, view, text);
        expect_sound(explain(detection, view));
        matched += detection.matches(view) ? 1 : 0;
        ++pairs;
      }
    }
  }
  EXPECT_GT(pairs, 2000U);
  EXPECT_GT(matched, pairs / 10);
  EXPECT_LT(matched, pairs - pairs / 10);
}

}  // namespace
}  // namespace vedette::rules
