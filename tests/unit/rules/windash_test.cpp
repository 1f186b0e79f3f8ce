// SPDX-License-Identifier: Apache-2.0
#include "rules/windash.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;
using ::testing::SizeIs;

TEST(Windash, EveryDashForEveryDash) {
  for (const char* written : {"-a", "/a", "–a", "—a", "―a"}) {
    EXPECT_THAT(dash_forms(written), Optional(ElementsAre("-a", "/a", "–a", "—a", "―a"))) << written;
  }
}

TEST(Windash, AllPermutations) {
  EXPECT_THAT(dash_forms("x -a /b"), Optional(SizeIs(25)));
  EXPECT_THAT(dash_forms("-a -b -c -d"), Optional(SizeIs(625)));
  EXPECT_EQ(dash_forms("-a -b -c -d -e"), std::nullopt);
}

TEST(Windash, OnlyWhereAnArgumentBegins) {
  for (const char* untouched : {"", "a-b", "a - b", "-", "--", "a/b/c", "é-x", "- -"}) {
    EXPECT_THAT(dash_forms(untouched), Optional(ElementsAre(untouched)));
  }
  EXPECT_THAT(dash_forms("--exec"), Optional(ElementsAre("--exec", "-/exec", "-–exec", "-—exec", "-―exec")));
  EXPECT_THAT(dash_forms("*-e*"), Optional(SizeIs(5)));
  EXPECT_THAT(dash_forms("'-é"), Optional(SizeIs(5)));
}

}  // namespace
}  // namespace vedette::rules
