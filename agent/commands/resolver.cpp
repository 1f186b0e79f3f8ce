// SPDX-License-Identifier: Apache-2.0
#include "commands/resolver.h"

#include <netdb.h>

#include <array>
#include <chrono>
#include <set>
#include <utility>

namespace vedette::commands {
namespace {

constexpr auto kInterval = std::chrono::seconds(60);

std::set<std::string> look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  std::set<std::string> addresses;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &list) != 0) {
    return addresses;
  }
  for (const addrinfo* at = list; at != nullptr; at = at->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(at->ai_addr, at->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0) {
      addresses.insert(text.data());
    }
  }
  ::freeaddrinfo(list);
  return addresses;
}

}  // namespace

Resolver::Resolver(std::vector<std::string> hosts) : hosts_(std::move(hosts)) {
  if (!hosts_.empty()) {
    thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
  }
}

// A look-up under way cannot be stopped; the thread is left to it.
Resolver::~Resolver() {
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
}

Resolver::Addresses Resolver::take() {
  std::scoped_lock lock(mutex_);
  return std::exchange(found_, {});
}

void Resolver::work(const std::stop_token& stop) {
  std::map<std::string, std::set<std::string>> known;
  while (!stop.stop_requested()) {
    for (const auto& host : hosts_) {
      known[host].merge(look_up(host));
      std::scoped_lock lock(mutex_);
      found_[host].assign(known[host].begin(), known[host].end());
    }
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, kInterval, [] { return false; });
  }
}

}  // namespace vedette::commands
