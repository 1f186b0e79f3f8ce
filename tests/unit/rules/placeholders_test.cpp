// SPDX-License-Identifier: Apache-2.0
#include "rules/placeholders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Placeholders kValues = {{"name", {"a", "b*"}}, {"none", {}}, {"self", {"%name%"}}};

TEST(Placeholders, StandForEachValue) {
  EXPECT_THAT(expand("%name%", kValues).texts, ElementsAre("a", "b*"));
  EXPECT_THAT(expand("<%name%-%name%>", kValues).texts, ElementsAre("<a-a>", "<a-b*>", "<b*-a>", "<b*-b*>"));
  EXPECT_THAT(expand("x%none%", kValues).texts, IsEmpty());
  EXPECT_THAT(expand("%self%", kValues).texts, ElementsAre("%name%"));
}

TEST(Placeholders, PercentSignsThatAreNone) {
  EXPECT_THAT(expand(R"(\%plain%name%)", kValues).texts, ElementsAre("%plaina", "%plainb*"));
  for (const char* plain : {"", "100%", "%", "%%", "% name%", "%na-me%", "a%b"}) {
    EXPECT_THAT(expand(plain, kValues).texts, ElementsAre(plain));
  }
  EXPECT_THAT(expand(R"(\%name\%)", kValues).texts, ElementsAre("%name%"));
}

TEST(Placeholders, TheFirstUndefinedIsNamed) {
  EXPECT_EQ(expand("%name% %x% %y%", kValues).undefined, "x");
  EXPECT_EQ(expand("%Name%", kValues).undefined, "Name");
}

TEST(Placeholders, AreBounded) {
  Placeholders many = {{"x", std::vector<std::string>(100, "v")}};
  EXPECT_FALSE(expand("%x%", many).too_many);
  EXPECT_TRUE(expand("%x%%x%%x%%x%%x%", many).too_many);
}

}  // namespace
}  // namespace vedette::rules
