// SPDX-License-Identifier: Apache-2.0
#include "commands/resolver.h"

#include <netdb.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
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

struct Resolver::State {
  std::vector<std::string> hosts;
  std::mutex mutex;
  std::condition_variable wake;
  bool stop = false;
  Addresses found;

  void work();
  void look_up_all(std::map<std::string, std::set<std::string>>& known);
};

// A look-up under way cannot be broken off: the thread is detached, shares the state and ends by itself.
Resolver::Resolver(std::vector<std::string> hosts) : state_(std::make_shared<State>()) {
  state_->hosts = std::move(hosts);
  if (!state_->hosts.empty()) {
    std::thread([state = state_] { state->work(); }).detach();
  }
}

Resolver::~Resolver() {
  std::scoped_lock lock(state_->mutex);
  state_->stop = true;
  state_->wake.notify_all();
}

Resolver::Addresses Resolver::take() {
  std::scoped_lock lock(state_->mutex);
  return std::exchange(state_->found, {});
}

void Resolver::State::look_up_all(std::map<std::string, std::set<std::string>>& known) {
  for (const auto& host : hosts) {
    known[host].merge(look_up(host));
    std::scoped_lock lock(mutex);
    found[host].assign(known[host].begin(), known[host].end());
  }
}

void Resolver::State::work() {
  std::map<std::string, std::set<std::string>> known;
  std::unique_lock lock(mutex);
  while (!stop) {
    lock.unlock();
    look_up_all(known);
    lock.lock();
    wake.wait_for(lock, kInterval, [this] { return stop; });
  }
}

}  // namespace vedette::commands
