// SPDX-License-Identifier: Apache-2.0
#include "rules/json_view.h"

#include <gmock/gmock.h>

namespace vedette::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

std::string mistake(const std::string& json) {
  auto parsed = parse_flat_event(json);
  return parsed ? "none" : parsed.error().message;
}

TEST(FlatEvent, HoldsTextNumbersAndBooleans) {
  auto event = parse_flat_event(R"({"Image": "C:\\a.exe", "Port": 443, "Low": -1, "Load": 1.50, "Signed": true})");
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_THAT(*event, ElementsAre(Pair("Image", "C:\\a.exe"), Pair("Port", "443"), Pair("Low", "-1"),
                                  Pair("Load", "1.50"), Pair("Signed", "true")));
}

TEST(FlatEvent, LeavesOutNull) {
  auto event = parse_flat_event(R"({"User": null, "Image": "a"})");
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_THAT(*event, ElementsAre(Pair("Image", "a")));
}

TEST(FlatEvent, MayBeEmpty) { EXPECT_EQ(mistake("{}"), "none"); }

TEST(FlatEvent, RefusesNestedValuesByName) {
  EXPECT_THAT(mistake(R"({"a": 1, "winlog": {"x": 1}})"), HasSubstr("the field 'winlog', found an object"));
  EXPECT_THAT(mistake(R"({"tags": ["x"]})"), HasSubstr("the field 'tags', found a list"));
}

TEST(FlatEvent, RefusesWhatIsNoObject) {
  for (const char* json : {"[]", "3", "\"x\"", "null", "true"}) {
    EXPECT_THAT(mistake(json), HasSubstr("expected one JSON object")) << json;
  }
}

TEST(FlatEvent, RefusesTheSameFieldTwice) {
  EXPECT_THAT(mistake(R"({"a": 1, "a": 2})"), HasSubstr("the field 'a' is there twice"));
  EXPECT_THAT(mistake(R"({"a": null, "a": 2})"), HasSubstr("the field 'a' is there twice"));
}

TEST(FlatEvent, SaysWhereItIsNoJson) {
  EXPECT_THAT(mistake("{\n  \"a\": }"), ::testing::StartsWith("not JSON: parse error at line 2, column 8"));
  EXPECT_THAT(mistake(""), HasSubstr("not JSON"));
  EXPECT_THAT(mistake("{} {}"), HasSubstr("not JSON"));
}

TEST(JsonView, LooksFieldsUpByName) {
  JsonView view({{"EventID", "4688"}, {"Image", "C:\\Windows\\A.EXE"}});
  EXPECT_EQ(*view.raw({"EventID"}), "4688");
  EXPECT_EQ(*view.raw({"Image", Field::kImage}), "C:\\Windows\\A.EXE");
  EXPECT_EQ(*view.folded({"Image", Field::kImage}), "c:\\windows\\a.exe");
  EXPECT_EQ(view.raw({"image"}), nullptr);
  EXPECT_EQ(view.folded({"User", Field::kUser}), nullptr);
  EXPECT_EQ(view.fields().size(), 2U);
}

}  // namespace
}  // namespace vedette::rules
