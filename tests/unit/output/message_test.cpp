// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "output/json.h"
#include "samples.h"

namespace vedette::output {
namespace {

std::string access_message(Behavior behavior, Outcome outcome = Outcome::kAllowed) {
  Alert alert = sample_alert();
  alert.behavior = behavior;
  alert.outcome = outcome;
  return message_for(alert);
}

TEST(Message, NamesWhatWasDoneToTheServer) {
  EXPECT_EQ(access_message(Behavior::kEnvironRead),
            "cat (pid 1, user a) read the environment of MCP server github (pid 2)");
  EXPECT_EQ(access_message(Behavior::kMemoryRead), "cat (pid 1, user a) read the memory of MCP server github (pid 2)");
  EXPECT_EQ(access_message(Behavior::kMemoryWrite),
            "cat (pid 1, user a) wrote to the memory of MCP server github (pid 2)");
  EXPECT_EQ(access_message(Behavior::kPtraceAttach),
            "cat (pid 1, user a) attached with ptrace to MCP server github (pid 2)");
  EXPECT_EQ(access_message(Behavior::kFdSteal),
            "cat (pid 1, user a) took a file descriptor from MCP server github (pid 2)");
}

TEST(Message, SaysWhenItWasRefused) {
  EXPECT_EQ(access_message(Behavior::kEnvironRead, Outcome::kDenied),
            "cat (pid 1, user a) was refused reading the environment of MCP server github (pid 2)");
  EXPECT_EQ(access_message(Behavior::kPtraceAttach, Outcome::kBlocked),
            "cat (pid 1, user a) was blocked from attaching with ptrace to MCP server github (pid 2)");
}

TEST(Message, SaysWhoOpenedTheDescriptor) {
  Alert alert = sample_alert();
  alert.opener = cat_process();
  alert.opener->pid = 9;
  EXPECT_EQ(message_for(alert),
            "cat (pid 1, user a) read the environment of MCP server github (pid 2) through a descriptor opened by cat "
            "(pid 9, user a)");
}

TEST(Message, FallsBackToThePid) {
  Alert alert = sample_alert();
  alert.actor->executable = "";
  alert.target->executable = alert.target->server = "";
  EXPECT_EQ(message_for(alert), "pid 1 (user a) read the environment of pid 2");
  alert.actor->user = "";
  EXPECT_EQ(message_for(alert), "pid 1 (user 1000) read the environment of pid 2");
  alert.actor->uid.reset();
  EXPECT_EQ(message_for(alert), "pid 1 read the environment of pid 2");
}

TEST(Message, SaysWhenAProcessIsUnknown) {
  Alert alert = sample_alert();
  alert.actor.reset();
  alert.target.reset();
  EXPECT_EQ(message_for(alert), "an unknown process read the environment of MCP server github (pid 2)");
  alert.server.reset();
  EXPECT_EQ(message_for(alert), "an unknown process read the environment of an unknown process");
}

TEST(Message, NamesATargetOfNoServerAndAnActorOfOne) {
  Alert alert = sample_alert();
  alert.actor = server_process();
  alert.actor->user = "a";
  alert.target = cat_process();
  EXPECT_EQ(message_for(alert), "node (pid 2, user a, MCP server github) read the environment of cat (pid 1)");
}

TEST(Message, CoreDump) {
  Alert alert = sample_alert();
  alert.behavior = Behavior::kCoreDump;
  EXPECT_EQ(message_for(alert), "MCP server github (pid 2) dumped core after a signal from cat (pid 1, user a)");
  alert.actor = alert.target;
  EXPECT_EQ(message_for(alert), "MCP server github (pid 2) dumped core");
  alert.target.reset();
  alert.server.reset();
  EXPECT_EQ(message_for(alert), "MCP server github (node, pid 2) dumped core");
}

TEST(Message, Egress) {
  Alert alert = egress_alert();
  EXPECT_EQ(message_for(alert), "MCP server github (node, pid 2) connected to 198.51.100.7:443 (tcp)");
  alert.outcome = Outcome::kDenied;
  EXPECT_EQ(message_for(alert), "MCP server github (node, pid 2) was refused connecting to 198.51.100.7:443 (tcp)");
  alert.outcome = Outcome::kAllowed;
  alert.network = AlertNetwork{"udp", "2001:db8::1", 53, "dns.example"};
  EXPECT_EQ(message_for(alert), "MCP server github (node, pid 2) contacted [2001:db8::1]:53 (dns.example, udp)");
  alert.network = AlertNetwork{"icmp", "198.51.100.7", std::nullopt, ""};
  EXPECT_EQ(message_for(alert), "MCP server github (node, pid 2) contacted 198.51.100.7 (icmp)");
  alert.actor = cat_process();
  alert.network.reset();
  EXPECT_EQ(message_for(alert), "cat (pid 1, user a) contacted an unknown address");
}

TEST(Message, RawSocket) {
  Alert alert = egress_alert();
  alert.behavior = Behavior::kRawSocket;
  alert.network = AlertNetwork{"packet", "", std::nullopt, ""};
  EXPECT_EQ(message_for(alert), "MCP server github (node, pid 2) opened a raw socket (packet)");
  alert.outcome = Outcome::kDenied;
  EXPECT_EQ(message_for(alert), "MCP server github (node, pid 2) was refused opening a raw socket (packet)");
}

TEST(Message, EveryBehaviorHasASentence) {
  for (int i = 0; i < kBehaviorCount; ++i) {
    EXPECT_FALSE(access_message(static_cast<Behavior>(i)).empty());
  }
}

TEST(Message, CorrelationOfTheftAndEgress) {
  Alert alert = correlation_alert();
  EXPECT_EQ(message_for(alert),
            "cat (pid 1, user a) read a secret of MCP server github (pid 2) and then sent data to 198.51.100.7:443");
  alert.events.back().actor = server_process();
  EXPECT_EQ(message_for(alert),
            "cat (pid 1, user a) read a secret of MCP server github (pid 2) and then "
            "MCP server github (node, pid 2) sent data to 198.51.100.7:443");
}

TEST(Message, OtherCorrelations) {
  Alert alert = correlation_alert();
  alert.events = {alert.events.front(), alert.events.front(), alert.events.front()};
  EXPECT_EQ(message_for(alert),
            "cat (pid 1, user a) read the environment of MCP server github (pid 2), one of 3 such events");
  alert.events.back().behavior = Behavior::kMemoryWrite;
  EXPECT_EQ(message_for(alert),
            "cat (pid 1, user a) read the environment of MCP server github (pid 2), and then "
            "cat (pid 1, user a) wrote to the memory of MCP server github (pid 2)");
}

TEST(Message, AnExecutableCannotForgeALine) {
  Alert alert = sample_alert();
  alert.actor->executable = "/tmp/x\n02:03:04 \033[2J\xff";
  EXPECT_EQ(message_for(alert),
            R"(x\x0a02:03:04 \x1b[2J\xff (pid 1, user a) read the environment of MCP server github (pid 2))");
}

}  // namespace
}  // namespace vedette::output
