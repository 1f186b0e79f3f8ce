// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support.h"

namespace vedette::rules {
namespace {

using testing::compile_text;
using testing::kId;
using testing::rule_text;

std::string with_source(const std::string& source, const std::string& selection = "{Image: a}") {
  return std::string("title: T\nid: ") + kId + "\nlevel: low\nlogsource: " + source +
         "\ndetection:\n  s: " + selection + "\n  condition: s\n";
}

RuleInfo info(const std::string& text) {
  Compiled compiled = compile_text(text);
  EXPECT_TRUE(compiled.errors.empty()) << compiled.errors[0].text();
  return compiled.infos.at(0);
}

TEST(Live, LogSourcesWeHave) {
  EXPECT_EQ(info(with_source("{category: process_creation, product: linux}")).dead, "");
  EXPECT_EQ(info(with_source("{category: process_creation}")).dead, "");
  EXPECT_EQ(info(with_source("{category: process_creation, definition: anything}")).dead, "");
}

TEST(Live, LogSourcesWeLack) {
  EXPECT_EQ(info(with_source("{category: process_creation, product: windows}")).dead,
            "there are no events of the product 'windows', only of linux");
  EXPECT_EQ(info(with_source("{category: proces_creation, product: linux}")).dead,
            "there are no events of the category 'proces_creation'; did you mean 'process_creation'?");
  EXPECT_EQ(info(with_source("{category: dns_query}")).dead, "there are no events of the category 'dns_query'");
  EXPECT_EQ(info(with_source("{product: linux, service: auditd}")).dead,
            "there are no events of the service 'auditd'; name a category instead");
  EXPECT_NE(info(with_source("{product: linux}")).dead.find("names no category"), std::string::npos);
  EXPECT_NE(info("taxonomy: ecs\n" + with_source("{category: process_creation}")).dead.find("taxonomy 'ecs'"),
            std::string::npos);
}

TEST(Live, DeadRulesNeverMatch) {
  Compiled compiled = compile_text(with_source("{category: process_creation, product: windows}"));
  ASSERT_TRUE(compiled.rules);
  auto event = testing::record(Category::kProcessCreation, {{Field::kImage, "a"}});
  EXPECT_TRUE(Matcher(compiled.rules).match(event, 1).empty());
}

TEST(Live, UnknownFields) {
  EXPECT_EQ(info(with_source("{category: process_creation}", "{Imagee: a}")).dead,
            "no event has a field 'Imagee'; did you mean 'Image'?");
  EXPECT_EQ(info(with_source("{category: process_creation}", "{Image: a, Hashes|contains: b}")).dead,
            "no event has a field 'Hashes'");
}

TEST(Live, FieldsOfOtherCategories) {
  EXPECT_EQ(info(with_source("{category: process_access}")).dead, "events of process_access have no field 'Image'");
  EXPECT_EQ(info(with_source("{category: process_creation}", "{DestinationIp|cidr: 10.0.0.0/8}")).dead,
            "events of process_creation have no field 'DestinationIp'");
}

TEST(Live, OtherWaysKeepARuleAlive) {
  RuleInfo either = info(with_source("{category: process_creation}", "[{Image: a}, {OriginalFileName: b}]"));
  EXPECT_EQ(either.dead, "");
  EXPECT_EQ(either.notes, std::vector<std::string>{"no event has a field 'OriginalFileName'"});
  RuleInfo excepted = info(rule_text("  s: {Image: a}\n  f: {Nowhere: b}\n  condition: s and not f\n"));
  EXPECT_EQ(excepted.dead, "");
  EXPECT_EQ(excepted.notes.size(), 1U);
  EXPECT_EQ(info(rule_text("  s: {Image: a}\n  f: {Nowhere: b}\n  condition: s and 2 of them\n")).dead,
            "no event has a field 'Nowhere'");
  EXPECT_EQ(info(rule_text("  s: {Image: a}\n  f: {Nowhere: null}\n  condition: all of them\n")).dead, "");
  EXPECT_NE(info(rule_text("  f: {Nowhere: null}\n  condition: not f\n")).dead, "");
}

TEST(Live, UnsupportedStatus) {
  EXPECT_EQ(info("status: unsupported\n" + with_source("{category: process_creation}")).dead,
            "its status is 'unsupported'");
  EXPECT_EQ(info("status: deprecated\n" + with_source("{category: process_creation}")).dead, "");
}

TEST(Live, InfoTellsTheRule) {
  RuleInfo about = info("tags: [attack.t1041, x]\n" + with_source("{category: process_creation}"));
  EXPECT_EQ(about.id, kId);
  EXPECT_EQ(about.title, "T");
  EXPECT_EQ(about.level, Level::kLow);
  EXPECT_EQ(about.tags, (std::vector<std::string>{"attack.t1041", "x"}));
  EXPECT_EQ(about.file, "r.yml");
  EXPECT_FALSE(about.correlation);
}

}  // namespace
}  // namespace vedette::rules
