// SPDX-License-Identifier: Apache-2.0
// Where a server is expected to connect: "host", "host:port", "cidr", "cidr:port"; IPv6 with a port in brackets:
// "[::1]:443", "[2001:db8::/32]:443".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace vedette::config {

// IPv4 as v4-mapped IPv6 (RFC 4291, 2.5.5.2): 10.0.0.0/8 is ::ffff:10.0.0.0/104.
struct Cidr {
  std::array<uint8_t, 16> address{};  // bits behind the prefix are 0
  uint8_t prefix = 128;

  bool operator==(const Cidr&) const = default;
};

struct EgressRule {
  std::string host;             // lower case; "" when it is a network
  std::optional<Cidr> network;  // absent when it is a host
  std::optional<uint16_t> port;
  std::vector<Cidr> resolved;  // addresses of the host, for the caller to fill in
};

Result<EgressRule> parse_egress(std::string_view text);

// An address or network in text form, e.g. of what a host resolves to.
Result<Cidr> parse_cidr(std::string_view text);

bool contains(const Cidr& network, std::string_view address);

// `hostname`: what the address is known to stand for, "" unknown.
bool matches(const EgressRule& rule, std::string_view address, uint16_t port, std::string_view hostname);

// "address:port" to listen on, the address an IP address or localhost.
Status check_listen(std::string_view text);

}  // namespace vedette::config
