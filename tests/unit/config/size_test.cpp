// SPDX-License-Identifier: Apache-2.0
#include "config/size.h"

#include <gmock/gmock.h>

namespace vedette::config {
namespace {

TEST(Size, HasANumberAndAUnit) {
  EXPECT_EQ(parse_size("512KiB"), 512U << 10);
  EXPECT_EQ(parse_size("64MiB"), 64U << 20);
  EXPECT_EQ(parse_size("1024GiB"), 1ULL << 40);
  EXPECT_EQ(parse_size("0"), 0U);
}

TEST(Size, IsNothingElse) {
  for (const char* text :
       {"", "1", "64", "MiB", "64MB", "64 MiB", "-1MiB", "1.5GiB", "1025GiB", "99999999999999999999GiB"}) {
    auto size = parse_size(text);
    ASSERT_FALSE(size) << text;
    EXPECT_THAT(size.error().message, testing::HasSubstr("expected a size such as"));
  }
}

}  // namespace
}  // namespace vedette::config
