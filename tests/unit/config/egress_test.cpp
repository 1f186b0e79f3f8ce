// SPDX-License-Identifier: Apache-2.0
#include "config/egress.h"

#include <gtest/gtest.h>

namespace vedette::config {
namespace {

EgressRule rule(const char* text) {
  auto parsed = parse_egress(text);
  EXPECT_TRUE(parsed) << text << ": " << parsed.error().message;
  return parsed.value_or(EgressRule{});
}

TEST(ParseEgress, ReadsHosts) {
  EXPECT_EQ(rule("API.GitHub.com.:443").host, "api.github.com");
  EXPECT_EQ(rule("api.github.com:443").port, 443);
  EXPECT_EQ(rule("localhost").host, "localhost");
  EXPECT_FALSE(rule("localhost").port);
  EXPECT_FALSE(rule("localhost").network);
  EXPECT_EQ(rule("a_b.c-d.e2").host, "a_b.c-d.e2");
}

TEST(ParseEgress, ReadsNetworks) {
  for (const char* text : {"10.0.0.0/8", "10.0.0.0/8:443", "10.1.2.3", "10.1.2.3:443", "::1", "::1/128", "[::1]:443",
                           "[2001:db8::/32]:443", "[::1]", "0.0.0.0/0", "::/0"}) {
    EXPECT_TRUE(rule(text).network) << text;
    EXPECT_EQ(rule(text).host, "") << text;
  }
  EXPECT_EQ(rule("[2001:db8::/32]:443").port, 443);
  EXPECT_EQ(rule("10.0.0.0/8").network->prefix, 104);
  EXPECT_EQ(rule("10.1.2.3/8").network, rule("10.0.0.0/8").network);
}

TEST(ParseEgress, RefusesTheRest) {
  for (const char* text :
       {"",          ":",         ":443",        "host:",     "host:0",       "host:65536",  "host:x",
        "host:-1",   "host: 443", "ho st",       "https://h", "*.h.com",      "a..b",        ".a",
        "256.1.1.1", "1.2.3",     "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x",   "10.0.0.0/-1", "::/129",
        "[::1",      "[::1]443",  "[::1]:",      "[h]:1",     "[10.0.0.1]:1", "1:2:3",       "fe80::1%eth0",
        "h/8",       "\xff",      "10.0.0.0/8/8"}) {
    auto parsed = parse_egress(text);
    EXPECT_FALSE(parsed) << text;
  }
  EXPECT_FALSE(parse_egress(std::string(100'000, 'a')));
  EXPECT_FALSE(parse_egress(std::string(100'000, '.')));
  EXPECT_FALSE(parse_egress(std::string("a\0b", 3)));
  EXPECT_FALSE(parse_egress(std::string("1.2.3.4\0", 8)));
}

TEST(Matches, ComparesNetworkAndPort) {
  EXPECT_TRUE(matches(rule("10.0.0.0/8"), "10.255.0.1", 1, ""));
  EXPECT_FALSE(matches(rule("10.0.0.0/8"), "11.0.0.1", 1, ""));
  EXPECT_TRUE(matches(rule("10.0.0.0/8:443"), "10.0.0.1", 443, ""));
  EXPECT_FALSE(matches(rule("10.0.0.0/8:443"), "10.0.0.1", 80, ""));
  EXPECT_TRUE(matches(rule("140.82.112.0/20"), "140.82.127.255", 1, ""));
  EXPECT_FALSE(matches(rule("140.82.112.0/20"), "140.82.128.0", 1, ""));
  EXPECT_TRUE(matches(rule("0.0.0.0/0"), "1.2.3.4", 1, ""));
  EXPECT_FALSE(matches(rule("0.0.0.0/0"), "::1", 1, ""));
  EXPECT_TRUE(matches(rule("::/0"), "::1", 1, ""));
  EXPECT_TRUE(matches(rule("10.0.0.0/8"), "::ffff:10.0.0.1", 1, ""));
  EXPECT_TRUE(matches(rule("fe80::/10"), "fe80::1%eth0", 1, ""));
  EXPECT_FALSE(matches(rule("2001:db8::/33"), "2001:db8:8000::", 1, ""));
  EXPECT_FALSE(matches(rule("10.0.0.0/8"), "", 1, ""));
  EXPECT_FALSE(matches(rule("10.0.0.0/8"), "nonsense", 1, "10.0.0.1"));
}

TEST(Matches, ComparesHostAndItsAddresses) {
  auto github = rule("api.github.com:443");
  EXPECT_TRUE(matches(github, "192.0.2.1", 443, "API.github.com."));
  EXPECT_FALSE(matches(github, "192.0.2.1", 443, ""));
  EXPECT_FALSE(matches(github, "192.0.2.1", 443, "evil-api.github.com"));
  github.resolved = {parse_cidr("192.0.2.1").value(), parse_cidr("2001:db8::1").value()};
  EXPECT_TRUE(matches(github, "192.0.2.1", 443, ""));
  EXPECT_TRUE(matches(github, "2001:db8::1", 443, ""));
  EXPECT_FALSE(matches(github, "192.0.2.2", 443, ""));
  EXPECT_FALSE(matches(github, "192.0.2.1", 80, ""));
}

TEST(CheckListen, WantsAddressAndPort) {
  for (const char* text : {"127.0.0.1:9477", "0.0.0.0:0", "[::1]:9477", "[::]:1", "localhost:9477"}) {
    EXPECT_TRUE(check_listen(text)) << text;
  }
  for (const char* text : {"", "9477", ":9477", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:9477", "host:1",
                           "127.0.0.0/8:1", "127.0.0.1:80x", "[::1]"}) {
    EXPECT_FALSE(check_listen(text)) << text;
  }
}

}  // namespace
}  // namespace vedette::config
