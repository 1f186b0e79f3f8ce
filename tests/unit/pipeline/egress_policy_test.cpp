// SPDX-License-Identifier: Apache-2.0
#include "pipeline/egress_policy.h"

#include <gmock/gmock.h>

namespace vedette {
namespace {

using testing::UnorderedElementsAre;

NetworkEvent to(const std::string& address, uint16_t port, const std::string& protocol = "tcp") {
  return {.protocol = protocol, .address = address, .port = port};
}

Server server(const std::string& name, bool has_list) {
  Server result;
  result.recognition.name = name;
  result.has_egress_list = has_list;
  return result;
}

Context sample_context() {
  Context context;
  context.resolvers = {"192.0.2.53", "2001:db8::53"};
  context.egress_allow = {"10.0.0.0/8", "198.51.100.7:8080", "proxy.example.com:3128"};
  context.declared = {{.name = "listed", .egress = {"203.0.113.0/24:443", "[2001:db8:1::/48]:443", "api.example.com"}},
                      {.name = "other", .egress = {"203.0.113.200"}},
                      {.name = "unlisted"}};
  return context;
}

class EgressPolicyTest : public testing::Test {
 protected:
  EgressPolicyTest() { policy_.configure(context_); }
  Egress listed(const NetworkEvent& event) { return policy_.classify(event, &listed_, destinations_); }
  Egress unlisted(const NetworkEvent& event) { return policy_.classify(event, &unlisted_, destinations_); }
  Egress reader(const NetworkEvent& event) { return policy_.classify(event, nullptr, destinations_); }
  // Whoever sends.
  void expect_expected(const NetworkEvent& event, bool is = true) {
    EXPECT_EQ(listed(event) == Egress::kExpected, is) << event.address << ":" << event.port;
    EXPECT_EQ(unlisted(event) == Egress::kExpected, is) << event.address << ":" << event.port;
    EXPECT_EQ(reader(event) == Egress::kExpected, is) << event.address << ":" << event.port;
  }

