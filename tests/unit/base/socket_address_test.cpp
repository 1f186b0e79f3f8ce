// SPDX-License-Identifier: Apache-2.0
#include "base/socket_address.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

using Kind = SocketAddress::Kind;

void expect(const std::string& text, Kind kind, const std::string& host, const std::string& port) {
  auto address = parse_socket_address(text);
  ASSERT_TRUE(address) << text << ": " << address.error().message;
  EXPECT_EQ(address->kind, kind) << text;
  EXPECT_EQ(address->host, host) << text;
  EXPECT_EQ(address->port, port) << text;
}

TEST(SocketAddress, IsParsed) {
  expect("unix:/dev/log", Kind::kUnix, "/dev/log", "");
  expect("tcp://siem.example:601", Kind::kTcp, "siem.example", "601");
  expect("tls://192.0.2.1:6514", Kind::kTls, "192.0.2.1", "6514");
  expect("tls://[2001:db8::1]:6514", Kind::kTls, "2001:db8::1", "6514");
}

TEST(SocketAddress, OfAnotherShapeIsRefused) {
  for (const std::string& text :
       {std::string(), std::string("/dev/log"), std::string("unix:"), std::string("unix:log"),
        "unix:/" + std::string(200, 'x'), std::string("tcp://"), std::string("tcp://h"), std::string("tcp://:1"),
        std::string("tcp://h:"), std::string("tcp://h:0"), std::string("tcp://h:65536"), std::string("tcp://h:1x"),
        std::string("tcp://u@h:1"), std::string("tcp://h/x:1"), std::string("tcp://::1:1"), std::string("tcp://[]:1"),
        std::string("tcp://h h:1"), std::string("udp://h:1"), std::string("http://h:1")}) {
    EXPECT_FALSE(parse_socket_address(text)) << text;
  }
}

}  // namespace
}  // namespace vedette
