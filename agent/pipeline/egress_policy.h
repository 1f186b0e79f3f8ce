// SPDX-License-Identifier: Apache-2.0
// Is a destination one we expect of a server?
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/egress.h"
#include "pipeline/context.h"
#include "pipeline/destinations.h"
#include "pipeline/server_table.h"

namespace vedette {

enum class Egress {
  kExpected,    // loopback, a resolver, or allowed for every server
  kDeclared,    // in the server's list
  kUndeclared,  // the server has a list, and it is not in it
  kNew,         // the server has no list, and has not sent there before
  kKnown,
};
std::string_view name(Egress egress);

class EgressPolicy {
 public:
  void configure(const Context& context);
  // Addresses of a host named in a list, as a resolver gave them.
  void resolved(const std::string& host, const std::vector<std::string>& addresses);
  [[nodiscard]] std::vector<std::string> hosts() const;

  // `server`: nullptr for a process that read from one. Remembers a new destination of a server.
  Egress classify(const NetworkEvent& event, const Server* server, Destinations& destinations) const;

 private:
  [[nodiscard]] bool expected(const NetworkEvent& event) const;

  void apply_addresses(std::vector<config::EgressRule>& rules) const;

  std::map<std::string, std::vector<config::Cidr>> addresses_;  // by host
  std::vector<config::EgressRule> allow_;
  std::vector<std::string> resolvers_;
  std::map<std::string, std::vector<config::EgressRule>> declared_;  // by server name
};

}  // namespace vedette
