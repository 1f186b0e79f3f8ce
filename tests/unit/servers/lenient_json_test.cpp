// SPDX-License-Identifier: Apache-2.0
#include "servers/lenient_json.h"

#include <gtest/gtest.h>

namespace vedette::servers {
namespace {

TEST(LenientJson, PassesOverCommentsAndTrailingCommas) {
  auto json = parse_lenient_json("f", R"(// a
    {"a": [1, 2, /* , */ ], "b": "// no, comment ,]", // }
     "c": {"d": "\",}",},
    })");
  ASSERT_TRUE(json) << json.error().text();
  EXPECT_EQ(json->dump(), R"({"a":[1,2],"b":"// no, comment ,]","c":{"d":"\",}"}})");
}

TEST(LenientJson, KeepsPositions) {
  EXPECT_EQ(strict_json("/*\n*/ [1,]"), "  \n   [1 ]");
  auto json = parse_lenient_json("f", "{\n  // x\n  \"a\": }\n");
  ASSERT_FALSE(json);
  EXPECT_EQ(json.error().line, 3);
  EXPECT_EQ(json.error().column, 8);
}

TEST(LenientJson, BearsAnything) {
  for (const std::string text : {"", ",", "[,]", "{", "\"", "\"\\", "/", "/*", "//", "[1,,]", "\xff", "[\"\xff\"]",
                                 "nul", "1e999999", "\xef\xbb\xbf{"}) {
    (void)parse_lenient_json("f", text);
  }
  EXPECT_FALSE(parse_lenient_json("f", std::string(1'000'000, '[')));
  EXPECT_TRUE(parse_lenient_json("f", std::string(200'000, '[') + std::string(200'000, ']')));
  EXPECT_FALSE(parse_lenient_json("f", std::string(1'000'000, ',')));
}

}  // namespace
}  // namespace vedette::servers
