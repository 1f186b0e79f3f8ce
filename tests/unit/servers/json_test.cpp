// SPDX-License-Identifier: Apache-2.0
#include "servers/json.h"

#include <gtest/gtest.h>

namespace vedette::servers {
namespace {

using Json = nlohmann::json;

TEST(ConfigEntryJson, ComesBackAsItWent) {
  const ConfigEntry entry{"cursor", "n", "c", {"a", "b"}, "/f", 1000};
  auto entries = entries_from_json(to_json(std::vector<ConfigEntry>{entry}));
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 1U);
  EXPECT_EQ(to_json(entries->front()), to_json(entry));
  EXPECT_EQ(entries->front().args, entry.args);
  EXPECT_EQ(entries->front().uid, 1000U);
}

TEST(ConfigEntryJson, RefusesWrongTypes) {
  EXPECT_TRUE(from_json(Json::object()));
  for (const char* text :
       {"[]", "1", "null", R"({"name":1})", R"({"args":"x"})", R"({"args":[1]})", R"({"uid":"x"})"}) {
    EXPECT_FALSE(from_json(Json::parse(text))) << text;
  }
  EXPECT_FALSE(entries_from_json(Json::object()));
  EXPECT_FALSE(entries_from_json(Json::parse("[{},1]")));
}

}  // namespace
}  // namespace vedette::servers