  Context context_ = sample_context();
  EgressPolicy policy_;
  Destinations destinations_;
  Server listed_ = server("listed", true);
  Server unlisted_ = server("unlisted", false);
};

TEST_F(EgressPolicyTest, LoopbackIsExpected) {
  for (const auto* address : {"127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::"}) {
    expect_expected(to(address, 443));
  }
  for (const auto* address : {"128.0.0.1", "::2", "1.127.0.1", "12.7.0.0"}) {
    expect_expected(to(address, 443), false);
  }
}

TEST_F(EgressPolicyTest, ResolversAreExpectedForNamesOnly) {
  expect_expected(to("192.0.2.53", 53, "udp"));
  expect_expected(to("192.0.2.53", 53));
  expect_expected(to("2001:db8::53", 53, "udp"));
  expect_expected(to("192.0.2.53", 443), false);
  expect_expected(to("192.0.2.54", 53, "udp"), false);
}

TEST_F(EgressPolicyTest, WhatIsAllowedForAllIsExpected) {
  expect_expected(to("10.200.0.1", 1));
  expect_expected(to("198.51.100.7", 8080));
  expect_expected(to("198.51.100.7", 8081), false);
  expect_expected(to("11.0.0.1", 1), false);
}

TEST_F(EgressPolicyTest, HostsAllowedForAllAreLookedUp) {
  EXPECT_THAT(policy_.hosts(), UnorderedElementsAre("proxy.example.com", "api.example.com"));
  policy_.resolved("proxy.example.com", {"198.51.100.30"});
  expect_expected(to("198.51.100.30", 3128));
  expect_expected(to("198.51.100.30", 443), false);
}

TEST_F(EgressPolicyTest, AServerWithAList) {
  EXPECT_EQ(listed(to("203.0.113.5", 443)), Egress::kDeclared);
  EXPECT_EQ(listed(to("2001:db8:1::9", 443)), Egress::kDeclared);
  EXPECT_EQ(listed(to("203.0.113.5", 80)), Egress::kUndeclared);
  EXPECT_EQ(listed(to("198.51.100.1", 443)), Egress::kUndeclared);
  EXPECT_EQ(listed(to("198.51.100.1", 443)), Egress::kUndeclared);
}

TEST_F(EgressPolicyTest, ListsAreOfOneServerEach) {
  Server other = server("other", true);
  EXPECT_EQ(policy_.classify(to("203.0.113.200", 1), &other, destinations_), Egress::kDeclared);
  EXPECT_EQ(policy_.classify(to("203.0.113.5", 443), &other, destinations_), Egress::kUndeclared);
  EXPECT_EQ(listed(to("203.0.113.200", 1)), Egress::kUndeclared);
}

TEST_F(EgressPolicyTest, HostsInAList) {
  EXPECT_EQ(listed(to("198.51.100.40", 443)), Egress::kUndeclared);
  policy_.resolved("api.example.com", {"198.51.100.40", "2001:db8::40", "rubbish"});
  EXPECT_EQ(listed(to("198.51.100.40", 443)), Egress::kDeclared);
  EXPECT_EQ(listed(to("2001:db8::40", 22)), Egress::kDeclared);
  EXPECT_EQ(listed(to("198.51.100.41", 443)), Egress::kUndeclared);
  policy_.resolved("api.example.com", {"198.51.100.41"});
  EXPECT_EQ(listed(to("198.51.100.41", 443)), Egress::kDeclared);
}

TEST_F(EgressPolicyTest, AddressesOutliveAnotherConfiguration) {
  policy_.resolved("api.example.com", {"198.51.100.40"});
  policy_.configure(context_);
  EXPECT_EQ(listed(to("198.51.100.40", 443)), Egress::kDeclared);
}

TEST_F(EgressPolicyTest, AServerWithoutAListIsNewOnce) {
  EXPECT_EQ(unlisted(to("203.0.113.5", 443)), Egress::kNew);
  EXPECT_EQ(unlisted(to("203.0.113.5", 443)), Egress::kKnown);
  EXPECT_EQ(unlisted(to("203.0.113.5", 80)), Egress::kNew);
  EXPECT_EQ(unlisted(to("203.0.113.6", 443)), Egress::kNew);
  EXPECT_EQ(unlisted(to("203.0.113.5", 443, "udp")), Egress::kNew);
  Server second = server("second", false);
  EXPECT_EQ(policy_.classify(to("203.0.113.5", 443), &second, destinations_), Egress::kNew);
}

TEST_F(EgressPolicyTest, OneThatWasRememberedIsKnown) {
  unlisted(to("203.0.113.5", 443));
  EgressPolicy restarted;
  restarted.configure(context_);
  EXPECT_EQ(restarted.classify(to("203.0.113.5", 443), &unlisted_, destinations_), Egress::kKnown);
}

TEST_F(EgressPolicyTest, ExpectedAndDeclaredAreNotRemembered) {
  unlisted(to("127.0.0.1", 443));
  listed(to("203.0.113.5", 443));
  EXPECT_TRUE(destinations_.remember("unlisted", "tcp 127.0.0.1 443"));
  EXPECT_TRUE(destinations_.remember("listed", "tcp 203.0.113.5 443"));
}

TEST_F(EgressPolicyTest, AReaderIsAlwaysNewAndNeverRemembered) {
  EXPECT_EQ(reader(to("203.0.113.5", 443)), Egress::kNew);
  EXPECT_EQ(reader(to("203.0.113.5", 443)), Egress::kNew);
  EXPECT_EQ(unlisted(to("203.0.113.5", 443)), Egress::kNew);
}

TEST_F(EgressPolicyTest, AnotherConfigurationReplacesTheLists) {
  Context context;
  context.declared = {{.name = "listed", .egress = {"192.0.2.1"}}};
  policy_.configure(context);
  EXPECT_EQ(listed(to("192.0.2.1", 1)), Egress::kDeclared);
  EXPECT_EQ(listed(to("203.0.113.5", 443)), Egress::kUndeclared);
  expect_expected(to("10.0.0.1", 1), false);
  expect_expected(to("192.0.2.53", 53), false);
  EXPECT_TRUE(policy_.hosts().empty());
}

TEST_F(EgressPolicyTest, Names) {
  EXPECT_EQ(name(Egress::kExpected), "expected");
  EXPECT_EQ(name(Egress::kDeclared), "declared");
  EXPECT_EQ(name(Egress::kUndeclared), "undeclared");
  EXPECT_EQ(name(Egress::kNew), "new");
  EXPECT_EQ(name(Egress::kKnown), "known");
}

}  // namespace
}  // namespace vedette
