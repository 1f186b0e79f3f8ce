// SPDX-License-Identifier: Apache-2.0
#include "rules/network.h"

#include <arpa/inet.h>

#include <charconv>

namespace vedette::rules {
namespace {

using Bytes = std::array<uint8_t, 16>;

// The family, 0 when it is no address.
int read_address(const std::string& text, Bytes& bytes) {
  for (int family : {AF_INET, AF_INET6}) {
    if (inet_pton(family, text.c_str(), bytes.data()) == 1) {
      return family;
    }
  }
  return 0;
}

std::optional<int> read_length(const std::string& text, int most) {
  int length = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  bool good = error == std::errc() && end == text.data() + text.size() && length >= 0 && length <= most;
  return good ? std::optional(length) : std::nullopt;
}

}  // namespace

std::optional<Network> Network::parse(const std::string& text) {
  size_t slash = text.find('/');
  Network network;
  network.family_ = read_address(text.substr(0, slash), network.bytes_);
  if (network.family_ == 0) {
    return std::nullopt;
  }
  int most = network.family_ == AF_INET ? 32 : 128;
  auto length = slash == std::string::npos ? std::optional(most) : read_length(text.substr(slash + 1), most);
  if (!length) {
    return std::nullopt;
  }
  network.bits_ = *length;
  return network;
}

bool Network::contains(const std::string& address) const {
  Bytes bytes{};
  if (read_address(address, bytes) != family_) {
    return false;
  }
  for (int at = 0; at < bits_; at += 8) {
    unsigned mask = bits_ - at >= 8 ? 0xffU : 0xffU << static_cast<unsigned>(8 - (bits_ - at));
    auto index = static_cast<size_t>(at) / 8;
    if (((bytes[index] ^ bytes_[index]) & mask & 0xffU) != 0) {
      return false;
    }
  }
  return true;
}

}  // namespace vedette::rules
