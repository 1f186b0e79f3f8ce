// SPDX-License-Identifier: Apache-2.0
#include "base/socket_address.h"

#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace vedette {
namespace {

constexpr std::string_view kUnix = "unix:";
constexpr std::string_view kTcp = "tcp://";
constexpr std::string_view kTls = "tls://";

std::unexpected<Error> wrong(const std::string& text) {
  return fail("expected unix:/path, tcp://host:port or tls://host:port; found '" + text + "'");
}

bool is_port(std::string_view text) {
  uint16_t port = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0;
}

bool is_host(std::string_view text, bool bracketed) {
  auto good = [bracketed](unsigned char c) {
    return c > 0x20 && c < 0x7f &&
           std::string_view("/@[]?#\"'\\").find(static_cast<char>(c)) == std::string_view::npos &&
           (bracketed || c != ':');
  };
  return !text.empty() && std::ranges::all_of(text, good);
}

Result<SocketAddress> unix_address(const std::string& path) {
  if (!path.starts_with('/')) {
    return fail("the path of unix: must be absolute, as in unix:/dev/log; found '" + path + "'");
  }
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    return fail("the path of unix: is longer than a socket's can be");
  }
  return SocketAddress{SocketAddress::Kind::kUnix, path, ""};
}

}  // namespace

Result<SocketAddress> parse_socket_address(const std::string& text) {
  if (text.starts_with(kUnix)) {
    return unix_address(text.substr(kUnix.size()));
  }
  if (!text.starts_with(kTcp) && !text.starts_with(kTls)) {
    return wrong(text);
  }
  auto kind = text.starts_with(kTls) ? SocketAddress::Kind::kTls : SocketAddress::Kind::kTcp;
  std::string_view rest = std::string_view(text).substr(kTcp.size());
  size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos || !is_port(rest.substr(colon + 1))) {
    return wrong(text);
  }
  std::string_view host = rest.substr(0, colon);
  bool bracketed = host.size() > 2 && host.starts_with('[') && host.ends_with(']');
  host = bracketed ? host.substr(1, host.size() - 2) : host;
  return is_host(host, bracketed)
             ? Result<SocketAddress>({kind, std::string(host), std::string(rest.substr(colon + 1))})
             : wrong(text);
}

}  // namespace vedette
