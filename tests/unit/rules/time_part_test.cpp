// SPDX-License-Identifier: Apache-2.0
#include "rules/time_part.h"

#include <gtest/gtest.h>

namespace vedette::rules {
namespace {

TEST(TimePart, OfEveryFormOfADate) {
  for (const char* date : {"2026-03-09T08:30:15", "2026-03-09 08:30", "2026-03-09 08:30:15.125", "2026-03-09t08:30:15Z",
                           "2026-03-09T08:30:15,5+02:00", "2026-03-09T08:30-0500", "2026-03-09T08:30:60+01"}) {
    EXPECT_EQ(time_part(TimePart::kMinute, date), 30) << date;
    EXPECT_EQ(time_part(TimePart::kHour, date), 8) << date;
    EXPECT_EQ(time_part(TimePart::kDay, date), 9) << date;
    EXPECT_EQ(time_part(TimePart::kWeek, date), 11) << date;
    EXPECT_EQ(time_part(TimePart::kMonth, date), 3) << date;
    EXPECT_EQ(time_part(TimePart::kYear, date), 2026) << date;
  }
}

TEST(TimePart, ADayHasNoHour) {
  EXPECT_EQ(time_part(TimePart::kDay, "2026-03-09"), 9);
  EXPECT_EQ(time_part(TimePart::kHour, "2026-03-09"), std::nullopt);
  EXPECT_EQ(time_part(TimePart::kMinute, "2026-03-09"), std::nullopt);
}

TEST(TimePart, WeeksAreThoseOfIso8601) {
  EXPECT_EQ(time_part(TimePart::kWeek, "2021-01-03"), 53);
  EXPECT_EQ(time_part(TimePart::kWeek, "2021-01-04"), 1);
  EXPECT_EQ(time_part(TimePart::kWeek, "2019-12-30"), 1);
  EXPECT_EQ(time_part(TimePart::kWeek, "2024-12-29"), 52);
  EXPECT_EQ(time_part(TimePart::kWeek, "2026-12-31"), 53);
}

TEST(TimePart, WhatIsNoDate) {
  for (const char* bad :
       {"", "today", "2026", "2026-02-30", "2026-13-01", "2026-3-9", "2026/03/09", "2026-03-09T", "2026-03-09T25:00",
        "2026-03-09T08:60", "2026-03-09T0830", "2026-03-09x", "2026-03-09T08:30 ", "2026-03-09T08:30Zx", "1773045015",
        "2026-03-09T08:30:15.", "2026-03-09T08:30+", "20260309"}) {
    EXPECT_EQ(time_part(TimePart::kYear, bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace vedette::rules
