// SPDX-License-Identifier: Apache-2.0
#include "config/egress.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace vedette::config {
namespace {

using std::string_view;
using Address = std::array<uint8_t, 16>;

constexpr unsigned kMappedBits = 96;  // of ::ffff:0:0/96

std::string shown(string_view text) { return "'" + printable_utf8(text.substr(0, 80)) + "'"; }

template <typename Number>
std::optional<Number> number(string_view text) {
  Number value{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool whole = !text.empty() && error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(value) : std::nullopt;
}

bool is_v4(string_view text) { return text.find(':') == string_view::npos; }

std::optional<Address> parse_address(string_view text) {
  Address address{};
  std::string copy(text.substr(0, text.find('%')));
  if (copy.find('\0') != std::string::npos) {
    return std::nullopt;
  }
  if (is_v4(copy)) {
    address[10] = address[11] = 0xff;
    return ::inet_pton(AF_INET, copy.c_str(), &address[12]) == 1 ? std::optional(address) : std::nullopt;
  }
  return ::inet_pton(AF_INET6, copy.c_str(), address.data()) == 1 ? std::optional(address) : std::nullopt;
}

// The bits of byte `i` that belong to the prefix.
uint8_t mask(unsigned prefix, unsigned i) {
  unsigned bits = std::clamp<unsigned>(prefix, i * 8, i * 8 + 8) - i * 8;
  return static_cast<uint8_t>(0xff00U >> bits);
}

bool within(const Cidr& network, const Address& address) {
  for (unsigned i = 0; i < address.size(); ++i) {
    if ((address[i] & mask(network.prefix, i)) != network.address[i]) {
      return false;
    }
  }
  return true;
}

bool is_label_char(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; }

// Labels of letters, digits, - and _; the last not a number, which would be a mistyped address (RFC 1123, 2.1).
bool is_host(string_view host) {
  if (host.empty() || host.size() > 253) {
    return false;
  }
  string_view label;
  for (size_t at = 0; at <= host.size(); at += label.size() + 1) {
    label = host.substr(at, host.substr(at).find('.'));
    if (label.empty() || label.size() > 63 || !std::all_of(label.begin(), label.end(), is_label_char)) {
      return false;
    }
  }
  return label.find_first_not_of("0123456789") != string_view::npos;
}

std::string normal_host(string_view host) {
  std::string result = lower(host);
  if (result.ends_with('.')) {
    result.pop_back();
  }
  return result;
}

struct Place {
  string_view where;
  std::optional<string_view> port;
};

// Without brackets a text with several colons is an IPv6 address without port.
std::optional<Place> split(string_view text) {
  if (text.starts_with('[')) {
    size_t close = text.find(']');
    if (close == string_view::npos || is_v4(text.substr(1, close - 1))) {
      return std::nullopt;
    }
    string_view rest = text.substr(close + 1);
    string_view where = text.substr(1, close - 1);
    if (rest.empty()) {
      return Place{where, std::nullopt};
    }
    return rest.starts_with(':') ? std::optional(Place{where, rest.substr(1)}) : std::nullopt;
  }
  size_t colon = text.find(':');
  if (colon == string_view::npos || text.find(':', colon + 1) != string_view::npos) {
    return Place{text, std::nullopt};
  }
  return Place{text.substr(0, colon), text.substr(colon + 1)};
}

bool looks_like_address(string_view where) {
  return where.find('/') != string_view::npos || !is_v4(where) || parse_address(where).has_value();
}

std::unexpected<Error> bad_egress(string_view text, const std::string& why) {
  return fail(why + " in " + shown(text) + ": expected host, host:port, address/prefix or address/prefix:port, as in " +
              "api.github.com:443, 140.82.112.0/20:443, [2001:db8::/32]:443");
}

}  // namespace

Result<Cidr> parse_cidr(std::string_view text) {
  size_t slash = text.find('/');
  auto address = parse_address(text.substr(0, slash));
  if (!address || text.find('%') != string_view::npos) {
    return fail("no IP address in " + shown(text));
  }
  unsigned most = is_v4(text) ? 32 : 128;
  auto prefix = slash == string_view::npos ? std::optional(most) : number<unsigned>(text.substr(slash + 1));
  if (!prefix || *prefix > most) {
    return fail("the prefix must be a number from 0 to " + std::to_string(most) + " in " + shown(text));
  }
  Cidr network{*address, static_cast<uint8_t>(is_v4(text) ? *prefix + kMappedBits : *prefix)};
  for (unsigned i = 0; i < network.address.size(); ++i) {
    network.address[i] &= mask(network.prefix, i);
  }
  return network;
}

Result<EgressRule> parse_egress(std::string_view text) {
  auto place = split(text);
  if (!place) {
    return bad_egress(text, "unbalanced brackets");
  }
  EgressRule rule;
  if (place->port) {
    rule.port = number<uint16_t>(*place->port);
    if (!rule.port || *rule.port == 0) {
      return bad_egress(text, "the port must be a number from 1 to 65535");
    }
  }
  if (looks_like_address(place->where)) {
    auto network = parse_cidr(place->where);
    if (!network) {
      return bad_egress(text, network.error().message);
    }
    rule.network = *network;
    return rule;
  }
  rule.host = normal_host(place->where);
  return is_host(rule.host) ? Result<EgressRule>(rule) : bad_egress(text, "no host name or address");
}

bool contains(const Cidr& network, std::string_view address) {
  auto parsed = parse_address(address);
  return parsed && within(network, *parsed);
}

bool matches(const EgressRule& rule, std::string_view address, uint16_t port, std::string_view hostname) {
  if (rule.port && *rule.port != port) {
    return false;
  }
  if (rule.network) {
    return contains(*rule.network, address);
  }
  bool named = !hostname.empty() && normal_host(hostname) == rule.host;
  return named || std::any_of(rule.resolved.begin(), rule.resolved.end(),
                              [&](const auto& one) { return contains(one, address); });
}

Status check_listen(std::string_view text) {
  auto place = split(text);
  bool address = place && (place->where == "localhost" || parse_address(place->where));
  bool port = place && place->port && number<uint16_t>(*place->port);
  if (address && port) {
    return {};
  }
  return fail("expected address:port, as in 127.0.0.1:9477, or off; found " + shown(text));
}

}  // namespace vedette::config
