// SPDX-License-Identifier: Apache-2.0
#include "output/cef.h"

#include <gmock/gmock.h>

#include "alerts.h"
#include "cef_parser.h"
#include "output/text.h"
#include "samples.h"

namespace vedette::output {
namespace {

using testing::IsEmpty;

CefEvent cef(const Alert& alert) { return parse_cef(to_cef(alert)); }

// What a receiver gets of `text`: control characters but line ends are spelled out.
std::string received(const std::string& text, bool in_header) {
  std::string result;
  size_t start = 0;
  for (size_t end = 0; end != std::string::npos; start = end + 1) {
    end = text.find_first_of("\n\r", start);
    result += terminal_safe(text.substr(start, end - start));
    result += end == std::string::npos ? "" : in_header ? " " : text.substr(end, 1);
  }
  return result;
}

TEST(Cef, HasAHeaderAndKnownKeys) {
  CefEvent event = cef(sample_alert());
  EXPECT_THAT(event.mistakes, IsEmpty());
  EXPECT_EQ(event.header[0], "CEF:0");
  EXPECT_EQ(event.header[1], "Vedette");
  EXPECT_EQ(event.header[4], "66666666-2222-4333-8444-555555555555");
  EXPECT_EQ(event.header[5], "Environment of MCP server read");
  EXPECT_EQ(event.header[6], "8");
  auto& fields = event.extension;
  EXPECT_EQ(fields["rt"], "1795226584123");
  EXPECT_EQ(fields["externalId"], sample_alert().id);
  EXPECT_EQ(fields["act"], "allowed");
  EXPECT_EQ(fields["sproc"], "/usr/bin/cat");
  EXPECT_EQ(fields["spid"], "1");
  EXPECT_EQ(fields["suser"], "a");
  EXPECT_EQ(fields["dproc"], "/usr/bin/node");
  EXPECT_EQ(fields["dpid"], "2");
  EXPECT_EQ(fields["cs1"], "github");
  EXPECT_EQ(fields["cs1Label"], "mcpServer");
  EXPECT_EQ(fields["VedetteActorAncestors"], "bash(3) < (1)");
  EXPECT_EQ(fields["msg"], "cat (pid 1, user a) read the environment of MCP server github (pid 2)");
}

TEST(Cef, TellsADestination) {
  auto fields = cef(egress_alert()).extension;
  EXPECT_EQ(fields["dst"], "198.51.100.7");
  EXPECT_EQ(fields["dpt"], "443");
  EXPECT_EQ(fields["proto"], "tcp");
  EXPECT_EQ(fields["deviceDirection"], "1");
  Alert alert = egress_alert();
  alert.network->address = "2001:db8::1";
  EXPECT_EQ(cef(alert).extension["c6a3"], "2001:db8::1");
}

TEST(Cef, EveryAlertIsReadAsItWasWritten) {
  for (const Alert& alert : all_alerts()) {
    CefEvent event = cef(alert);
    EXPECT_THAT(event.mistakes, IsEmpty()) << to_cef(alert);
    EXPECT_EQ(event.header[4], received(alert.rule.id, true));
    EXPECT_EQ(event.header[5], received(alert.rule.title, true));
    EXPECT_EQ(event.extension["suser"], alert.actor ? received(alert.actor->user, false) : "");
    EXPECT_EQ(event.extension["cs3"], alert.actor ? received(alert.actor->command_line, false) : "");
    EXPECT_EQ(event.extension["cs1"], alert.server ? received(alert.server->name, false) : "");
    EXPECT_EQ(event.extension["cnt"], std::to_string(alert.count));
  }
}

TEST(Cef, HostileValuesStayWhereTheyAre) {
  for (const std::string& value :
       {std::string("|"), std::string("\\"), std::string("="), std::string("\n"), std::string("\r\n"),
        std::string("\\="), std::string("\\n"), std::string("\\\n"), std::string("a|b\\|c"),
        std::string("x act=allowed"), std::string("x\nact=allowed"), std::string(" leading"), std::string("trailing "),
        std::string("ends\\"), std::string("CEF:0|a|b|"), hostile_text()}) {
    Alert alert = sample_alert();
    alert.outcome = Outcome::kDenied;
    alert.rule.title = alert.actor->command_line = alert.message = value;
    CefEvent event = cef(alert);
    EXPECT_THAT(event.mistakes, IsEmpty()) << to_cef(alert);
    EXPECT_EQ(event.header[5], received(value, true));
    EXPECT_EQ(event.extension["cs3"], received(value, false));
    EXPECT_EQ(event.extension["msg"], received(value, false));
    EXPECT_EQ(event.extension["act"], "denied");
  }
}

TEST(Cef, EscapesExactly) {
  Alert alert = sample_alert();
  alert.rule.title = "a|b\\c=d\ne";
  alert.message = "a|b\\c=d\ne\rf\x1b";
  EXPECT_THAT(to_cef(alert), testing::HasSubstr("|a\\|b\\\\c=d e|8|"));
  EXPECT_THAT(to_cef(alert), testing::HasSubstr(" msg=a|b\\\\c\\=d\\ne\\rf\\\\x1b "));
}

}  // namespace
}  // namespace vedette::output
