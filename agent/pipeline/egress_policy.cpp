// SPDX-License-Identifier: Apache-2.0
#include "pipeline/egress_policy.h"

#include <algorithm>
#include <array>
#include <set>

namespace vedette {
namespace {

constexpr uint16_t kDnsPort = 53;

bool any_matches(const std::vector<config::EgressRule>& rules, const NetworkEvent& event) {
  return std::ranges::any_of(
      rules, [&](const config::EgressRule& rule) { return config::matches(rule, event.address, event.port, ""); });
}

// The configuration was checked when it was loaded: what cannot be parsed here does not occur.
std::vector<config::EgressRule> parse_all(const std::vector<std::string>& texts) {
  std::vector<config::EgressRule> rules;
  for (const auto& text : texts) {
    if (auto rule = config::parse_egress(text)) {
      rules.push_back(*rule);
    }
  }
  return rules;
}

std::vector<config::Cidr> networks_of(const std::vector<std::string>& addresses) {
  std::vector<config::Cidr> networks;
  for (const auto& address : addresses) {
    if (auto network = config::parse_cidr(address)) {
      networks.push_back(*network);
    }
  }
  return networks;
}

// 127.0.0.0/8, ::1, and the unspecified addresses, which connect to the loopback.
bool local(const std::string& address) {
  return address.starts_with("127.") || address == "::1" || address == "0.0.0.0" || address == "::";
}

std::string destination_of(const NetworkEvent& event) {
  return event.protocol + " " + event.address + " " + std::to_string(event.port);
}

}  // namespace

std::string_view name(Egress egress) {
  static constexpr std::array<std::string_view, 5> kNames = {"expected", "declared", "undeclared", "new", "known"};
  return kNames[static_cast<size_t>(egress)];
}

void EgressPolicy::configure(const Context& context) {
  allow_ = parse_all(context.egress_allow);
  apply_addresses(allow_);
  resolvers_ = context.resolvers;
  declared_.clear();
  for (const auto& server : context.declared) {
    auto& rules = declared_[server.name] = parse_all(server.egress);
    apply_addresses(rules);
  }
}

void EgressPolicy::apply_addresses(std::vector<config::EgressRule>& rules) const {
  for (auto& rule : rules) {
    if (auto it = addresses_.find(rule.host); it != addresses_.end()) {
      rule.resolved = it->second;
    }
  }
}

void EgressPolicy::resolved(const std::string& host, const std::vector<std::string>& addresses) {
  addresses_[host] = networks_of(addresses);
  apply_addresses(allow_);
  for (auto& [server, rules] : declared_) {
    apply_addresses(rules);
  }
}

std::vector<std::string> EgressPolicy::hosts() const {
  std::set<std::string> hosts;
  auto add = [&](const std::vector<config::EgressRule>& rules) {
    for (const auto& rule : rules) {
      if (!rule.host.empty()) {
        hosts.insert(rule.host);
      }
    }
  };
  add(allow_);
  for (const auto& [server, rules] : declared_) {
    add(rules);
  }
  return {hosts.begin(), hosts.end()};
}

bool EgressPolicy::expected(const NetworkEvent& event) const {
  bool resolver = event.port == kDnsPort && std::ranges::find(resolvers_, event.address) != resolvers_.end();
  return local(event.address) || resolver || any_matches(allow_, event);
}

Egress EgressPolicy::classify(const NetworkEvent& event, const Server* server, Destinations& destinations) const {
  if (expected(event)) {
    return Egress::kExpected;
  }
  if (server == nullptr) {
    return Egress::kNew;
  }
  if (server->has_egress_list) {
    auto it = declared_.find(server->recognition.name);
    bool listed = it != declared_.end() && any_matches(it->second, event);
    return listed ? Egress::kDeclared : Egress::kUndeclared;
  }
  return destinations.remember(server->recognition.name, destination_of(event)) ? Egress::kNew : Egress::kKnown;
}

}  // namespace vedette
