// SPDX-License-Identifier: Apache-2.0
#include "output/text.h"

#include <gtest/gtest.h>

#include "output/json.h"
#include "samples.h"

namespace vedette::output {
namespace {

TEST(Timestamp, HasNineDigits) {
  EXPECT_EQ(timestamp(kSampleTime), "2026-11-21T02:03:04.123456789Z");
  EXPECT_EQ(timestamp(0), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(timestamp(1), "1970-01-01T00:00:00.000000001Z");
}

TEST(TerminalSafe, KeepsText) { EXPECT_EQ(terminal_safe("é 日本 😀 a\\b"), "é 日本 😀 a\\b"); }

TEST(TerminalSafe, EscapesWhatSteersATerminal) {
  EXPECT_EQ(terminal_safe("a\033]0;x\007\n\t\x7f"), R"(a\x1b]0;x\x07\x0a\x09\x7f)");
  EXPECT_EQ(terminal_safe(std::string_view("\0", 1)), R"(\x00)");
  EXPECT_EQ(terminal_safe("\xc2\x9b"), R"(\x9b)");
  EXPECT_EQ(terminal_safe("\u202etxt\u2066\u2028\u061c"), R"(\u202etxt\u2066\u2028\u061c)");
  EXPECT_EQ(terminal_safe("\xff"), R"(\xff)");
}

TEST(Shortened, CutsBetweenCharacters) {
  EXPECT_EQ(shortened("日本語", 3), "日本語");
  EXPECT_EQ(shortened("日本語", 2), "日本…");
  EXPECT_EQ(shortened("", 0), "");
}

TEST(Text, IsOneReadableLine) {
  EXPECT_EQ(to_text(sample_alert(), false),
            "02:03:04 HIGH     cat (pid 1, user a) read the environment of MCP server github (pid 2) | "
            "Environment of MCP server read | cat /proc/2/environ");
}

TEST(Text, TellsCountAndLoss) {
  Alert alert = sample_alert();
  alert.count = 3;
  alert.lost_before = 7;
  EXPECT_NE(to_text(alert, false).find(" | 3 times | 7 events lost before | "), std::string::npos);
}

TEST(Text, ColorsTheLevelOnly) {
  std::string text = to_text(sample_alert(), true);
  EXPECT_NE(text.find("02:03:04 \033[31mHIGH    \033[0m cat"), std::string::npos);
}

TEST(Text, EveryLevelIsPaddedAlike) {
  for (Level level : {Level::kInformational, Level::kLow, Level::kMedium, Level::kHigh, Level::kCritical}) {
    Alert alert = sample_alert();
    alert.rule.level = level;
    EXPECT_EQ(to_text(alert, false).find("cat (pid"), 18U);
  }
}

TEST(Text, NothingOfTheAttackerReachesTheTerminalRaw) {
  Alert alert = sample_alert();
  alert.message = "m\033[2J\n";
  alert.rule.title = "t\r\n";
  alert.actor->command_line = "c\x9b\xc2\x9b\n" + std::string(1000, 'x');
  std::string text = to_text(alert, false);
  for (unsigned char c : text) {
    EXPECT_GE(c, 0x20);
  }
  EXPECT_EQ(text.find("\xc2\x9b"), std::string::npos);
  EXPECT_LT(text.size(), 200U);
}

}  // namespace
}  // namespace vedette::output
