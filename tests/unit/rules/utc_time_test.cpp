// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "rules/event_view.h"
#include "support.h"

namespace vedette::rules {
namespace {

const FieldName kUtcTime{"UtcTime", Field::kUtcTime};

std::string utc_time(uint64_t wall_ns) {
  Record record;
  record.wall_ns = wall_ns;
  RecordView view(record);
  const std::string* text = view.raw(kUtcTime);
  return text != nullptr ? *text : "absent";
}

TEST(UtcTime, IsWrittenAsSysmonDoes) {
  EXPECT_EQ(utc_time(1'793'239'384'123'456'789), "2026-10-29 02:03:04.123");
  EXPECT_EQ(utc_time(951'782'400'000'000'000), "2000-02-29 00:00:00.000");
  EXPECT_EQ(utc_time(1'999'999), "1970-01-01 00:00:00.001");
  EXPECT_EQ(utc_time(1'767'225'599'999'999'999), "2025-12-31 23:59:59.999");
}

TEST(UtcTime, IsAbsentWithoutAClock) { EXPECT_EQ(utc_time(0), "absent"); }

TEST(UtcTime, MayBeSetByHand) {
  Record record;
  record.set(Field::kUtcTime, "2026-01-01 00:00:00.000");
  EXPECT_EQ(*RecordView(record).raw(kUtcTime), "2026-01-01 00:00:00.000");
}

TEST(UtcTime, IsSeenByRules) {
  Compiled compiled =
      testing::compile_text(testing::rule_text("  s: {'UtcTime|re': '^2026-.* 0[0-5]:'}\n  condition: s\n"));
  ASSERT_TRUE(compiled.rules) << compiled.errors[0].text();
  EXPECT_TRUE(compiled.infos[0].notes.empty());
  Record night = testing::record(Category::kProcessCreation, {});
  night.wall_ns = 1'793'239'384'123'456'789;
  EXPECT_EQ(Matcher(compiled.rules).match(night, 1).size(), 1U);
  night.wall_ns += 12ULL * 3600 * testing::kSecond;
  EXPECT_TRUE(Matcher(compiled.rules).match(night, 1).empty());
}

}  // namespace
}  // namespace vedette::rules
