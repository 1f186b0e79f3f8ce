// SPDX-License-Identifier: Apache-2.0
// Each way to send something out, alone: exactly one alert that says who and where to.
#include "scenario.h"

namespace vedette::scenario {
namespace {

const char* const kDeclared = "    egress: [\"203.0.113.1:443\"]\n";  // RFC 5737: reached by nobody

struct Way {
  std::string way;
  std::string protocol;
  bool v6 = false;
  bool bits32 = false;
};

void PrintTo(const Way& way, std::ostream* out) {
  *out << way.way << (way.v6 ? " v6" : "") << (way.bits32 ? " 32" : "");
}

std::string test_name(const testing::TestParamInfo<Way>& info) {
  return info.param.way + (info.param.v6 ? "_v6" : "") + (info.param.bits32 ? "_32" : "");
}

class Sending : public Scenario {
 protected:
  json send(const Way& way, const std::string& address) {
    std::string program = (way.bits32 ? actor32_program() : actor_program()).string();
    auto truth = victim().obey("spawn " + program + " send " + way.way + " " + address + " " + net_.port());
    auto sent = std::ranges::find_if(truth, [](const json& line) { return line.contains("technique"); });
    if (sent == truth.end()) {
      throw std::runtime_error("nothing was sent");
    }
    return *sent;
  }

