// SPDX-License-Identifier: Apache-2.0
#include "commands/loss_log.h"

#include <gtest/gtest.h>

namespace vedette::commands {
namespace {

using std::chrono::seconds;

TEST(LossLog, TellsTheFirstAtOnceAndSumsUpTheRest) {
  LossLog log;
  LossLog::Clock::time_point start{seconds(100)};
  EXPECT_EQ(log.due("siem", "retention", 1, start), 1U);
  EXPECT_EQ(log.due("siem", "retention", 2, start), 0U);
  EXPECT_EQ(log.due("siem", "retention", 3, start + LossLog::kInterval - seconds(1)), 0U);
  EXPECT_EQ(log.due("siem", "retention", 4, start + LossLog::kInterval), 9U);
  EXPECT_EQ(log.due("siem", "retention", 5, start + LossLog::kInterval), 0U);
}

TEST(LossLog, TellsEachOutputAndReasonByItself) {
  LossLog log;
  LossLog::Clock::time_point now{seconds(100)};
  EXPECT_EQ(log.due("siem", "retention", 1, now), 1U);
  EXPECT_EQ(log.due("siem", "rejected", 1, now), 1U);
  EXPECT_EQ(log.due("pager", "retention", 1, now), 1U);
}

}  // namespace
}  // namespace vedette::commands
