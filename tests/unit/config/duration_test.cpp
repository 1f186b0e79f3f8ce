// SPDX-License-Identifier: Apache-2.0
#include "config/duration.h"

#include <gtest/gtest.h>

namespace vedette::config {
namespace {

using std::chrono::milliseconds;

TEST(Duration, HasANumberAndAUnit) {
  EXPECT_EQ(parse_duration("500ms").value(), milliseconds(500));
  EXPECT_EQ(parse_duration("60s").value(), milliseconds(60'000));
  EXPECT_EQ(parse_duration("2m").value(), milliseconds(120'000));
  EXPECT_EQ(parse_duration("1h").value(), milliseconds(3'600'000));
  EXPECT_EQ(parse_duration("365d").value(), milliseconds(int64_t{365} * 86'400'000));
  EXPECT_EQ(parse_duration("0s").value(), milliseconds(0));
}

TEST(Duration, IsNothingElse) {
  for (const char* text : {"", "s", "60", "60 s", " 60s", "-1s", "+1s", "1.5s", "1S", "1m30s", "0x1s", "366d",
                           "99999999999999999999s", "9223372036854775807d", "\xff"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

}  // namespace
}  // namespace vedette::config
