// SPDX-License-Identifier: Apache-2.0
#include "commands/time_point.h"

#include <gmock/gmock.h>

namespace vedette::commands {
namespace {

constexpr uint64_t kNow = 1'795'226'584'000'000'000;  // 2026-11-21T02:03:04Z

TEST(ParseTime, TakesADurationBeforeNow) {
  EXPECT_EQ(parse_time("90m", kNow), kNow - 5'400'000'000'000);
  EXPECT_EQ(parse_time("0s", kNow), kNow);
}

TEST(ParseTime, TakesATimeOfUtc) {
  EXPECT_EQ(parse_time("2026-11-21T02:03:04Z", 0), kNow);
  EXPECT_EQ(parse_time("2026-11-21T02:03:04", 0), kNow);
  EXPECT_EQ(parse_time("2026-11-21 02:03:04", 0), kNow);
  EXPECT_EQ(parse_time("2026-11-21T02:03:04.123456789Z", 0), kNow + 123'456'789);
  EXPECT_EQ(parse_time("2026-11-21T02:03:04.5", 0), kNow + 500'000'000);
  EXPECT_EQ(parse_time("2026-11-21", 0), kNow - (2 * 3600 + 3 * 60 + 4) * 1'000'000'000ULL);
}

TEST(ParseTime, IsNothingElse) {
  for (const char* text :
       {"", "yesterday", "12", "2026-11-21T02:03:04+01:00", "2026-13-01", "2026-11-21T02:03:04.Zx"}) {
    auto time = parse_time(text, kNow);
    ASSERT_FALSE(time) << text;
    EXPECT_THAT(time.error().message, testing::HasSubstr("expected a duration such as 90m"));
  }
}

}  // namespace
}  // namespace vedette::commands
