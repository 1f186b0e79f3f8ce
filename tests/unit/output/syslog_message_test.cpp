// SPDX-License-Identifier: Apache-2.0
#include "output/syslog_message.h"

#include <gmock/gmock.h>

#include "output/text.h"
#include "samples.h"

namespace vedette::output {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr int kLocal0 = 16;

// The value of a parameter as a receiver reads it: \" \\ \] stand for themselves (RFC 5424, 6.3.3).
std::string parameter(const std::string& message, const std::string& name) {
  std::string value;
  size_t at = message.find(" " + name + "=\"");
  if (at == std::string::npos) {
    return "(none)";
  }
  for (size_t i = at + name.size() + 3; i < message.size() && message[i] != '"'; ++i) {
    i += message[i] == '\\' ? 1 : 0;
    value += message[i];
  }
  return value;
}

TEST(SyslogMessage, HasTheFieldsOfRfc5424) {
  std::string native = format(Format::kNative, sample_alert());
  EXPECT_EQ(syslog_message(sample_alert(), Format::kNative, kLocal0, 42),
            "<131>1 2026-11-21T02:03:04.123456Z host vedette 42 environ_read [vedette@32473 "
            "id=\"11111111-2222-4333-8444-555555555555\" rule=\"Environment of MCP server read\" "
            "rule_id=\"66666666-2222-4333-8444-555555555555\" level=\"high\" outcome=\"allowed\" count=\"1\" "
            "server=\"github\" client=\"claude-code\" actor_pid=\"1\" actor=\"/usr/bin/cat\" target_pid=\"2\" "
            "target=\"/usr/bin/node\"] " +
                native);
}

TEST(SyslogMessage, SaysHowSevereByLevelAndFacility) {
  Alert alert = sample_alert();
  const std::pair<Level, const char*> cases[] = {{Level::kInformational, "<86>1 "},
                                                 {Level::kLow, "<85>1 "},
                                                 {Level::kMedium, "<84>1 "},
                                                 {Level::kHigh, "<83>1 "},
                                                 {Level::kCritical, "<82>1 "}};
  for (const auto& [level, begin] : cases) {
    alert.rule.level = level;
    EXPECT_TRUE(syslog_message(alert, Format::kNative, 10, 1).starts_with(begin)) << begin;
  }
}

TEST(SyslogMessage, UnknownIsNil) {
  Alert alert;
  EXPECT_TRUE(syslog_message(alert, Format::kNative, kLocal0, 1)
                  .starts_with("<132>1 1970-01-01T00:00:00.000000Z - vedette 1 - [vedette@32473 level=\"medium\""));
  alert.host.name = "two words";
  EXPECT_THAT(syslog_message(alert, Format::kNative, kLocal0, 1), HasSubstr("Z - vedette"));
  alert.host.name = std::string(256, 'h');
  EXPECT_THAT(syslog_message(alert, Format::kNative, kLocal0, 1), HasSubstr("Z - vedette"));
  alert.host.name = std::string(255, 'h');
  EXPECT_THAT(syslog_message(alert, Format::kNative, kLocal0, 1), HasSubstr("hhh vedette"));
}

TEST(SyslogMessage, ValuesCannotEndTheirElement) {
  for (const char* text : {"\"] forged [x y=\"", "back\\slash]", "\\", "]", "\"", "a\nb\r\t\x1b[31m", "\xff\xfe",
                           "\xe2\x80\xae reordered", "naïve"}) {
    Alert alert = sample_alert();
    alert.rule.title = alert.actor->executable = text;
    std::string message = syslog_message(alert, Format::kNative, kLocal0, 1);
    EXPECT_EQ(parameter(message, "rule"), terminal_safe(text));
    EXPECT_EQ(parameter(message, "actor"), terminal_safe(text));
    EXPECT_EQ(parameter(message, "target"), "/usr/bin/node");
    EXPECT_EQ(message.find_first_of("\n\r\t\x1b"), std::string::npos) << message;
  }
}

TEST(SyslogMessage, MarksUtf8) {
  EXPECT_THAT(syslog_message(sample_alert(), Format::kNative, kLocal0, 1), Not(HasSubstr("\xef\xbb\xbf")));
  Alert alert = sample_alert();
  alert.message = "naïve";
  EXPECT_THAT(syslog_message(alert, Format::kNative, kLocal0, 1), HasSubstr("] \xef\xbb\xbf{"));
}

TEST(SyslogMessage, HoldsTheAlertInTheFormAskedFor) {
  for (Format form : {Format::kNative, Format::kCef}) {
    EXPECT_TRUE(syslog_message(sample_alert(), form, kLocal0, 1).ends_with("] " + format(form, sample_alert())));
  }
}

}  // namespace
}  // namespace vedette::output
