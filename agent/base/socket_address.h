// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace vedette {

// Where to connect to.
struct SocketAddress {
  enum class Kind : uint8_t { kUnix, kTcp, kTls };

  Kind kind = Kind::kUnix;
  std::string host;  // of unix the path; of IPv6 without brackets
  std::string port;  // 1 to 65535
};

// unix:PATH, tcp://HOST:PORT, tls://HOST:PORT; an address of IPv6 in brackets.
Result<SocketAddress> parse_socket_address(const std::string& text);

}  // namespace vedette
