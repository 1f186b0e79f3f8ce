// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace vedette::rules {

// A range of IPv4 or IPv6 addresses.
class Network {
 public:
  // "10.0.0.0/8", "fe80::/10"; without a length, that one address.
  static std::optional<Network> parse(const std::string& text);

  [[nodiscard]] bool contains(const std::string& address) const;

 private:
  int family_ = 0;
  int bits_ = 0;
  std::array<uint8_t, 16> bytes_{};
};

}  // namespace vedette::rules
