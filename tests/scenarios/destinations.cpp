// SPDX-License-Identifier: Apache-2.0
// Which destinations are worth an alert, and the secret that is read and then sent.
#include <algorithm>

#include "scenario.h"

namespace vedette::scenario {
namespace {

class Destinations : public Scenario {
 protected:
  void send(const std::string& way, const std::string& address, const std::string& port) {
    victim().obey("send " + way + " " + address + " " + port);
  }
  void send_out() { send("tcp", net_.v4(), net_.port()); }

  Namespace net_;
};

TEST_F(Destinations, DeclaredOnesAreQuiet) {
  start_monitor({.config = config("    egress: [\"" + net_.v4() + "/32:" + net_.port() + "\"]\n")});
  start_victim();
  send_out();
  EXPECT_TRUE(settled_victim().empty());
}

TEST_F(Destinations, AnotherPortOfADeclaredHostIsHigh) {
  start_monitor({.config = config("    egress: [\"" + net_.v4() + ":443\"]\n")});
  start_victim();
  send_out();
  json alert = only_alert();
  ASSERT_TRUE(alert.is_object());
  EXPECT_EQ(alert["rule"]["level"], "high");
}

TEST_F(Destinations, LoopbackIsExpected) {
  start_monitor();
  start_victim();
  send("tcp", "127.0.0.1", "9");
  send("udp_sendto", "127.0.0.1", "9");
  send("v4_mapped", "127.0.0.1", "9");
  send("tcp", "::1", "9");
  EXPECT_TRUE(settled_victim().empty());
}

TEST_F(Destinations, AllowedForEveryServerIsQuiet) {
  start_monitor({.config = config("", "egress: {allow: [\"" + net_.v4() + "/32\"]}\n")});
  start_victim();
  send_out();
  EXPECT_TRUE(settled_victim().empty());
}

TEST_F(Destinations, NewOneOfAServerWithoutAListIsLowAndRemembered) {
  start_monitor({.config = config("", "alerts: {fold_window: 0s}\n")});
  start_victim();
  send_out();
  send_out();
  json alert = only_alert();
  ASSERT_TRUE(alert.is_object());
  EXPECT_EQ(alert["rule"]["level"], "low");
  EXPECT_EQ(alert["network"]["address"], net_.v4());

  monitor().stop();
  monitor().start();
  send_out();
  EXPECT_TRUE(settled_victim().empty()) << "remembered by the state";
}

TEST_F(Destinations, StrangersSendingIsNotOurs) {
  start_monitor();
  start_victim();
  act({"send", "tcp", net_.v4(), net_.port()});
  EXPECT_TRUE(settled_victim().empty());
}

bool is_correlation(const json& alert) { return !alert["events"].empty(); }

TEST_F(Destinations, ReadThenSentIsOneStory) {
  start_monitor();
  start_victim();
  act({"read_environ", "openat", victim().pid_text(), ",", "send", "tcp", net_.v4(), net_.port()});
  json alert = monitor().wait_alert(is_correlation);
  ASSERT_EQ(alert["events"].size(), 2U);
  EXPECT_EQ(alert["events"][0]["behavior"], "environ_read");
  EXPECT_EQ(alert["events"][0]["target"]["pid"], victim().pid());
  EXPECT_EQ(alert["events"][1]["behavior"], "egress");
  EXPECT_EQ(alert["events"][1]["network"]["address"], net_.v4());
  EXPECT_EQ(alert["events"][0]["actor"]["pid"], alert["events"][1]["actor"]["pid"]);
  EXPECT_LE(alert["events"][0]["time"].get<std::string>(), alert["events"][1]["time"].get<std::string>());
  auto all = settled();
  EXPECT_EQ(std::ranges::count_if(all, is_correlation), 1);
}

TEST_F(Destinations, SentThenReadIsNot) {
  start_monitor();
  start_victim();
  act({"send", "tcp", net_.v4(), net_.port(), ",", "read_environ", "openat", victim().pid_text()});
  auto all = settled();
  EXPECT_EQ(std::ranges::count_if(all, is_correlation), 0);
}

}  // namespace
}  // namespace vedette::scenario