  Namespace net_;
};

class Egress : public Sending, public testing::WithParamInterface<Way> {};

void expect_destination(const json& alert, const Way& way, const std::string& address, const std::string& port) {
  EXPECT_EQ(alert["behavior"], "egress");
  EXPECT_EQ(alert["rule"]["level"], "high");
  EXPECT_EQ(alert["network"]["protocol"], way.protocol);
  EXPECT_EQ(alert["network"]["address"], address);
  EXPECT_EQ(alert["network"]["port"], std::stoi(port));
  EXPECT_EQ(alert["server"]["name"], "victim");
  EXPECT_EQ(alert["actor"]["server"], "victim");
}

TEST_P(Egress, GivesOneAlert) {
  const Way& way = GetParam();
  join_monitor(kDeclared);
  start_victim();
  std::string address = way.v6 ? net_.v6() : net_.v4();
  json truth = send(way, address);
  if (truth["errno"] == EPROTONOSUPPORT) {
    RecordProperty("technique", "send " + testing::PrintToString(way));
    RecordProperty("coverage", "absent: this kernel has no " + way.protocol);
    GTEST_SKIP() << "this kernel has no " << way.way;
  }
  ASSERT_TRUE(truth["ok"]) << truth;
  json alert = only_alert();
  ASSERT_TRUE(alert.is_object());
  expect_destination(alert, way, address, net_.port());
  EXPECT_EQ(alert["outcome"], "allowed");
  EXPECT_EQ(alert["actor"]["pid"], truth["actor_pid"]);
  if (way.way != "memfd") {
    EXPECT_EQ(alert["actor"]["executable"], (way.bits32 ? actor32_program() : actor_program()).string());
  }
  seen("send " + testing::PrintToString(way));
}

// The subflows of MPTCP are TCP, and it is they that connect.
std::vector<Way> ways() {
  std::vector<Way> result;
  for (const char* way :
       {"tcp", "v4_mapped", "fast_open", "io_uring_connect", "inherited_socket", "thread", "child", "memfd"}) {
    result.push_back({way, "tcp"});
  }
  for (const char* way :
       {"udp_connect", "udp_sendto", "v4_mapped_sendto", "udp_sendmsg", "udp_sendmmsg", "io_uring_sendmsg"}) {
    result.push_back({way, "udp"});
  }
  result.insert(result.end(), {{"mptcp", "tcp"}, {"udplite_connect", "udplite"}, {"udplite_sendto", "udplite"}});
  for (const char* way : {"tcp", "fast_open", "io_uring_connect"}) {
    result.push_back({way, "tcp", true});
  }
  for (const char* way : {"udp_connect", "udp_sendto", "udp_sendmsg", "udp_sendmmsg"}) {
    result.push_back({way, "udp", true});
  }
  result.insert(result.end(), {{"mptcp", "tcp", true}, {"udplite_connect", "udplite", true}});
  result.insert(result.end(), {{"sctp", "sctp"}, {"sctp", "sctp", true}});
  for (const Way& way : {Way{"tcp", "tcp"}, Way{"udp_sendto", "udp"}, Way{"io_uring_connect", "tcp"}}) {
    if (has_32_bit_actor()) {
      result.push_back({way.way, way.protocol, false, true});
    }
  }
  return result;
}

INSTANTIATE_TEST_SUITE_P(Ways, Egress, testing::ValuesIn(ways()), test_name);

// The sender is nobody's child any more; nothing waits for it, so the alert is waited for.
TEST_F(Sending, OfADaemonisedGrandchildIsTheServers) {
  join_monitor(kDeclared);
  start_victim();
  victim().obey("spawn " + actor_program().string() + " send daemon " + net_.v4() + " " + net_.port());
  json alert = monitor().wait_alert(
      [&](const json& a) { return a["behavior"] == "egress" && a["server"]["pid"] == victim().pid(); });
  expect_destination(alert, {"daemon", "tcp"}, net_.v4(), net_.port());
  EXPECT_EQ(settled_victim().size(), 1U);
}

TEST_F(Sending, OfTheServerItselfNamesIt) {
  join_monitor(kDeclared);
  start_victim().obey("send tcp " + net_.v4() + " " + net_.port());
  json alert = only_alert();
  ASSERT_TRUE(alert.is_object());
  expect_destination(alert, {"tcp", "tcp"}, net_.v4(), net_.port());
  EXPECT_EQ(alert["actor"]["pid"], victim().pid());
}

struct RawWay {
  const char* way;
  const char* protocol;
  bool bits32 = false;
};

void PrintTo(const RawWay& way, std::ostream* out) { *out << way.way; }

class RawSocket : public Scenario, public testing::WithParamInterface<RawWay> {};

TEST_P(RawSocket, GivesOneAlert) {
  join_monitor();
  std::string command = std::string("raw_socket ") + GetParam().way;
  fs::path program = GetParam().bits32 ? actor32_program() : actor_program();
  auto truth = start_victim().obey("spawn " + program.string() + " " + command);
  if (GetParam().bits32 && !by_trampolines()) {
    EXPECT_TRUE(settled_victim().empty());
    limited(command + " (32-bit)", "raw_socket", "32-bit");
    return;
  }
  json alert = only_alert();
  ASSERT_TRUE(alert.is_object());
  EXPECT_EQ(alert["behavior"], "raw_socket");
  EXPECT_EQ(alert["outcome"], outcome(truth.front()));
  EXPECT_EQ(alert["network"]["protocol"], GetParam().protocol);
  EXPECT_EQ(alert["actor"]["server"], "victim");
  expect_actor(alert, truth.front(), program, command);
  seen(command + (GetParam().bits32 ? " (32-bit)" : ""));
}

std::vector<RawWay> raw_ways() {
  std::vector<RawWay> result = {{"packet", "packet"}, {"packet_cooked", "packet"}, {"raw4", "raw"},
                                {"raw6", "raw"},      {"raw_icmp", "raw"},         {"ping", "icmp"},
                                {"xdp", "xdp"}};
  if (has_32_bit_actor()) {
    result.insert(result.end(), {{"packet", "packet", true}, {"raw4", "raw", true}});
  }
  return result;
}

INSTANTIATE_TEST_SUITE_P(Ways, RawSocket, testing::ValuesIn(raw_ways()), [](const auto& parameter) {
  return parameter.param.way + std::string(parameter.param.bits32 ? "_32" : "");
});

}  // namespace
}  // namespace vedette::scenario
